import { OperationError } from '../base/errors';
import type { ChannelOpener } from './ports';
import { tcpOpener } from './tcp';
import { tlsOpener } from './tls';
import { udpOpener } from './udp';

/** Opens channels of every scheme on this machine's network. */
export function channelOpener(): ChannelOpener {
  const udp = udpOpener();
  const tcp = tcpOpener();
  const tls = tlsOpener();
  return {
    open: async (scheme, local, settings) => {
      switch (scheme) {
        case 'coap+tcp':
          return tcp.open(local);
        case 'coaps+tcp':
          return tls.open(local, settings ?? {});
        default:
          return udp.open(scheme, local);
      }
    },
    connect: async (scheme, local, settings) => {
      switch (scheme) {
        case 'coap+tcp':
          return tcp.connect(local);
        case 'coaps+tcp':
          return tls.connect(settings ?? {}, local);
        default:
          throw new OperationError('UNSUPPORTED_SCHEME', `${String(scheme)} has no connections to begin`);
      }
    },
  };
}
