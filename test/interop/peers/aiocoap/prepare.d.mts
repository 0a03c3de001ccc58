import type { Command, Prepared } from '../process.mjs';

export interface Aiocoap {
  /** `client.py get URI | put URI FILE | delete URI | observe URI COUNT`, for `startJsonPeer` or `run`. */
  client(...args: readonly (string | number)[]): Command;
  /** `server.py HOST PORT BLOB`, for `startJsonPeer`: /blob, /store, /counter, /separate. */
  server(...args: readonly (string | number)[]): Command;
  /** `device.py SERVER-URI ENDPOINT VERSION [AUTHORITY CERTIFICATE PRIVATE-KEY]`, for `startJsonPeer`. */
  device(...args: readonly (string | number)[]): Command;
}

export function aiocoap(): Promise<Prepared<Aiocoap>>;
