import {
  CancellationTokenSource,
  ErrorCodes,
  ResponseError,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { OperationError, abortError, errorText } from '../../base/errors';
import { Emitter } from '../../base/event';
import { workbenchMethods, type Workbench, type WorkbenchEvent } from '../../contract/workbench';
import type { RemoteFailure } from './serveControl';

type Method = (typeof workbenchMethods)[number];

const serverGone = (what: string, cause: unknown): OperationError =>
  new OperationError('SERVER_GONE', what, { cause, next: 'Start the server again.' });

function failure(error: unknown): OperationError {
  if (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected)
    return serverGone('The server ended before it answered', error);
  if (error instanceof ResponseError) {
    const data = error.data as RemoteFailure | undefined;
    return new OperationError(data?.code ?? 'INTERNAL', error.message, {
      ...(data?.next === undefined ? {} : { next: data.next }),
      cause: error,
    });
  }
  return serverGone(`the server's control socket closed: ${errorText(error)}`, error);
}

/**
 * The workbench at the other end of a control socket: a terminal beside the editor, a second window. Once the connection
 * is closed, its calls reject with `SERVER_GONE`, those that wait for an answer too, and a `closed` event is told.
 */
export function joinControl(rpc: MessageConnection): Workbench {
  const events = new Emitter<WorkbenchEvent>();
  rpc.onNotification('event', (event: WorkbenchEvent) => events.fire(event));
  rpc.onClose(() => {
    // Only then what waits for an answer is told that none comes.
    rpc.dispose();
    events.fire({ kind: 'closed' });
  });
  rpc.listen();

  async function call(method: Method, values: readonly unknown[]): Promise<unknown> {
    const signal = values.find((value): value is AbortSignal => value instanceof AbortSignal);
    if (signal?.aborted) throw abortError(signal);
    const source = new CancellationTokenSource();
    const onAbort = () => source.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const parameters = values.filter((value) => value !== signal && value !== undefined);
      return (await rpc.sendRequest(method, parameters, source.token)) ?? undefined;
    } catch (error) {
      throw signal?.aborted ? abortError(signal) : failure(error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      source.dispose();
    }
  }

  const methods = Object.fromEntries(
    workbenchMethods.map((method) => [method, (...values: unknown[]) => call(method, values)]),
  ) as unknown as Pick<Workbench, Method>;
  return { onEvent: events.event, ...methods };
}
