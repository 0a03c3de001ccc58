import { OperationError } from '../base/errors';
import type { ChannelOpener } from './ports';
import { udpOpener } from './udp';

/** Opens channels of every scheme on this machine's network. */
export function channelOpener(): ChannelOpener {
  const udp = udpOpener();
  return {
    open: (scheme, local) => udp.open(scheme, local),
    connect: (scheme) =>
      Promise.reject(new OperationError('UNSUPPORTED_SCHEME', `${scheme} can't be opened`)),
  };
}
