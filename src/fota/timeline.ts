import type { Clock } from '../base/clock';
import { errorText } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/log';
import type {
  RunHistory,
  RunRecord,
  UpdateEnd,
  UpdateEvent,
  UpdatePhase,
  UpdatePlan,
  UpdateRequest,
} from './run';

/** An event before it got its time. */
export type Happened = UpdateEvent extends infer E ? (E extends UpdateEvent ? Omit<E, 'at'> : never) : never;

/** At least so long between two records written for progress alone (milliseconds). */
const WRITE_EVERY = 1000;
/** At least so long between two progress events (milliseconds). */
const PROGRESS_EVERY = 100;
/** Events kept from a run's beginning, and as many from its end. */
const KEPT = 500;

/** A run's record, kept and written as things happen; and its events, told. */
export class Timeline {
  private current: RunRecord;
  private readonly events = new Emitter<UpdateEvent>();
  private first: UpdateEvent[];
  private last: UpdateEvent[] = [];
  private progress: (UpdateEvent & { readonly kind: 'progress' }) | undefined;
  private transferBegan: number | undefined;
  private writtenAt = -Infinity;
  private progressAt = -Infinity;
  /** Progress that came too soon after the last that was told: told before the end. */
  private withheld: (UpdateEvent & { readonly kind: 'progress' }) | undefined;
  private silent = false;

  readonly onEvent = this.events.event;

  constructor(
    record: RunRecord,
    private readonly history: RunHistory,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    const { interrupted: _interrupted, ...kept } = record;
    this.current = kept;
    this.first = record.events.slice(0, KEPT);
    this.last = record.events.slice(KEPT);
    const plan = record.events.find(({ kind }) => kind === 'plan');
    // taken up in the middle: it began when it was planned
    if (record.phase === 'transferring' && plan)
      this.transferBegan = clock.now() - (clock.wallTime() - plan.at);
    this.write();
  }

  /** A new run's first record. */
  static begin(
    id: string,
    { endpointName, image, ...asked }: UpdateRequest,
    history: RunHistory,
    clock: Clock,
    log: Logger,
  ): Timeline {
    const { file, facts, copy } = image;
    return new Timeline(
      {
        id,
        endpointName,
        startedAt: clock.wallTime(),
        file,
        image: facts,
        copy,
        asked,
        phase: 'preparing',
        events: [],
        bytes: 0,
      },
      history,
      clock,
      log,
    );
  }

  get record(): RunRecord {
    const { progress } = this;
    const events = [...this.first, ...this.last];
    if (progress) {
      const after = events.findIndex(({ at }) => at > progress.at);
      events.splice(
        after < 0 ? (events.at(-1)?.kind === 'end' ? events.length - 1 : events.length) : after,
        0,
        progress,
      );
    }
    return { ...this.current, events };
  }

  tell(happened: Happened): void {
    const event = { at: this.clock.wallTime(), ...happened } as UpdateEvent;
    if (event.kind === 'progress') return this.progressed(event);
    if (this.first.length < KEPT) this.first.push(event);
    else {
      this.last.push(event);
      if (this.last.length > KEPT) this.last.shift();
    }
    this.write();
    this.fire(event);
  }

  step(text: string, answer?: string): void {
    this.tell({ kind: 'step', text, ...(answer === undefined ? {} : { answer }) });
  }

  plan(plan: UpdatePlan): void {
    this.current = { ...this.current, plan };
    this.tell({ kind: 'plan', plan });
  }

  /** Without an event of its own: phases are told by what happens in them. */
  phase(phase: UpdatePhase): void {
    if (phase === this.current.phase) return;
    if (phase === 'transferring') this.transferBegan = this.clock.now();
    else if (this.current.phase === 'transferring') this.noteThroughput();
    this.current = { ...this.current, phase };
    this.write();
  }

  offered(offerId: string): void {
    this.current = { ...this.current, offerId };
    this.write();
  }

  /** Ends the record and tells the end, once. */
  end(end: UpdateEnd): void {
    if (this.current.phase === 'transferring') this.noteThroughput();
    const { copy: _copy, offerId: _offerId, ...kept } = this.current;
    this.current = { ...kept, phase: 'ended', end };
    this.tellWithheld();
    this.tell({ kind: 'end', end });
    this.silence();
  }

  /** Nothing is told or written from here on. */
  silence(): void {
    this.silent = true;
    this.events.dispose();
  }

  private progressed(event: UpdateEvent & { readonly kind: 'progress' }): void {
    const { bytes, total } = event;
    this.current = { ...this.current, bytes };
    this.progress = event;
    const now = this.clock.now();
    const complete = bytes >= total;
    if (complete || now - this.writtenAt >= WRITE_EVERY) this.write();
    this.withheld = event;
    if (!complete && now - this.progressAt < PROGRESS_EVERY) return;
    this.progressAt = now;
    this.tellWithheld();
  }

  private tellWithheld(): void {
    const { withheld } = this;
    this.withheld = undefined;
    if (withheld) this.fire(withheld);
  }

  private noteThroughput(): void {
    const took = this.clock.now() - (this.transferBegan ?? this.clock.now());
    const { bytes } = this.current;
    if (took > 0 && bytes > 0)
      this.current = { ...this.current, throughput: Math.round((bytes * 1000) / took) };
  }

  private write(): void {
    if (this.silent) return;
    this.writtenAt = this.clock.now();
    this.history.write(this.record);
  }

  private fire(event: UpdateEvent): void {
    if (this.silent) return;
    try {
      this.events.fire(event);
    } catch (error) {
      // who listens must not end an update
      this.log.log('error', `a listener of an update failed: ${errorText(error)}`);
    }
  }
}
