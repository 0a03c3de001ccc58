import { isOperationError } from '../../base/errors';
import type { Workbench } from '../../contract/workbench';
import { connectLocal, noServer } from '../../transport/localSocket';
import { joinControl } from './joinControl';

/** A server of another process, in use. */
export interface JoinedServer {
  readonly workbench: Workbench;
  leave(): Promise<void>;
}

/**
 * Joins the server that answers at a control socket. One that is still starting is waited for, and so is the end of one
 * that is ending: its ports are free when this rejects.
 * @throws OperationError `NO_SERVER` where nobody answers
 */
export async function joinServer(address: string): Promise<JoinedServer> {
  const connection = await connectLocal(address);
  const workbench = joinControl(connection.rpc);
  try {
    await workbench.status();
    return { workbench, leave: () => Promise.resolve(connection.end()) };
  } catch (error) {
    connection.end();
    if (!isOperationError(error, 'SERVER_GONE')) throw error;
    throw noServer(`the server at ${address} has just ended`, error);
  }
}
