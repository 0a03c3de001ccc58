import { millis, seconds } from '../base/clock';
import { isOperationError } from '../base/errors';
import { readVersion } from './abilities';
import type { Restarts } from './awaitInstalled';
import { versionPathOf, type RunContext } from './runContext';
import { unverified, verdictOfResult, wrongVersion, type Verdict } from './verdict';
import { agrees } from './version';

/** A verdict with the version that was read. */
export interface Verified {
  readonly verdict: Verdict;
  readonly versionAfter: string | undefined;
}

const SUCCEEDED: Verdict = { outcome: 'succeeded' };
/** A client may tell its result a little after it registered; a device may restart a little after it told it. */
const GRACE = seconds(15);

/** The running version; `undefined` where the device has none to read or doesn't answer. */
export async function versionNow(context: RunContext): Promise<string | undefined> {
  const { server, endpointName, limits, life } = context;
  try {
    return await readVersion(server, endpointName, versionPathOf(context), {
      stallTimeout: limits.read,
      signal: life,
    });
  } catch {
    return undefined;
  }
}

/** Whether another version can be read than ran before; no where either can't be read. */
export async function runsAnotherVersion(context: RunContext): Promise<boolean> {
  const version = await versionNow(context);
  return version !== undefined && context.versionBefore !== undefined && version !== context.versionBefore;
}

const graceOf = ({ limits }: RunContext) => millis(Math.min(GRACE, limits.restart));

/** Waits for a registration; whether it came. */
async function registersWithin(context: RunContext, restarts: Restarts, grace: number): Promise<boolean> {
  const { watch, patience, signal } = context;
  const heard = watch.onRegistered(() => {
    restarts.registered = true;
    patience.poke();
  });
  try {
    return await patience.until(() => restarts.registered || undefined, millis(grace), signal);
  } catch (error) {
    if (isOperationError(error, 'STALLED')) return false;
    throw error;
  } finally {
    heard.dispose();
  }
}

/**
 * After result 1: the version is read, to be told, and compared where one is expected. Some tell the result before they
 * restart (nRF Connect SDK), so an old version is read again after the registration. Throws on a cancel.
 */
export async function verifySuccess(context: RunContext, restarts: Restarts): Promise<Verified> {
  const { asked, versionBefore, limits, timeline } = context;
  timeline.phase('verifying');
  let versionAfter = await versionNow(context);
  const { expectVersion } = asked;
  const isExpected = () =>
    expectVersion === undefined || versionAfter === undefined || agrees(expectVersion, versionAfter);
  if (!restarts.registered && (versionAfter === versionBefore || !isExpected())) {
    const grace = isExpected() ? graceOf(context) : limits.restart;
    if (await registersWithin(context, restarts, grace)) versionAfter = await versionNow(context);
  }
  const verdict =
    expectVersion !== undefined && versionAfter !== undefined && !isExpected()
      ? wrongVersion(expectVersion, versionAfter, 1)
      : context.done.has('execute') || provenBy(context, restarts, versionAfter)
        ? { ...SUCCEEDED, updateResult: 1 }
        : // it installed by itself: without our Execute a result alone is no proof
          unverified(versionAfter, versionBefore);
  return { verdict, versionAfter };
}

/**
 * Without a result (many clients keep it in RAM): the version alone can show it. Proof is, after a registration, the
 * expected version; else a changed one, or the one the image names where another ran before. Throws on a cancel.
 */
export async function verifyByVersion(context: RunContext, restarts: Restarts): Promise<Verified> {
  const { watch, patience, signal, timeline, asked } = context;
  timeline.phase('verifying');
  let versionAfter = await versionNow(context);
  if (provenBy(context, restarts, versionAfter)) return { verdict: SUCCEEDED, versionAfter };
  // stale is what was there before the wait; a client may set its result now
  const before = watch.newest?.updateResult;
  watch.poll(graceOf(context));
  try {
    const updateResult = await patience.until(
      () => {
        const { newest } = watch;
        return newest?.state === 'idle' && newest.updateResult > 0 && newest.updateResult !== before
          ? newest.updateResult
          : undefined;
      },
      graceOf(context),
      signal,
    );
    if (updateResult === 1) return await verifySuccess(context, restarts);
    return { verdict: verdictOfResult(updateResult, 'idle'), versionAfter: await versionNow(context) };
  } catch (error) {
    if (!isOperationError(error, 'STALLED')) throw error;
  } finally {
    watch.poll(undefined);
  }
  versionAfter = await versionNow(context);
  if (provenBy(context, restarts, versionAfter)) return { verdict: SUCCEEDED, versionAfter };
  const { expectVersion } = asked;
  const verdict =
    expectVersion !== undefined && versionAfter !== undefined && !agrees(expectVersion, versionAfter)
      ? wrongVersion(expectVersion, versionAfter, undefined)
      : unverified(versionAfter, context.versionBefore);
  return { verdict, versionAfter };
}

function provenBy(
  { asked, image, versionBefore }: RunContext,
  { registered }: Restarts,
  versionAfter: string | undefined,
): boolean {
  if (versionAfter === undefined) return false;
  if (asked.expectVersion !== undefined) return registered && agrees(asked.expectVersion, versionAfter);
  if (versionBefore !== undefined && versionAfter !== versionBefore) return true;
  const named = image.facts.version;
  return (
    registered &&
    named !== undefined &&
    agrees(named, versionAfter) &&
    (versionBefore === undefined || !agrees(named, versionBefore))
  );
}
