import { connect as connectSocket, createServer, isIPv6, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { OperationError, errorText } from '../base/errors';
import { printAuthority } from '../base/socketAddress';
import { bindError } from './bindError';
import type { Channel, SocketAddress } from './ports';
import { StreamChannel, type BeginStream } from './streamChannel';
import type { Begun } from './streamConnection';
import { Admission, STREAM_LIMITS, type StreamLimits } from './streamLimits';

/** A device that has lost its network is noticed by the system's probes, not before. */
const KEEP_ALIVE_DELAY_MS = 60_000;
const SOCKET_OPTIONS = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
} as const;

/** A listening TCP socket. */
export interface TcpListener {
  readonly local: SocketAddress;
  /** Takes no more connections, ends those that were not handed on yet, and lets the port go once all have ended. */
  close(): Promise<void>;
}

/** Opens channels over plain TCP (RFC 8323 §3). */
export const tcpOpener = (limits: StreamLimits = STREAM_LIMITS) => ({
  open: async (local: SocketAddress): Promise<Channel> => {
    const taken: { by?: StreamChannel } = {};
    const listener = await listenTcp(local, limits, (socket, address) =>
      taken.by?.accept({ socket }, address),
    );
    return (taken.by = new StreamChannel({
      scheme: 'coap+tcp',
      local: listener.local,
      begin: beginTcp({ host: local.host, port: 0 }, limits),
      limits,
      stop: () => listener.close(),
    }));
  },
  connect: (local: SocketAddress = ANY): Channel =>
    new StreamChannel({
      scheme: 'coap+tcp',
      local,
      begin: beginTcp(local, limits),
      limits,
      stop: () => Promise.resolve(),
    }),
});

/** No address in particular: the system chooses one for each connection. */
export const ANY: SocketAddress = { host: '0.0.0.0', port: 0 };

/** Listens, and hands each connection on that the limits allow. Errors as {@link bindError}. */
export async function listenTcp(
  local: SocketAddress,
  limits: StreamLimits,
  take: (socket: Socket, address: SocketAddress) => void,
): Promise<TcpListener> {
  const admission = new Admission(limits);
  const server = createServer(SOCKET_OPTIONS, (socket) => {
    // whoever is gone is noticed by the close that follows
    socket.on('error', () => undefined);
    const { remoteAddress: host, remotePort: port } = socket;
    if (host === undefined || port === undefined) return void socket.destroy();
    const release = admission.admit(host);
    if (!release) return void socket.destroy();
    socket.once('close', release);
    take(socket, { host, port });
  });
  const { host, port } = local;
  server.listen({ host, port, exclusive: true, ipv6Only: isIPv6(host) });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw bindError(cause, 'TCP', local);
  }
  // what fails here is one connection that was not taken
  server.on('error', () => undefined);
  const bound = server.address() as AddressInfo;
  return {
    local: { host: bound.address, port: bound.port },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Begins TCP connections, from `local` where it is an address of its own. Errors: `UNREACHABLE`, and as {@link bindError}. */
export const beginTcp =
  (local: SocketAddress, limits: Pick<StreamLimits, 'connectTimeout'>): BeginStream =>
  (address, done) => {
    const { host, port } = address;
    let open = true;
    let socket: Socket | undefined;
    const tell = (begun: Begun) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      if (!begun.ok) socket?.destroy();
      done(begun);
    };
    const fail = (error: OperationError) => tell({ ok: false, error });
    const timer = setTimeout(() => fail(unreachable(address, 'CONNECT_TIMEOUT')), limits.connectTimeout);
    try {
      const connecting = connectSocket({ host, port, ...SOCKET_OPTIONS, ...localOptions(local) });
      socket = connecting;
      connecting.once('connect', () => tell({ ok: true, stream: { socket: connecting } }));
      connecting.on('error', (error: NodeJS.ErrnoException) => fail(connectError(error, address, local)));
    } catch (error) {
      // Node refuses what it can see to be wrong (a port above 65535) before the system does
      setImmediate(() => fail(unreachable(address, errorText(error), error)));
    }
    return () => {
      open = false;
      clearTimeout(timer);
      socket?.destroy();
    };
  };

function localOptions({ host, port }: SocketAddress): { localAddress?: string; localPort?: number } {
  return {
    ...(host === '0.0.0.0' || host === '::' ? {} : { localAddress: host }),
    ...(port === 0 ? {} : { localPort: port }),
  };
}

/** The system says in the same place that the other end refuses and that our own address can't be taken. */
function connectError(
  error: NodeJS.ErrnoException,
  address: SocketAddress,
  local: SocketAddress,
): OperationError {
  const ownAddress =
    error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL' || error.syscall === 'bind';
  return ownAddress && (local.port !== 0 || local.host !== ANY.host)
    ? bindError(error, 'TCP', local)
    : unreachable(address, error.code ?? error.message, error);
}

const unreachable = (address: SocketAddress, why: string, cause?: unknown): OperationError =>
  new OperationError('UNREACHABLE', `${printAuthority(address)} can't be reached by TCP (${why})`, {
    next: 'Check address and port, and that the other side listens on TCP.',
    details: { reason: why },
    ...(cause === undefined ? {} : { cause }),
  });
