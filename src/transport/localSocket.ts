import * as net from 'node:net';
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { OperationError, errorText } from '../base/errors';

/** A JSON-RPC connection over a local socket; `end` closes it from this side. */
export interface LocalConnection {
  readonly rpc: MessageConnection;
  end(): void;
}

/** A listening local socket. Closing it ends its connections. */
export interface LocalListener {
  readonly path: string;
  /** Ends the connections there are. */
  endConnections(): void;
  close(): Promise<void>;
}

const isPipe = (address: string): boolean => address.startsWith('\\\\');

/** Whether somebody answers at a local socket: a file left by a killed process is no listener. */
function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(address);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function connectionOn(socket: net.Socket): LocalConnection {
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  socket.on('error', () => socket.destroy());
  rpc.onError(() => socket.destroy());
  return { rpc, end: () => socket.destroy() };
}

/**
 * Listens on a Unix domain socket that only this user can open (mode 0600), or a named pipe on Windows.
 * A socket file whose process is gone is replaced. Throws `OperationError` `CONTROL_IN_USE`, `CONTROL_SOCKET`.
 */
export async function listenLocal(
  address: string,
  onConnection: (connection: LocalConnection) => void,
): Promise<LocalListener> {
  if (await isAlive(address)) {
    throw new OperationError('CONTROL_IN_USE', `another server already answers at ${address}`, {
      next: 'Use that server, stop it, or name another control socket with --control.',
    });
  }
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(connectionOn(socket));
  });
  try {
    if (!isPipe(address)) {
      mkdirSync(path.dirname(address), { recursive: true, mode: 0o700 });
      removeStale(address);
    }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
    if (!isPipe(address)) chmodSync(address, 0o600);
  } catch (error) {
    throw new OperationError('CONTROL_SOCKET', `no control socket at ${address}: ${errorText(error)}`, {
      cause: error,
      next: 'Name a path this user can write with --control.',
    });
  }
  server.unref();
  const endConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path: address,
    endConnections,
    close: () =>
      new Promise((resolve) => {
        // First it listens no more: whoever is let go of and looks again finds nobody.
        server.close(() => resolve());
        endConnections();
      }),
  };
}

/** Removes a socket that a killed process left, and nothing else that lies there. */
function removeStale(address: string): void {
  try {
    if (!lstatSync(address).isSocket()) throw new Error('a file is there that is no socket');
    unlinkSync(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Nobody answers at a control socket, or no longer. */
export const noServer = (what: string, cause: unknown): OperationError =>
  new OperationError('NO_SERVER', what, {
    cause,
    next: 'Start one in the editor (LwM2M: Start Server) or with `lwm2m-workbench serve`.',
  });

/** Connects to a control socket. Throws `OperationError` `NO_SERVER` where nobody answers. */
export function connectLocal(address: string): Promise<LocalConnection> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(connectionOn(socket));
    });
    socket.once('error', (cause) =>
      reject(noServer(`no LwM2M Workbench server answers at ${address}`, cause)),
    );
  });
}
