import type { Clock } from '../base/clock';
import { toHex } from '../base/bytes';
import { errorText, OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { FirmwareOffers } from '../firmware/offer';
import type { ImageStaging, StagedImage } from '../firmware/stagedImage';
import type { LwM2mServer } from '../lwm2m/server';
import { ActiveRun } from './activeRun';
import { isOvertaken, overtaken } from './overtaken';
import type { Listening } from './planPull';
import type { RunHistory, RunRecord, UpdateRequest, UpdateRun, UpdateRunner } from './run';
import { Timeline } from './timeline';

/** What a runner works with; it owns none of it. */
export interface UpdateRunnerOptions {
  readonly server: LwM2mServer;
  readonly offers: FirmwareOffers;
  readonly history: RunHistory;
  /** To find the copy of a run that the end of a process cut. */
  readonly staging: Pick<ImageStaging, 'reopen'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  /** What a pull can come to, now. */
  readonly listening: () => readonly Listening[];
}

/** The runner of a host: one active update an endpoint. */
export function createUpdateRunner(options: UpdateRunnerOptions): UpdateRunner {
  return new Runner(options);
}

class Runner implements UpdateRunner {
  private readonly runs = new Map<string, ActiveRun>();
  private readonly started = new Emitter<UpdateRun>();
  private closed = false;

  readonly onStarted = this.started.event;

  constructor(private readonly options: UpdateRunnerOptions) {}

  start(request: UpdateRequest): UpdateRun {
    const { history, clock, random, log } = this.options;
    const { endpointName, image, force } = request;
    this.refuseSecond(endpointName);
    refuseUnsendable(image, force === true);
    const timeline = Timeline.begin(toHex(random.bytes(8)), request, history, clock, log);
    this.closeOvertaken(timeline.record);
    const run = this.make(timeline, image);
    // whoever asked gets the run, and can listen, before its first event
    void Promise.resolve().then(() => run.begin());
    return run;
  }

  running(endpointName: string): UpdateRun | undefined {
    return this.runs.get(endpointName);
  }

  active(): readonly UpdateRun[] {
    return [...this.runs.values()];
  }

  async resume(record: RunRecord): Promise<UpdateRun | undefined> {
    const { staging, history, clock, log } = this.options;
    if (record.end !== undefined || this.runs.get(record.endpointName)?.id === record.id) return undefined;
    const newer = isOvertaken(record, history);
    if (!newer && this.runs.has(record.endpointName)) return undefined;
    const found = record.copy === undefined ? undefined : await staging.reopen(record.copy, record.file);
    // Bytes that are not those the device has the first half of must not be given as the second.
    const copy = found?.facts.sha256 === record.image.sha256 ? found : undefined;
    if (found && !copy) await found.remove();
    const goesOn =
      record.phase === 'updating' ||
      record.phase === 'verifying' ||
      record.phase === 'downloaded' ||
      (record.phase === 'transferring' && record.plan?.external === true) ||
      (record.phase === 'transferring' && record.offerId !== undefined && copy !== undefined);
    if (newer || !goesOn || record.plan === undefined) {
      await copy?.remove();
      history.write(interrupted(record, clock.wallTime(), newer));
      return undefined;
    }
    if (this.closed || this.runs.has(record.endpointName)) return undefined;
    const run = this.make(new Timeline(record, history, clock, log), copy ?? withoutCopy(record));
    void Promise.resolve().then(() => run.takeUp());
    return run;
  }

  close(): void {
    this.closed = true;
    for (const run of this.runs.values()) run.close();
    this.runs.clear();
    this.started.dispose();
  }

  /** What an ended process left of a device's earlier runs is not to be taken up any more. */
  private closeOvertaken(by: RunRecord): void {
    const { history, staging, clock, log } = this.options;
    for (const record of history.list()) {
      if (record.endpointName !== by.endpointName || record.id === by.id) continue;
      if (record.end !== undefined || !record.interrupted) continue;
      history.write(interrupted(record, clock.wallTime(), true));
      if (record.copy === undefined) continue;
      staging
        .reopen(record.copy, record.file)
        .then((copy) => copy?.remove())
        .catch((error: unknown) => log.log('warn', errorText(error)));
    }
  }

  private make(timeline: Timeline, image: StagedImage): ActiveRun {
    const { server, offers, history, clock, log, listening } = this.options;
    const isNewest = () => !isOvertaken(timeline.record, history);
    const run = new ActiveRun({ server, offers, clock, log, timeline, image, listening, isNewest });
    this.runs.set(run.endpointName, run);
    void run.ended.then(() => {
      if (this.runs.get(run.endpointName) === run) this.runs.delete(run.endpointName);
    });
    this.started.fire(run);
    return run;
  }

  private refuseSecond(endpointName: string): void {
    const other = this.runs.get(endpointName);
    if (!other) return;
    const { file, startedAt } = other.record;
    const ago = Math.round((this.options.clock.wallTime() - startedAt) / 1000);
    throw new OperationError(
      'UPDATE_RUNNING',
      `${endpointName} is being updated with ${file} since ${utcTime(startedAt)} (${ago} s ago)`,
      {
        next: 'Wait for its end, or cancel it first.',
        details: { run: other.id, file, startedAt },
      },
    );
  }
}

/** `12:03:11 UTC` */
function utcTime(at: number): string {
  const second = Math.floor(at / 1000);
  const parts = [Math.floor(second / 3600) % 24, Math.floor(second / 60) % 60, second % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')} UTC`;
}

function refuseUnsendable({ file, facts }: StagedImage, force: boolean): void {
  const [problem] = facts.problems;
  // written to Package, nothing and a single byte are no image: they reset the device
  if (facts.size < 2)
    throw new OperationError('NOT_SENDABLE', `${file} is empty: no image can be this short`, {
      next: 'Build again, and look for the update image.',
    });
  if (facts.sendable || force) return;
  throw new OperationError(
    'NOT_SENDABLE',
    `${file} can’t be sent: ${problem?.message ?? `it is no update image (${facts.kind})`}`,
    { next: problem?.next ?? 'Choose the update image of the build, or force it if you know better.' },
  );
}

/** A record that its process's end cut and nothing takes up: a push, or what a newer run overtook. */
function interrupted(record: RunRecord, now: number, newer: boolean): RunRecord {
  const { copy: _copy, offerId: _offerId, ...kept } = record;
  const last = record.events.filter((event) => event.kind === 'state').at(-1);
  const at = Math.max(record.events.at(-1)?.at ?? record.startedAt, record.startedAt);
  const end = {
    outcome: 'failed',
    updateResult: undefined,
    resultName: undefined,
    code: 'INTERRUPTED',
    cause:
      record.phase === 'transferring'
        ? 'The server ended in the middle of the transfer: a push can’t be taken up again'
        : 'The server ended before anything was sent',
    next: 'Push again: the device is reset first.',
    ...(newer ? overtaken() : {}),
    versionAfter: undefined,
    stateAfter: last?.state,
    durationMs: Math.max(0, at - record.startedAt),
  } as const;
  return {
    ...kept,
    phase: 'ended',
    interrupted: true,
    end,
    events: [...record.events, { at: now, kind: 'end', end }],
  };
}

/** An image that is on the device already: its facts are all that is needed. */
const withoutCopy = ({ file, image, copy }: RunRecord): StagedImage => ({
  file,
  copy: copy ?? '',
  facts: image,
  open: () =>
    Promise.reject(
      new OperationError('UNREADABLE', `the copy of ${file} is gone`, { next: 'Start the update again.' }),
    ),
  remove: () => Promise.resolve(),
});
