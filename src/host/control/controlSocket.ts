import { isOperationError } from '../../base/errors';
import type { Workbench } from '../../contract/workbench';
import { listenLocal, type LocalConnection } from '../../transport/localSocket';
import { serveControl } from './serveControl';

/** Where a server answers, from before it is up until after its ports are free: who comes outside that time waits. */
export interface ControlSocket {
  readonly path: string;
  /** The server is up: answers whoever waits, and whoever comes. */
  serve(workbench: Workbench): void;
  /** The server begins to end: lets go of everybody, and keeps who comes now waiting until it has. */
  leave(): void;
  close(): Promise<void>;
}

/**
 * Opens the first of the sockets that nobody answers at: a second server of one state folder may have one of its own.
 * @throws OperationError `CONTROL_IN_USE` where somebody answers at each; `CONTROL_SOCKET`
 */
export async function openControl(paths: readonly string[]): Promise<ControlSocket> {
  const waiting = new Set<LocalConnection>();
  let workbench: Workbench | undefined;
  const answer = (connection: LocalConnection) => {
    if (workbench) return serveControl(workbench, connection.rpc);
    waiting.add(connection);
    connection.rpc.onClose(() => waiting.delete(connection));
  };
  const listener = await listenFirst(paths, answer);
  return {
    path: listener.path,
    serve: (served) => {
      workbench = served;
      for (const connection of waiting) answer(connection);
      waiting.clear();
    },
    leave: () => {
      workbench = undefined;
      listener.endConnections();
    },
    close: () => listener.close(),
  };
}

async function listenFirst(paths: readonly string[], onConnection: (connection: LocalConnection) => void) {
  const [path = '', ...others] = paths;
  try {
    return await listenLocal(path, onConnection);
  } catch (error) {
    if (others.length === 0 || !isOperationError(error, 'CONTROL_IN_USE')) throw error;
    return listenFirst(others, onConnection);
  }
}
