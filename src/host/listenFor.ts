import { isLoopback, isWildcard } from '../base/socketAddress';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { Listeners } from './listeners';

/**
 * Opens a listener of a scheme for a device that registered at `local`, where none of that scheme is for it: on the
 * loopback address it came to, since a program that came to `[::1]` need not come to `127.0.0.1`. Never beyond loopback.
 * Throws what {@link Listeners.open} throws.
 */
export async function listenFor(
  listeners: Pick<Listeners, 'all' | 'open'>,
  scheme: Scheme,
  local: SocketAddress | undefined,
): Promise<void> {
  const loopback = local && isLoopback(local.host) ? local.host : undefined;
  const suits = listeners
    .all()
    .filter((listener) => listener.scheme === scheme)
    .some(({ address }) => loopback === undefined || address.host === loopback || isWildcard(address.host));
  if (!suits) await listeners.open({ scheme, address: { host: loopback ?? '127.0.0.1', port: 0 } });
}
