import { OperationError, errorText } from '../base/errors';
import type { Peer } from '../transport/ports';

/** Nothing came back for a whole stall time. */
export function noAnswer(peer: Peer, stallTimeout: number, sent: number, fault?: Error): OperationError {
  const waited = `${Math.round(stallTimeout / 100) / 10} s`;
  if (fault) return unreachable(peer, fault);
  return new OperationError('TIMEOUT', `${peer.key} did not answer within ${waited}`, {
    next: 'Check that the device is powered, awake and reachable at this address.',
    details: { peer: peer.key, stallTimeout, sent },
  });
}

/** The network says that the peer can't be reached. */
export const unreachable = (peer: Peer, cause: Error): OperationError =>
  new OperationError('UNREACHABLE', `${peer.key} can't be reached: ${errorText(cause)}`, {
    next: 'Check the network between this machine and the device.',
    cause,
    details: { peer: peer.key },
  });
