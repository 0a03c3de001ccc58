import { millis, seconds, type Timer } from '../base/clock';
import { DisposableStore } from '../base/disposable';
import { errorText, isOperationError } from '../base/errors';
import { Codes } from '../coap/code';
import type { Delivery } from './delivery';
import type { SeenPair } from './deviceWatch';
import type { StatePair } from './machine';
import { answerText, type RunContext } from './runContext';
import type { DeliveryMethod } from './vocabulary';
import {
  couldNot,
  rebootedInTransfer,
  transferDropped,
  transferRefused,
  verdictOfResult,
  verdictOfStall,
  type Verdict,
} from './verdict';
import { runsAnotherVersion } from './verify';

/** How a transfer ended. */
export type TransferEnd =
  | { readonly kind: 'downloaded' }
  /** It installs by itself (Automatic Upgrade at Download, 5/0/14). */
  | { readonly kind: 'installing' }
  /** So it did, unseen: it had all, registered anew, and runs another version. `updateResult` is 0 or 1. */
  | { readonly kind: 'installed'; readonly updateResult: number }
  /** All went through, yet the state didn't move. `note` says from where. */
  | { readonly kind: 'stoodStill'; readonly note: string }
  /** The device lost what it had; `verdict` is for when it may not be begun again. */
  | { readonly kind: 'restarted'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly verdict: Verdict };

/** How long the state must stand still after the last block before Execute is tried all the same. */
const STANDS_STILL = seconds(10);
/** How long after a fall back to Idle a registration may come that explains it. */
const REGISTERS_WITHIN = seconds(10);

/** Waits until an image that is on its way has arrived, was refused, or is lost. Throws on a cancel. */
export async function awaitDownloaded(
  context: RunContext,
  method: DeliveryMethod,
  delivery: Delivery,
  base: SeenPair | undefined,
  packageUri = '',
): Promise<TransferEnd> {
  const wait = new TransferWait(context, method, delivery, base);
  const { patience, limits, signal } = context;
  // a download that isn't seen is silent for all of its time
  const limit = delivery.unseen ? limits.restart : limits.transfer;
  try {
    return await wait.orInstalled(await patience.until(() => wait.look(), limit, signal));
  } catch (error) {
    if (!isOperationError(error, 'STALLED')) throw error;
    if (wait.away) return await wait.untilBack();
    return { kind: 'failed', verdict: stalled(context, method, delivery, packageUri, limit) };
  } finally {
    wait.dispose();
  }
}

class TransferWait {
  private readonly owned = new DisposableStore();
  private readonly timers: Timer[] = [];
  private moved = false;
  /** The newest pair's number when the device last registered anew. */
  private registeredAt: number | undefined;
  /** It registered anew with all of the image in hand. */
  private cameBackWhole = false;
  private completeSince: number | undefined;
  private idleSince: number | undefined;
  private lookedAfterFailure = false;
  private readonly total: number;

  constructor(
    private readonly context: RunContext,
    private readonly method: DeliveryMethod,
    private readonly delivery: Delivery,
    private readonly base: SeenPair | undefined,
  ) {
    const { watch, server, endpointName, patience, timeline, limits } = context;
    this.total = delivery.total;
    let peer = server.registration(endpointName)?.peer.key;
    // what came between the beginning of the transfer and now
    if (watch.newest) this.sees(watch.newest);
    this.owned.add(
      watch.onPair((pair) => {
        this.sees(pair);
        patience.poke();
      }),
    );
    this.owned.add(
      watch.onRegistered((registration) => {
        this.registeredAt = watch.newest?.sequence ?? 0;
        if (delivery.complete()) this.cameBackWhole = true;
        timeline.step('The device registered anew in the middle of the transfer');
        // pushed blocks can't go on to another address, and what it has of them is asked for first; its own fetching
        // may go over another socket than its registration
        if (method === 'push' && registration.peer.key !== peer) delivery.stop();
        peer = registration.peer.key;
        patience.touch();
      }),
    );
    // blocks are the sign of life of a push; a pull shows its own
    watch.poll(method === 'pull' ? limits.transfer : undefined);
  }

  dispose(): void {
    this.owned.dispose();
    for (const timer of this.timers) timer.cancel();
    this.context.watch.poll(undefined);
    this.delivery.stop();
  }

  /** De-registered, expired, or not to be reached: it may come back. */
  get away(): boolean {
    const failure = this.delivery.failure();
    return failure !== undefined && 'error' in failure && isAway(failure.error);
  }

  /** After a transfer's silence a device that left is given the time of a restart. */
  async untilBack(): Promise<TransferEnd> {
    const { patience, limits, signal } = this.context;
    try {
      return await patience.until(() => this.look(), limits.restart, signal);
    } catch (error) {
      if (!isOperationError(error, 'STALLED')) throw error;
      return {
        kind: 'failed',
        verdict: verdictOfStall({ phase: 'restarting' }, limits.restart, this.context.watch.newest?.state),
      };
    }
  }

  /** Idle after a registration with all of it is an installation or a loss: the version tells which. */
  async orInstalled(end: TransferEnd): Promise<TransferEnd> {
    const pair = this.freshPair();
    if (!this.cameBackWhole || pair?.state !== 'idle' || pair.updateResult > 1) return end;
    return (await runsAnotherVersion(this.context))
      ? { kind: 'installed', updateResult: pair.updateResult }
      : end;
  }

  private sees(pair: SeenPair): void {
    if (pair.sequence > (this.base?.sequence ?? 0) && this.base && pair.state !== this.base.state)
      this.moved = true;
  }

  look(): TransferEnd | undefined {
    const pair = this.freshPair();
    const byPair = pair && this.byPair(pair);
    if (byPair) return byPair;
    const failure = this.delivery.failure();
    if (failure) return this.byFailure(failure, pair);
    return this.delivery.complete() ? this.whenComplete() : undefined;
  }

  /** The newest pair seen since the transfer began, and since the last registration. */
  private freshPair(): SeenPair | undefined {
    const { newest } = this.context.watch;
    const since = Math.max(this.base?.sequence ?? 0, this.registeredAt ?? 0);
    return newest && newest.sequence > since ? newest : undefined;
  }

  private byPair(pair: SeenPair): TransferEnd | undefined {
    if (pair.state === 'downloaded' && this.mayBeOurs()) {
      this.delivery.arrived?.();
      return { kind: 'downloaded' };
    }
    if (pair.state === 'updating') return { kind: 'installing' };
    if (pair.state === 'downloading') {
      this.idleSince = undefined;
      if (this.registeredAt === undefined || this.base?.state !== 'idle') return undefined;
      // its blocks were cut by a new address: what it kept can't be gone on with
      if (this.delivery.failure()) return this.restarted();
      this.wentOn();
      return undefined;
    }
    if (pair.state !== 'idle') return undefined;
    const told = this.moved || !sameResult(pair, this.base);
    const { updateResult } = pair;
    // a client that comes up from a cut download may call it a lost connection
    if (this.registeredAt !== undefined && (updateResult === 0 || updateResult === 4))
      return this.restarted();
    if (updateResult > 1) return told ? failedWith(verdictOfResult(updateResult, pair.state)) : undefined;
    if (updateResult === 1)
      return told && this.delivery.complete()
        ? { kind: 'stoodStill', note: 'it says "updated successfully" though only the transfer has ended' }
        : undefined;
    return this.moved ? this.droppedToIdle() : undefined;
  }

  /** A device can only have this image when some of it was sent. */
  private mayBeOurs(): boolean {
    return this.delivery.begun() || this.moved || this.base?.state !== 'downloaded';
  }

  private wentOn(): void {
    this.registeredAt = undefined;
    this.context.timeline.step('It kept what it had: the transfer goes on');
  }

  private restarted(): TransferEnd {
    return {
      kind: 'restarted',
      verdict: rebootedInTransfer(1, this.delivery.bytes(), this.total),
    };
  }

  /** Idle without a result: a registration may follow that explains it. */
  private droppedToIdle(): TransferEnd | undefined {
    const { clock, limits } = this.context;
    const grace = millis(Math.min(REGISTERS_WITHIN, limits.transfer / 2));
    if (this.idleSince === undefined) {
      this.idleSince = clock.now();
      this.lookAfter(grace);
    }
    return clock.now() - this.idleSince >= grace
      ? failedWith(transferDropped(this.delivery.bytes(), this.total))
      : undefined;
  }

  private byFailure(
    failure: { readonly answer: unknown } | { readonly error: unknown },
    pair: SeenPair | undefined,
  ): TransferEnd | undefined {
    if ('error' in failure && isAway(failure.error))
      return pair && this.registeredAt !== undefined ? this.cutBy(pair) : undefined;
    if (this.registeredAt !== undefined) return pair && this.cutBy(pair);
    // the device may have said why: its result is read after every refusal
    if (!this.lookedAfterFailure) {
      this.lookedAfterFailure = true;
      const { watch, patience } = this.context;
      void watch.readIfPossible().then(() => {
        this.readAfterFailure = true;
        patience.poke();
      });
    }
    return this.readAfterFailure ? this.judgeFailure(pair) : undefined;
  }

  private readAfterFailure = false;

  /** It registered anew and the blocks ended: unless it has the image, it has lost it. */
  private cutBy(pair: StatePair): TransferEnd {
    return pair.updateResult > 1 && pair.updateResult !== 4
      ? failedWith(verdictOfResult(pair.updateResult, pair.state))
      : this.restarted();
  }

  private judgeFailure(pair: SeenPair | undefined): TransferEnd {
    const failure = this.delivery.failure();
    if (failure && 'answer' in failure) {
      const { code, diagnostic } = answerText(failure.answer);
      // it knows nothing of the blocks before: it restarted, and its registration is on its way
      if (
        failure.answer.code === Codes.REQUEST_ENTITY_INCOMPLETE &&
        this.delivery.bytes() > 0 &&
        pair?.state === 'idle'
      )
        return this.restarted();
      return failedWith(transferRefused(this.method, code, diagnostic));
    }
    const error = failure?.error;
    if (isOperationError(error, 'TIMEOUT'))
      return failedWith(stalled(this.context, this.method, this.delivery, '', this.context.limits.transfer));
    return isOperationError(error)
      ? failedWith(couldNot(error.code, error.message, error.next))
      : failedWith(couldNot('TRANSFER_BROKEN', errorText(error), undefined));
  }

  /** The last block is acknowledged: the state is read, and given time to move. */
  private whenComplete(): TransferEnd | undefined {
    const { watch, clock, limits } = this.context;
    const grace = millis(Math.min(STANDS_STILL, limits.transfer / 2));
    if (this.completeSince === undefined) {
      this.completeSince = clock.now();
      watch.poll(limits.transfer);
      void watch.readIfPossible();
      this.lookAfter(grace);
    }
    if (this.moved || clock.now() - this.completeSince < grace) return undefined;
    return { kind: 'stoodStill', note: 'its state stood still though all of the image went through' };
  }

  private lookAfter(delay: number): void {
    this.timers.push(this.context.clock.after(millis(delay), () => this.context.patience.poke()));
  }
}

const failedWith = (verdict: Verdict): TransferEnd => ({ kind: 'failed', verdict });

const sameResult = (pair: StatePair, base: StatePair | undefined): boolean =>
  base !== undefined && base.state === pair.state && base.updateResult === pair.updateResult;

const isAway = (error: unknown): boolean =>
  isOperationError(error, 'GONE') ||
  isOperationError(error, 'NOT_REGISTERED') ||
  isOperationError(error, 'UNREACHABLE') ||
  isOperationError(error, 'NO_SESSION') ||
  isOperationError(error, 'ABORTED');

function stalled(
  { patience, watch }: RunContext,
  method: DeliveryMethod,
  delivery: Delivery,
  packageUri: string,
  limit: number,
): Verdict {
  const silent = Math.max(limit, patience.silence);
  const { total } = delivery;
  const bytes = delivery.bytes();
  const state = watch.newest?.state;
  if (delivery.complete()) return verdictOfStall({ phase: 'checking' }, silent, state);
  if (delivery.unseen) return verdictOfStall({ phase: 'elsewhere', packageUri }, silent, state);
  return method === 'push'
    ? verdictOfStall({ phase: 'push', bytes, total }, silent, state)
    : verdictOfStall({ phase: 'pull', asked: delivery.begun(), bytes, total, packageUri }, silent, state);
}
