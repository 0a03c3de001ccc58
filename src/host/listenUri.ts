import { isScheme, LISTENING_PORTS, SCHEMES } from '../base/scheme';
import { OperationError } from '../base/errors';
import { printAuthority } from '../base/socketAddress';
import type { SocketAddress } from '../transport/ports';
import type { Listen } from './ports';

/** `coap://127.0.0.1:5683` */
export const printUri = (scheme: string, address: SocketAddress): string =>
  `${scheme}://${printAuthority(address)}`;

/** A listener from its URI. Throws `OperationError` `BAD_LISTEN_URI`, which names what is wrong. */
export function parseListenUri(text: string): Listen {
  const match = /^([a-z+]+):\/\/(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const bad = (why: string) =>
    new OperationError('BAD_LISTEN_URI', `${text} can't be listened on: ${why}`, {
      next: 'Write it as coaps://127.0.0.1:5684 or http://127.0.0.1:0 (port 0 takes a free one).',
    });
  if (!match) throw bad('it is not scheme://address:port');
  const [, scheme = '', v6, v4, port] = match;
  if (!isScheme(scheme)) throw bad(`${scheme} is none of the schemes ${SCHEMES.join(', ')}`);
  const host = v6 ?? (v4 === 'localhost' ? '127.0.0.1' : (v4 ?? ''));
  if (v6 === undefined && !/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) throw bad(`${host} is no IP address`);
  const number = port === undefined ? LISTENING_PORTS[scheme] : Number(port);
  if (number > 65535) throw bad(`${port} is no port`);
  return { scheme, address: { host, port: number } };
}
