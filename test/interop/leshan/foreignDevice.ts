import type { TestContext } from 'node:test';
import { leshan } from '../peers/leshan/prepare.mjs';
import { startJsonPeer, type JsonPeer, type PeerEvent } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';
import type { DeviceKeys } from './securedHost';

/** Options of a foreign device (`ForeignDevice.java`). */
export interface ForeignOptions {
  readonly server: string;
  readonly endpoint: string;
  readonly keys?: DeviceKeys;
  /** More of its options: `suite`, `cid`, `protocols`, `lifetime`, … */
  readonly more?: Readonly<Record<string, string>>;
}

/** One process on Leshan's libraries that is one device after the other. */
export interface ForeignDevices extends JsonPeer {
  /** Stops being who it was, and starts as another. Events of who it was are no longer told by `next`. */
  become(options: ForeignOptions): Promise<void>;
}

/** `undefined` where Leshan can't be had and needn't (see `requirePeer`). */
export async function foreignDevices(t: TestContext): Promise<ForeignDevices | undefined> {
  const peer = requirePeer(t, await leshan());
  if (peer === undefined) return undefined;
  const device = startJsonPeer(peer.device());
  t.after(() => device.close());
  await device.next('ready');
  let became: PeerEvent | undefined;
  return {
    ...device,
    next: (name, options) =>
      device.next(name, became === undefined ? options : { ...options, after: became }),
    become: async ({ server, endpoint, keys = {}, more = {} }) => {
      device.send({ do: 'become', server, endpoint, ...keys, ...more });
      became = await device.next('became');
    },
  };
}
