import { OperationError } from '../../base/errors';

/** A secured client can't be asked before it comes: sessions end with the server, and only devices begin them. */
export const noSession = (endpointName: string): OperationError =>
  new OperationError('NO_SESSION', `${endpointName} has no session with this server since it was started`, {
    next: 'Ask again when the device has come: its next Update or handshake makes one.',
  });
