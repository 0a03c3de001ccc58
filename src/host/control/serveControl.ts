import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import { OperationError, errorText } from '../../base/errors';
import { workbenchMethods, type Workbench } from '../../contract/workbench';

/** JSON-RPC error code of an `OperationError`; its own code and next step travel as data. */
export const OPERATION_FAILED = -32000;

/** An `OperationError` in the form that crosses the control socket. */
export interface RemoteFailure {
  readonly code: string;
  readonly next?: string;
}

function refusal(error: unknown): ResponseError<RemoteFailure> {
  const failure: RemoteFailure =
    error instanceof OperationError
      ? { code: error.code, ...(error.next === undefined ? {} : { next: error.next }) }
      : { code: 'INTERNAL' };
  return new ResponseError(OPERATION_FAILED, errorText(error), failure);
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort(new OperationError('ABORTED', 'cancelled')));
  return controller.signal;
}

/**
 * Serves a workbench to one connection of the control socket: every method of {@link Workbench} as a request, every
 * event as a notification `event`. Observations that the connection began end with it.
 */
export function serveControl(workbench: Workbench, rpc: MessageConnection): void {
  const observations = new Set<string>();
  const events = workbench.onEvent((event) => {
    if (event.kind === 'observationEnded') observations.delete(event.observation);
    void rpc.sendNotification('event', event).catch(() => end());
  });
  const end = () => {
    events.dispose();
    for (const observation of observations)
      void workbench.cancelObservation(observation).catch(() => undefined);
    observations.clear();
  };
  rpc.onClose(end);

  for (const method of workbenchMethods) {
    rpc.onRequest(method, async (parameters: unknown[] | undefined, token: CancellationToken) => {
      try {
        const call = workbench[method] as (...values: unknown[]) => Promise<unknown>;
        const result = await call.apply(workbench, [
          ...(parameters ?? []),
          ...trailing(method, parameters, token),
        ]);
        if (method === 'observe') remember(result as { readonly observation?: string });
        return result ?? null;
      } catch (error) {
        return refusal(error);
      }
    });
  }

  const remember = ({ observation }: { readonly observation?: string }) => {
    if (observation !== undefined) observations.add(observation);
  };
  rpc.listen();
}

/** `operate` and `observe` take a signal after their request. */
function trailing(
  method: (typeof workbenchMethods)[number],
  parameters: unknown[] | undefined,
  token: CancellationToken,
): readonly AbortSignal[] {
  return (method === 'operate' || method === 'observe') && parameters?.length === 1 ? [signalOf(token)] : [];
}
