import { OperationError } from '../base/errors';
import { printAuthority } from '../base/socketAddress';
import type { SocketAddress } from './ports';

/**
 * Why a socket could not be opened: `PORT_IN_USE`, `PORT_FORBIDDEN`, `ADDRESS_NOT_LOCAL`, or `SOCKET_FAILED` for what no
 * user can mend. `kind` is UDP or http, for the message.
 */
export function bindError(cause: unknown, kind: string, local: SocketAddress): OperationError {
  const error = cause as NodeJS.ErrnoException;
  const { host, port } = local;
  const at = `${printAuthority(local)} (${kind})`;
  const details = { host, port };
  switch (error.code) {
    case 'EADDRINUSE':
      return new OperationError('PORT_IN_USE', `${at} is used by another program`, {
        next: `Stop that program, or choose another port than ${port}.`,
        cause: error,
        details,
      });
    case 'EACCES':
    case 'EPERM':
      return new OperationError('PORT_FORBIDDEN', `${at} may not be opened by this user`, {
        next: 'Choose a port of 1024 or above.',
        cause: error,
        details,
      });
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EINVAL':
      return new OperationError('ADDRESS_NOT_LOCAL', `${host} is not an address of this machine`, {
        next: 'Choose one of the addresses of this machine.',
        cause: error,
        details,
      });
    default:
      return new OperationError('SOCKET_FAILED', `${at} could not be opened: ${error.message}`, {
        cause: error,
        details,
      });
  }
}
