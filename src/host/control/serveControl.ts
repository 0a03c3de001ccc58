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

/** Aborts when the request is cancelled, or the connection ends: nobody waits for it any more. */
function signalOf(token: CancellationToken, ended: AbortSignal): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort(new OperationError('ABORTED', 'cancelled')));
  return AbortSignal.any([controller.signal, ended]);
}

/**
 * Serves a workbench to one connection of the control socket: every method of {@link Workbench} as a request, every
 * event as a notification `event`, of captures only those that the connection began. Observations, captures and operations
 * that it began end with it.
 */
export function serveControl(workbench: Workbench, rpc: MessageConnection): void {
  const ended = new AbortController();
  /** Once for each time it was asked for: the same paths observed twice are one observation. */
  const observations: string[] = [];
  const forget = (observation: string) => {
    const at = observations.indexOf(observation);
    if (at >= 0) observations.splice(at, 1);
    return at >= 0;
  };
  const captures = new Set<string>();
  const events = workbench.onEvent((event) => {
    if (event.kind === 'captured' && !captures.has(event.capture)) return;
    if (event.kind === 'observationEnded') while (forget(event.observation));
    void rpc.sendNotification('event', event).catch(() => end());
  });
  const end = () => {
    events.dispose();
    ended.abort(new OperationError('ABORTED', 'the connection that asked for it has ended'));
    for (const observation of observations.splice(0))
      void workbench.cancelObservation(observation).catch(() => undefined);
    for (const capture of captures) void workbench.stopCapture(capture).catch(() => undefined);
    captures.clear();
  };
  rpc.onClose(end);

  for (const method of workbenchMethods) {
    rpc.onRequest(method, async (parameters: unknown[] | undefined, token: CancellationToken) => {
      try {
        const call = workbench[method] as (...values: unknown[]) => Promise<unknown>;
        const result = await call.apply(workbench, [
          ...(parameters ?? []),
          ...trailing(method, parameters, () => signalOf(token, ended.signal)),
        ]);
        if (method === 'observe') remember(result as { readonly observation?: string });
        if (method === 'cancelObservation') forget(String(parameters?.[0]));
        if (method === 'startCapture') began(result as { readonly capture: string });
        if (method === 'stopCapture') captures.delete(String(parameters?.[0]));
        return result ?? null;
      } catch (error) {
        return refusal(error);
      }
    });
  }

  const remember = ({ observation }: { readonly observation?: string }) => {
    if (observation === undefined) return;
    if (ended.signal.aborted) void workbench.cancelObservation(observation).catch(() => undefined);
    else observations.push(observation);
  };
  const began = ({ capture }: { readonly capture: string }) => {
    if (ended.signal.aborted) void workbench.stopCapture(capture).catch(() => undefined);
    else captures.add(capture);
  };
  rpc.listen();
}

/** `operate` and `observe` take a signal after their request. */
function trailing(
  method: (typeof workbenchMethods)[number],
  parameters: unknown[] | undefined,
  signal: () => AbortSignal,
): readonly AbortSignal[] {
  return (method === 'operate' || method === 'observe') && parameters?.length === 1 ? [signal()] : [];
}
