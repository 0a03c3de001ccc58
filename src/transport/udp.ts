import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import { OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import { printAuthority } from '../base/socketAddress';
import { bindError } from './bindError';
import type { Channel, ChannelFault, ChannelOpener, Peer, Received, SocketAddress } from './ports';

/** Room for what arrives while the process is busy: a burst of 10,000 registrations is 2 MB. The system grants less where it must. */
const RECEIVE_BUFFER = 4 << 20;
/** Peers remembered by address; those known longest go first, and come back as new objects under the same key. */
const MAX_PEERS = 32_768;

/** Opens plain UDP sockets, one address each: a socket bound to the wildcard address can't tell which address a datagram was sent to. */
export const udpOpener = (): Pick<ChannelOpener, 'open'> => ({
  open: async (scheme, local) => {
    if (scheme !== 'coap') {
      throw new OperationError('UNSUPPORTED_SCHEME', `${String(scheme)} can't be opened by UDP`);
    }
    const socket = createSocket(
      isIPv6(local.host)
        ? { type: 'udp6', ipv6Only: true, lookup: noLookup() }
        : { type: 'udp4', lookup: noLookup() },
    );
    await bind(socket, local);
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch {
      // the system's own size does, only bursts suffer
    }
    const { address, port } = socket.address();
    return new UdpChannel(socket, { host: address, port });
  },
});

class UdpChannel implements Channel {
  readonly scheme = 'coap' as const;
  readonly reliable = false;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  private readonly peers = new Map<string, Peer>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly socket: Socket,
    readonly local: SocketAddress,
  ) {
    socket.on('message', this.receive);
    socket.on('error', (error) => this.faults.fire({ peer: undefined, error }));
  }

  send(bytes: Uint8Array, peer: Peer): void {
    if (this.closing) return;
    const { host, port } = peer.address;
    try {
      this.socket.send(bytes, port, host, (error) => {
        if (error) this.failed(peer, error);
      });
    } catch (error) {
      // Node refuses what it can see to be wrong (port 0, no address) before the system does.
      this.failed(peer, error instanceof Error ? error : new Error(String(error)));
    }
  }

  peerAt(address: SocketAddress): Peer {
    return this.intern(keyOf(address.host, address.port), address.host, address.port);
  }

  close(): Promise<void> {
    return (this.closing ??= new Promise((resolve) => {
      this.socket.close(() => resolve());
      this.messages.dispose();
      this.faults.dispose();
    }));
  }

  private readonly receive = (datagram: Buffer, from: RemoteInfo): void => {
    const { buffer, byteOffset, length } = datagram;
    const bytes = new Uint8Array(buffer, byteOffset, length);
    const { address, port } = from;
    this.messages.fire({ bytes, peer: this.intern(keyOf(address, port), address, port) });
  };

  private intern(key: string, host: string, port: number): Peer {
    const known = this.peers.get(key);
    if (known) return known;
    const peer: Peer = { key, address: { host, port } };
    this.peers.set(key, peer);
    if (this.peers.size > MAX_PEERS) {
      const [oldest] = this.peers.keys();
      if (oldest !== undefined) this.peers.delete(oldest);
    }
    return peer;
  }

  private failed(peer: Peer, error: Error): void {
    if (this.closing) return;
    const { code } = error as NodeJS.ErrnoException;
    this.faults.fire({ peer, error, lasting: code !== undefined && LASTING.has(code) });
  }
}

/** Trying again changes nothing: wrong family or address, forbidden, too long. */
const LASTING = new Set([
  'EAFNOSUPPORT',
  'EINVAL',
  'EACCES',
  'EPERM',
  'EMSGSIZE',
  'EADDRNOTAVAIL',
  'ERR_SOCKET_BAD_PORT',
  'ERR_INVALID_ARG_TYPE',
  'ENOTFOUND',
]);

const keyOf = (host: string, port: number): string => printAuthority({ host, port });

type Lookup = (
  host: string,
  options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
) => void;

/** Every address is a number already; Node would ask its resolver, asynchronously, for each datagram. */
function noLookup(): Lookup {
  let last: string | undefined;
  let family = 0;
  return (host, _options, callback) => {
    if (host !== last) {
      last = host;
      family = isIP(host.split('%', 1)[0] ?? '');
    }
    if (family !== 0) return callback(null, host, family);
    const error: NodeJS.ErrnoException = new Error(`${host} is not an IP address`);
    error.code = 'ENOTFOUND';
    callback(error, '', 0);
  };
}

function bind(socket: Socket, local: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(bindError(error, 'UDP', local));
    };
    socket.once('error', onError);
    socket.bind({ address: local.host, port: local.port }, () => {
      socket.removeListener('error', onError);
      resolve();
    });
  });
}
