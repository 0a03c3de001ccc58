import { printAuthority } from '../../base/socketAddress';
import type { StatusView } from '../../contract/workbench';
import type { Scheme } from '../../transport/ports';
import type { Remembered } from '../remembered';

/**
 * Where a server listens by CoAP in place of the settings' ports: its URIs, those without a port that will take a free
 * one. Each address has its own, since a port that is free at one may be held at another.
 */
export type OwnPorts = readonly string[];

/** Free ones at each address, where a stranger holds those of the settings. */
export const FREE_PORTS: OwnPorts = [];

/** CoAP's ports as the settings have them. */
export interface SettingsPorts {
  /** Of `coap` and `coap+tcp`. */
  readonly coap: number;
  /** Of `coaps` and `coaps+tcp`. */
  readonly coaps: number;
}

/** Own ports, with the settings' that they stand in for. */
export interface StandingIn {
  readonly own: OwnPorts;
  readonly settings: SettingsPorts;
}

/** The ports of a server, those of listeners that wait for a key with them: devices are pointed there from now on. */
export const takenPorts = ({ listening, waiting = [] }: StatusView): OwnPorts =>
  [...listening, ...waiting.map(({ uri }) => uri)].filter((uri) => uri.startsWith('coap'));

/** The port for a scheme of CoAP at a host: the one taken there, else one taken elsewhere; 0 takes a free one. */
export function ownPort(own: OwnPorts, scheme: Scheme, host: string): number {
  const portAt = (start: string): number => {
    const ports = own.filter((uri) => uri.startsWith(start)).map((uri) => /:(\d+)$/.exec(uri)?.[1] ?? 0);
    return Number(ports.find((port) => port !== 0) ?? 0);
  };
  const here = `${scheme}://${printAuthority({ host: host.toLowerCase(), port: 0 }).slice(0, -1)}`;
  const other = scheme.endsWith('+tcp') ? scheme.slice(0, -'+tcp'.length) : `${scheme}+tcp`;
  return portAt(here) || portAt(`${scheme}://`) || portAt(`${other}://`);
}

/** Own ports as they are kept: only where they are others than the settings', and until those change. */
export function standingIn(
  place: Remembered<StandingIn>,
  settings: () => SettingsPorts,
): Remembered<OwnPorts> {
  return {
    get: () => {
      const kept = place.get();
      const now = settings();
      return kept?.settings?.coap === now.coap && kept.settings.coaps === now.coaps ? kept.own : undefined;
    },
    set: (own) => {
      const now = settings();
      const differs = own?.some((uri) => !uri.endsWith(`:${uri.startsWith('coaps') ? now.coaps : now.coap}`));
      place.set(own && differs ? { own, settings: now } : undefined);
    },
  };
}
