import { errorText, isOperationError, OperationError } from '../base/errors';
import { cancelOnDevice, defersInstallation } from './cancel';
import { UpdateProcedure, type RunOptions } from './procedure';
import type { RunRecord, UpdateEnd, UpdateRun } from './run';
import { sentence } from '../base/sentence';
import { cancelled, couldNot, resultName, verdictOfStall, type Verdict } from './verdict';
import type { UpdateState } from './vocabulary';
import { versionNow, type Verified } from './verify';

/** One update under way: its procedure, its cancel, its end. */
export class ActiveRun implements UpdateRun {
  readonly id: string;
  readonly endpointName: string;
  readonly ended: Promise<UpdateEnd>;
  readonly onEvent: UpdateRun['onEvent'];

  private readonly life = new AbortController();
  private readonly cancelling = new AbortController();
  private readonly procedure: UpdateProcedure;
  private readonly beganAt: number;
  private finish: (end: UpdateEnd) => void = () => undefined;

  constructor(private readonly options: RunOptions) {
    const { record } = options.timeline;
    this.id = record.id;
    this.endpointName = record.endpointName;
    this.onEvent = options.timeline.onEvent;
    this.beganAt = options.clock.now();
    this.ended = new Promise((resolve) => (this.finish = resolve));
    this.procedure = new UpdateProcedure(options, this.life.signal, this.cancelling.signal);
  }

  get record(): RunRecord {
    return this.options.timeline.record;
  }

  /** Runs from the beginning; resolves when it has ended or was closed. */
  begin(): Promise<void> {
    return this.conclude(() => this.procedure.fromTheBeginning());
  }

  /** Goes on where the record stands. */
  takeUp(): Promise<void> {
    return this.conclude(() => this.procedure.whereItStood());
  }

  async cancel(): Promise<
    { readonly cancelled: true } | { readonly cancelled: false; readonly reason: string }
  > {
    const { context } = this.procedure;
    const isUpdating = () => this.record.phase === 'updating';
    const mayCancel = !isUpdating() || (context !== undefined && (await defersInstallation(context)));
    if (this.record.phase === 'ended') return { cancelled: false, reason: 'That update has ended.' };
    if (isUpdating() && !mayCancel)
      return {
        cancelled: false,
        reason:
          'The device is installing the image (Updating): LwM2M has no way to stop that, and cutting its power may leave it without a firmware.',
      };
    this.cancelling.abort(new OperationError('ABORTED', 'the update was cancelled'));
    const end = await this.ended;
    return end.outcome === 'cancelled'
      ? { cancelled: true }
      : { cancelled: false, reason: `It had ended before the cancel: ${end.outcome}.` };
  }

  /** The process ends: the record stays as it is. */
  close(): void {
    this.options.timeline.silence();
    this.life.abort(new OperationError('ABORTED', 'the server was stopped'));
    this.cancelling.abort(new OperationError('ABORTED', 'the server was stopped'));
    this.procedure.watch?.dispose();
  }

  private async conclude(procedure: () => Promise<Verified>): Promise<void> {
    let verified: Verified & { readonly left?: UpdateState | 'unknown' };
    try {
      verified = await procedure();
    } catch (error) {
      if (this.life.signal.aborted) return;
      verified = this.cancelling.signal.aborted ? await this.afterCancel() : ended(this.verdictOf(error));
    }
    if (this.life.signal.aborted) return;
    await this.settleEnd(verified);
  }

  private async afterCancel(): Promise<Verified & { readonly left: UpdateState | 'unknown' }> {
    // a device that deferred has installed nothing
    const executed = this.procedure.done.has('execute') && this.record.phase !== 'updating';
    const { context, objectVersion, offer } = this.procedure;
    const pair = context && (await cancelOnDevice(context, objectVersion, () => offer?.withdraw()));
    offer?.withdraw();
    const versionAfter = executed && context ? await versionNow(context) : undefined;
    return { verdict: cancelled(pair?.state, executed), versionAfter, left: pair?.state ?? 'unknown' };
  }

  private verdictOf(error: unknown): Verdict {
    const { phase } = this.record;
    if (
      phase === 'preparing' &&
      (isOperationError(error, 'TIMEOUT') || isOperationError(error, 'UNREACHABLE'))
    )
      return verdictOfStall({ phase: 'preparing' }, this.options.clock.now() - this.beganAt, undefined);
    if (isOperationError(error)) return couldNot(error.code, error.message, error.next);
    this.options.log.log(
      'error',
      `${this.endpointName}: the update failed unexpectedly: ${errorText(error)}`,
    );
    return couldNot('UNEXPECTED', `The update failed unexpectedly: ${errorText(error)}`, undefined);
  }

  private async settleEnd({
    verdict,
    versionAfter,
    left = this.procedure.watch?.newest?.state,
  }: Verified & { readonly left?: UpdateState | 'unknown' | undefined }): Promise<void> {
    const { timeline, image, clock } = this.options;
    const { watch, ownSince } = this.procedure;
    const newest = watch?.newest;
    const own =
      newest && ownSince !== undefined && newest.sequence > ownSince ? newest.updateResult : undefined;
    const updateResult = verdict.updateResult ?? own;
    watch?.dispose();
    this.procedure.offer?.withdraw();
    await image.remove().catch((error: unknown) => this.options.log.log('warn', errorText(error)));
    const end: UpdateEnd = {
      outcome: verdict.outcome,
      updateResult,
      resultName: resultName(updateResult),
      ...(verdict.code === undefined ? {} : { code: verdict.code }),
      ...(verdict.cause === undefined ? {} : { cause: sentence(verdict.cause) }),
      ...(verdict.next === undefined ? {} : { next: verdict.next }),
      versionAfter,
      stateAfter: left === 'unknown' ? undefined : left,
      durationMs: Math.round(clock.wallTime() - this.record.startedAt),
    };
    timeline.end(end);
    this.life.abort(new OperationError('ABORTED', 'the update has ended'));
    this.finish(end);
  }
}

const ended = (verdict: Verdict, versionAfter?: string): Verified => ({ verdict, versionAfter });
