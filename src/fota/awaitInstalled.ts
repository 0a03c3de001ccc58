import { DisposableStore } from '../base/disposable';
import { errorText, isOperationError } from '../base/errors';
import { isSuccess } from '../coap/code';
import type { Answer } from '../lwm2m/server';
import { firmwarePath } from './abilities';
import type { SeenPair } from './deviceWatch';
import type { StatePair } from './machine';
import { answerText, carried, type RunContext } from './runContext';
import { executeRefused, executeUnsent, verdictOfResult, verdictOfStall, type Verdict } from './verdict';
import { FirmwareUpdateResources as R } from './vocabulary';

/** How an installation ended, as far as State and Result tell. */
export type InstallEnd =
  /** Result 1 in Idle, this run's own. */
  | { readonly kind: 'succeeded' }
  /** It came back to Idle, or restarted, without a result that says how it went. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly verdict: Verdict };

/** What an installation is judged against. */
export interface InstallBase {
  /** The pair before Execute. */
  readonly pair: StatePair | undefined;
  /** Its sequence: what is not newer doesn't count. */
  readonly sequence: number;
  /** The transfer ended without a move of the state: its states mean nothing. */
  readonly stoodStill: boolean;
}

/** Whether the device registered anew after Execute. */
export interface Restarts {
  registered: boolean;
}

/** An Execute on Update that went out, as far as it has come. */
export interface Execution {
  readonly answered: boolean;
  /** The answer that says no; the pair was read after it. */
  readonly refusal: Answer | undefined;
}

/**
 * Executes Update (5/0/2), without argument since some refuse any, and waits for how it ends. An Execute without an
 * answer is no failure: a device may restart before it answers. Where it comes back as if nothing had reached it, Update
 * is executed once more. Throws what the wait throws.
 */
export async function executeUpdate(
  context: RunContext,
  base: InstallBase,
  restarts: Restarts,
): Promise<InstallEnd> {
  const { watch, timeline } = context;
  timeline.phase('updating');
  restarts.registered = false;
  const first = sendExecute(context);
  const end = await first.until((execution) => awaitEnd(context, base, restarts, execution, LOST));
  if (end !== LOST) return first.judged(end);
  // the two halves of a read that was under way may be from before and after the restart
  await watch.readIfPossible();
  const pair = await watch.readIfPossible();
  if (!pair || !isUntouched(pair))
    return first.judged(await awaitInstalled(context, base, restarts, first.execution));
  timeline.step('It is Downloaded still and never answered: Update is executed once more');
  restarts.registered = false;
  const again: InstallBase = { ...base, pair, sequence: pair.sequence };
  const second = sendExecute(context);
  return second.judged(
    await second.until((execution) => awaitInstalled(context, again, restarts, execution)),
  );
}

/** Sends Execute on Update, which a new registration ends: a device that came up again may not want it any more. */
function sendExecute(context: RunContext) {
  const { server, endpointName, instanceId, timeline, limits, patience, life, watch, done } = context;
  // what brought it to Downloaded explains nothing from here on
  if (watch.newest?.state === 'downloaded') done.clear();
  done.add('execute');
  const own = new AbortController();
  const stop = () => own.abort();
  life.addEventListener('abort', stop, { once: true });
  const execution: { answered: boolean; refusal: Answer | undefined } = {
    answered: false,
    refusal: undefined,
  };
  let unsent: (typeof UNSENT)[number] | undefined;
  const registered = watch.onRegistered(stop);
  const settings = carried(context, own.signal, limits.restart);
  void server
    .execute(endpointName, firmwarePath(instanceId, R.UPDATE), undefined, settings)
    .then(
      (answer) => {
        const { code, diagnostic } = answerText(answer);
        execution.answered = true;
        timeline.step(`Update executed${diagnostic}`, code);
        if (isSuccess(answer.code)) return;
        return watch.readIfPossible().then(() => {
          execution.refusal = answer;
        });
      },
      (error: unknown) => {
        if (life.aborted) return;
        unsent = UNSENT.find((code) => isOperationError(error, code));
        if (unsent) done.delete('execute');
        timeline.step(
          `Execute on Update ${unsent ? 'was not sent' : 'has no answer'} (${errorText(error)}): watching on`,
        );
      },
    )
    .finally(() => patience.touch());
  return {
    execution: execution as Execution,
    /** Waits, and ends the request with the wait. */
    until: async <T>(wait: (execution: Execution) => Promise<T>): Promise<T> => {
      try {
        return await wait(execution);
      } finally {
        life.removeEventListener('abort', stop);
        registered.dispose();
        own.abort();
      }
    },
    /** Nothing that a device says is of this run's doing where it was not told to install. */
    judged: (end: InstallEnd): InstallEnd =>
      unsent && end.kind !== 'failed' ? { kind: 'failed', verdict: executeUnsent(unsent) } : end,
  };
}

/** How an operation fails that never went out. */
const UNSENT = ['NOT_REGISTERED', 'NO_SESSION'] as const;
const ANSWERED: Execution = { answered: true, refusal: undefined };
const LOST = 'lost';

/** Downloaded, with nothing to say of an installation. */
const isUntouched = ({ state, updateResult }: StatePair): boolean =>
  state === 'downloaded' && updateResult === 0;

/** Waits for the end of an installation that was begun. */
export async function awaitInstalled(
  context: RunContext,
  base: InstallBase,
  restarts: Restarts,
  execution: Execution = ANSWERED,
): Promise<InstallEnd> {
  return awaitEnd<never>(context, base, restarts, execution, undefined);
}

/** Ends with `whenLost`, where it is given, as soon as the device is back as if Execute had never reached it. */
async function awaitEnd<Lost extends string>(
  context: RunContext,
  base: InstallBase,
  restarts: Restarts,
  execution: Execution,
  whenLost: Lost | undefined,
): Promise<InstallEnd | Lost> {
  const { watch, timeline, patience, limits, signal, server, endpointName } = context;
  const owned = new DisposableStore();
  let sawUpdating = false;
  let cleared = base.pair?.updateResult !== 1;
  let deferred = false;
  let registeredAt: number | undefined = restarts.registered ? 0 : undefined;
  const sees = (pair: SeenPair) => {
    if (pair.sequence <= base.sequence) return;
    if (pair.state === 'updating') sawUpdating = true;
    if (pair.updateResult !== 1) cleared = true;
    if (pair.state === 'downloaded' && pair.updateResult === 11 && !deferred) {
      deferred = true;
      timeline.step('The device defers the installation (11): waiting for it to begin');
    } else if (pair.updateResult !== 11) deferred = false;
  };
  owned.add(
    watch.onPair((pair) => {
      sees(pair);
      patience.poke();
    }),
  );
  owned.add(
    watch.onRegistered(() => {
      restarts.registered = true;
      registeredAt = watch.newest?.sequence ?? 0;
      timeline.step('The device registered anew');
      patience.touch();
    }),
  );
  owned.add(
    server.onRemoved(({ registration, reason }) => {
      if (registration.endpointName === endpointName && reason === 'deregistered')
        timeline.step('The device de-registered');
    }),
  );
  if (watch.newest) sees(watch.newest);
  watch.poll(limits.restart);

  const look = (): InstallEnd | Lost | undefined => {
    const { newest } = watch;
    const since = Math.max(base.sequence, registeredAt ?? 0);
    const pair = newest && newest.sequence > since ? newest : undefined;
    if (pair) {
      const ended = byPair(pair);
      if (ended) return ended;
      const untouched = registeredAt !== undefined && !sawUpdating && isUntouched(pair);
      if (untouched && !execution.answered && whenLost !== undefined) return whenLost;
    }
    const refused = execution.refusal;
    if (refused && !sawUpdating && !restarts.registered) {
      const { code, diagnostic } = answerText(refused);
      return { kind: 'failed', verdict: executeRefused(code, diagnostic, newest?.state) };
    }
    return undefined;
  };
  const byPair = ({ state, updateResult }: SeenPair): InstallEnd | undefined => {
    const fresh =
      sawUpdating ||
      registeredAt !== undefined ||
      updateResult !== base.pair?.updateResult ||
      state !== base.pair.state;
    if (state === 'downloaded' || state === 'idle') {
      if (updateResult > 1 && updateResult !== 11 && fresh)
        return { kind: 'failed', verdict: verdictOfResult(updateResult, state) };
    }
    if (state !== 'idle') return undefined;
    if (updateResult === 1 && cleared && fresh) return { kind: 'succeeded' };
    return registeredAt !== undefined ? { kind: 'silent' } : undefined;
  };

  try {
    return await patience.until(look, limits.restart, signal);
  } catch (error) {
    if (!isOperationError(error, 'STALLED')) throw error;
    if (deferred) return { kind: 'failed', verdict: verdictOfResult(11, 'downloaded') };
    const pair = await watch.readIfPossible();
    const ended = look();
    if (ended) return ended;
    if (!pair)
      return { kind: 'failed', verdict: verdictOfStall({ phase: 'updating' }, limits.restart, undefined) };
    if (pair.state === 'idle' || (base.stoodStill && pair.state !== 'updating')) return { kind: 'silent' };
    const { answered } = execution;
    return {
      kind: 'failed',
      verdict: verdictOfStall(
        pair.state === 'downloaded' ? { phase: 'executing', answered } : { phase: 'updating' },
        limits.restart,
        pair.state,
      ),
    };
  } finally {
    watch.poll(undefined);
    owned.dispose();
  }
}
