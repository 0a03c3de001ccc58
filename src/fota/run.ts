import type { Duration } from '../base/clock';
import type { Event } from '../base/event';
import type { Szx } from '../coap/exchange';
import type { ImageFacts } from '../firmware/image/facts';
import type { StagedImage } from '../firmware/stagedImage';
import type { LwM2mPath } from '../objects/path';
import type { Scheme } from '../transport/ports';
import type { DeliveryMethod, UpdateState } from './vocabulary';

/** What an update is asked to be. */
export interface UpdateRequest {
  readonly endpointName: string;
  readonly image: StagedImage;
  readonly method: 'auto' | DeliveryMethod;
  readonly protocol?: Scheme;
  /** Host of the Package URI, in place of the address the device registered at. */
  readonly host?: string;
  /** Template of the Package URI, in place of one of our own making (`packageUri.ts`). */
  readonly uri?: string;
  /** Someone else serves the image at `uri`: nothing is offered here. */
  readonly external?: boolean;
  readonly szx?: Szx;
  /** Bounds each silence in every phase; without it 60 s in a transfer and 300 s for the restart. */
  readonly stallTimeout?: Duration;
  /** How often a transfer that the device's restart cut is begun again. Default 1. */
  readonly retries?: number;
  readonly expectVersion?: string;
  /** Where the running version lives; default /3/0/3. */
  readonly versionPath?: LwM2mPath;
  /** Sends an image that has problems. */
  readonly force?: boolean;
}

/** What was decided before anything was sent, and why. */
export interface UpdatePlan {
  readonly method: DeliveryMethod;
  readonly protocol: Scheme;
  /** A sentence or two for the user. */
  readonly why: string;
  readonly versionBefore: string | undefined;
  /** The instance of object 5 that is driven. */
  readonly instanceId: number;
  /** Pull only, as it is written to 5/0/1. */
  readonly packageUri?: string;
  /** Someone else serves the image: how far it is, only the device's state tells. */
  readonly external?: true;
  /** What may still have to be prepared for it, as a sentence: a key, a certificate. */
  readonly next?: string;
}

/** `unverified`: all went through, yet nothing the device says shows whether the new image runs. */
export type UpdateOutcome = 'succeeded' | 'failed' | 'cancelled' | 'unverified';

/** How a run ended. `cause` and `next` are there unless it succeeded. */
export interface UpdateEnd {
  readonly outcome: UpdateOutcome;
  /** The last Update Result of this run's own, where one was seen. */
  readonly updateResult: number | undefined;
  readonly resultName: string | undefined;
  /** A stable code of the cause (`RESULT_5`, `STALLED_DOWNLOADING`, `REBOOTED_IN_TRANSFER`, `ONLY_33629`, …). */
  readonly code?: string;
  readonly cause?: string;
  readonly next?: string;
  readonly versionAfter: string | undefined;
  /** The state the device was left in, where it could be read. */
  readonly stateAfter: UpdateState | undefined;
  readonly durationMs: number;
}

/** What happens during a run; `at` is milliseconds since 1970. */
export type UpdateEvent = { readonly at: number } & (
  | { readonly kind: 'waiting'; readonly note: string }
  | { readonly kind: 'plan'; readonly plan: UpdatePlan }
  | {
      readonly kind: 'state';
      readonly state: UpdateState;
      readonly updateResult: number;
      /** Whether the specification draws this transition; a jump over unseen states is legal with a note. */
      readonly legal: boolean;
      readonly note?: string;
    }
  | {
      readonly kind: 'progress';
      readonly bytes: number;
      readonly total: number;
      readonly retransmissions: number;
    }
  /** A line of the timeline: what was sent or seen, and the device's answer (`2.04`) where there was one. */
  | { readonly kind: 'step'; readonly text: string; readonly answer?: string }
  | { readonly kind: 'end'; readonly end: UpdateEnd }
);

/** The phases of a run, as timeouts, cancel and the panel's stations know them. */
export type UpdatePhase = 'preparing' | 'transferring' | 'downloaded' | 'updating' | 'verifying' | 'ended';

/**
 * A run as history keeps it: written as it happens, so that one cut off by the end of the process stands there as
 * `interrupted`. Plain JSON.
 */
export interface RunRecord {
  readonly id: string;
  readonly endpointName: string;
  readonly startedAt: number;
  readonly file: string;
  readonly image: ImageFacts;
  /** The staged copy, while it is kept. */
  readonly copy?: string;
  /** The offer of a pull, to be taken up again. */
  readonly offerId?: string;
  /** What was asked for, to take the run up as it was meant. */
  readonly asked?: Omit<UpdateRequest, 'endpointName' | 'image'>;
  readonly phase: UpdatePhase;
  readonly plan?: UpdatePlan;
  /** All but `progress` (of which only the newest is kept), bounded to the first and last 500. */
  readonly events: readonly UpdateEvent[];
  readonly bytes: number;
  /** Bytes a second over the transfer, where it ended. */
  readonly throughput?: number;
  readonly end?: UpdateEnd;
  /** The process ended in the middle of it. */
  readonly interrupted?: true;
}

/** Where runs are kept, newest first. */
export interface RunHistory {
  /** Writes the record durably enough that `kill -9` right after keeps it. */
  write(record: RunRecord): void;
  list(): readonly RunRecord[];
  readonly onChange: Event<RunRecord>;
}

/** An update under way. */
export interface UpdateRun {
  readonly id: string;
  readonly endpointName: string;
  /** As history would show it now. */
  readonly record: RunRecord;
  readonly onEvent: Event<UpdateEvent>;
  readonly ended: Promise<UpdateEnd>;
  /**
   * Cancels as the phase allows, reads the device afterwards and ends the run as `cancelled` with the state it was left in.
   * In Updating it can't be cancelled: `refused` with the reason, and the run goes on.
   */
  cancel(): Promise<{ readonly cancelled: true } | { readonly cancelled: false; readonly reason: string }>;
}

/** Runs updates: one active an endpoint. */
export interface UpdateRunner {
  /** Throws `OperationError` `UPDATE_RUNNING` (names the running one), `NOT_SENDABLE`. */
  start(request: UpdateRequest): UpdateRun;
  running(endpointName: string): UpdateRun | undefined;
  active(): readonly UpdateRun[];
  /** Each run as it begins or is taken up, before its first event. */
  readonly onStarted: Event<UpdateRun>;
  /** Takes up a run that a reload cut: a pull under the same URI, a wait for the restart. A cut push can't be, nor what a newer run of the device overtook: `undefined`, and its record is closed as interrupted. */
  resume(record: RunRecord): Promise<UpdateRun | undefined>;
  /** The process ends: stops every timer; runs under way keep their records as they are. */
  close(): void;
}
