import type { TextEdit, TextRange } from '../text';
import type { Configuration } from './configuration';
import type { Assignment } from './fragment';
import {
  DEFAULT_PORTS,
  isOfEngine,
  parseServerAddress,
  SERVER_SYMBOLS,
  type ServerAddress,
} from './serverAddress';
import { writeValue } from './value';

/** What a lens does when it is taken. */
export type LensAction =
  /** The editor starts its server. */
  | { readonly kind: 'command'; readonly command: string }
  /** The URI becomes that of the local server. */
  | {
      readonly kind: 'edit';
      readonly command: string;
      readonly uri: string;
      readonly edit: TextEdit;
    };

/** A line above a server's URI. */
export interface ServerLens {
  /** The assignment that it stands above. */
  readonly range: TextRange;
  readonly title: string;
  /** Absent: it says something only. */
  readonly action?: LensAction;
}

/** The editor's own command that starts the server. */
export const START_SERVER = 'lwm2m.server.start';
/** The language server's command that writes a URI in place of another. */
export const USE_SERVER = 'lwm2m.kconfig.useServer';

interface Listening extends ServerAddress {
  readonly uri: string;
  readonly port: number;
}

/** The local server's addresses that an LwM2M client can use. */
function lwm2mOf(listening: readonly string[], symbol: string): readonly Listening[] {
  return listening.flatMap((uri) => {
    const address = parseServerAddress(uri);
    const usual = address && DEFAULT_PORTS[address.scheme];
    if (!address || usual === undefined) return [];
    if (isOfEngine(symbol) && address.scheme.includes('+')) return [];
    return [{ ...address, uri, port: address.port ?? usual }];
  });
}

const isSecured = (scheme: string): boolean => scheme.startsWith('coaps');
const onStream = (scheme: string): boolean => scheme.endsWith('+tcp');

/** The address of the local server that a URI most likely means: the same security before the same transport. */
function nearest(wanted: ServerAddress, local: readonly Listening[]): Listening | undefined {
  const score = (one: Listening): number =>
    (isSecured(one.scheme) === isSecured(wanted.scheme) ? 2 : 0) +
    (onStream(one.scheme) === onStream(wanted.scheme) ? 1 : 0);
  let best: Listening | undefined;
  for (const one of local) if (!best || score(one) > score(best)) best = one;
  return best;
}

/** The port that a client takes where its URI has none. */
function portOf(
  configuration: Configuration,
  symbol: string,
  { scheme, port }: ServerAddress,
): number | undefined {
  if (port !== undefined) return port;
  if (isOfEngine(symbol)) return Number(configuration.number('CONFIG_LWM2M_PEER_PORT') ?? 5683n);
  return DEFAULT_PORTS[scheme];
}

function useInstead(uri: string, { valueRange }: Assignment, local: Listening): LensAction {
  return {
    kind: 'edit',
    command: USE_SERVER,
    uri,
    edit: { range: valueRange, newText: writeValue(local.uri) },
  };
}

function lensOf(
  configuration: Configuration,
  uri: string,
  assignment: Assignment,
  listening: readonly string[],
): ServerLens {
  const { range, symbol, value } = assignment;
  if (listening.length === 0)
    return {
      range,
      title: 'No local server runs: start it',
      action: { kind: 'command', command: START_SERVER },
    };
  const local = lwm2mOf(listening, symbol);
  const text = value.type === 'string' ? value.value : '';
  const wanted = parseServerAddress(text);
  const [first] = local;
  if (!first) return { range, title: 'The local server listens at no address that this client can use' };
  if (!wanted)
    return {
      range,
      title: `Local server: ${first.uri} (use it)`,
      action: useInstead(uri, assignment, first),
    };
  const port = portOf(configuration, symbol, wanted);
  const here = local.filter(({ host }) => host === wanted.host);
  const match = here.find((one) => one.scheme === wanted.scheme && one.port === port);
  if (match) return { range, title: `Local server: reachable at ${match.uri}` };
  const near = nearest(wanted, here.length > 0 ? here : local);
  if (!near) return { range, title: 'The local server listens at no address that this client can use' };
  const action = useInstead(uri, assignment, near);
  if (here.length === 0)
    return { range, title: `Another server than the local one: that is ${near.uri} (use it)`, action };
  const differs =
    near.scheme === wanted.scheme
      ? `port ${near.port}, not ${port}${wanted.port === undefined ? ' as a URI without a port means here' : ''}`
      : near.port === port
        ? `${near.scheme}, not ${wanted.scheme}`
        : `${near.scheme} and port ${near.port}, not ${wanted.scheme} and ${port}`;
  return {
    range,
    title: `The local server at ${wanted.host} listens by ${differs}: use ${near.uri}`,
    action,
  };
}

/**
 * What is known of the local server, above each line of a fragment that names a server.
 * `listening`: the URIs it listens at, none while it doesn't run.
 */
export function serverLenses(
  configuration: Configuration,
  uri: string,
  listening: readonly string[],
): readonly ServerLens[] {
  const fragment = configuration.fragments.find((one) => one.fragment.uri === uri)?.fragment;
  return (fragment?.assignments ?? [])
    .filter(({ symbol }) => SERVER_SYMBOLS.includes(symbol))
    .map((assignment) => lensOf(configuration, uri, assignment, listening));
}
