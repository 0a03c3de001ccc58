import { Cancellation } from '../../base/cancellation';
import { millis, type Clock, type Duration, type Timer } from '../../base/clock';
import { OperationError, abortError, isOperationError } from '../../base/errors';
import type { CoapEndpoint } from '../../coap/endpoint';
import type { RequestSettings } from '../../coap/exchange';
import type { Peer } from '../../transport/ports';
import type { Registration } from '../registration/registration';
import type { OperationSettings, Queued } from '../server';

/** Where a request goes out: through the endpoint a client registered at. */
export interface Route {
  readonly endpoint: CoapEndpoint;
  readonly peer: Peer;
}

/** Sends one request: called again with another route or later where it went unanswered. */
export type Attempt<T> = (route: Route, settings: RequestSettings) => Promise<T>;

/** A client as its lane sees it. */
export interface LaneClient {
  readonly registration: Registration;
  /** Whether a queue-mode client is taken to be asleep; of any other, whether requests wait for its next contact. */
  asleep: boolean;
  readonly removed: boolean;
}

/** What lanes share. */
export interface LaneContext<Client extends LaneClient> {
  readonly clock: Clock;
  /** Throws where the client can't be reached from any of our addresses; `NO_SESSION` where it can once it has come. */
  route(client: Client): Route;
  /** The client showed a sign of life by answering. */
  heard(client: Client): void;
  /** What waits for a client, or whether it is awake, changed. */
  presence(client: Client): void;
}

/** How long a request to an awake queue-mode client may stay acknowledged without its answer (EXCHANGE_LIFETIME, RFC 7252 §4.8.2). */
const LONGEST_ANSWER = millis(247_000);
/** A message younger than this may still be on its way when its receiver is heard: it isn't repeated yet. */
const UNDERWAY = 2000;

/** A request of a lane. What its answer is, only who asked knows. */
class Entry {
  /** Of the attempt under way, or the last one. */
  cancellation: Cancellation | undefined;
  /** The same. */
  route: Route | undefined;
  /** Why it waits although its client is in no queue mode. */
  held: OperationError | undefined;
  acknowledged = false;
  /** Whether blocks of its body have arrived. */
  transferring = false;
  /** `clock.now()` of the last message of it that went out. */
  sentAt = -Infinity;
  /** Set when it was taken back, to go out once more. */
  again = false;
  settled = false;
  stall: Timer | undefined;
  repeat: Timer | undefined;
  /** Ends the wait for the caller's signal. */
  unlisten: (() => void) | undefined;

  constructor(
    readonly attempt: Attempt<unknown>,
    private readonly resolve: (result: unknown) => void,
    private readonly reject: (error: Error) => void,
    readonly settings: OperationSettings,
    /** Whether it may be sent to a restarted or moved device again although the first one may have taken it. */
    readonly repeatable: boolean,
    /** `clock.now()` of the last acknowledgement or block; of its asking before that. */
    public progressAt: number,
  ) {}

  /** Whether its caller is prepared to wait for the client's next contact: it said for how long, or tells of it. */
  get patient(): boolean {
    return this.settings.stallTimeout !== undefined || this.settings.onQueued !== undefined;
  }

  succeed(result: unknown): void {
    if (this.finish()) this.resolve(result);
  }

  fail(error: unknown): void {
    if (!this.finish()) return;
    this.reject(error instanceof Error ? error : new OperationError('ABORTED', String(error)));
  }

  /** Whether it was open until now. */
  private finish(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.stall?.cancel();
    this.repeat?.cancel();
    this.unlisten?.();
    return true;
  }
}

/**
 * The requests to one client, in order. A queue-mode client gets one at a time and only while it is awake; what it
 * leaves unanswered goes back to the head and out again at its next sign of life (OMA-TS-LightweightM2M_Core-V1_1_1
 * §6.5). Only the caller's stall time, the caller's signal, or the end of the registration ends a request before its answer.
 * So it is with any client that has no session now, where the caller is prepared to wait.
 */
export class Lane<Client extends LaneClient> {
  private readonly waiting: Entry[] = [];
  /** The oldest first; few. */
  private readonly active: Entry[] = [];

  constructor(
    private readonly client: Client,
    private readonly context: LaneContext<Client>,
  ) {}

  /** Requests that wait for the client to wake, or for those before them. */
  get queued(): number {
    return this.waiting.length;
  }

  run<T>(attempt: Attempt<T>, settings: OperationSettings, repeatable: boolean): Promise<T> {
    const { signal } = settings;
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.client.removed) {
      const { endpointName } = this.client.registration;
      return Promise.reject(new OperationError('GONE', `${endpointName} is no longer registered`));
    }
    return new Promise<T>((resolve, reject) => {
      const succeed = resolve as (result: unknown) => void;
      const now = this.context.clock.now();
      const entry = new Entry(attempt, succeed, reject, settings, repeatable, now);
      if (signal) {
        const onAbort = () => this.drop(entry, abortError(signal));
        signal.addEventListener('abort', onAbort, { once: true });
        entry.unlisten = () => signal.removeEventListener('abort', onAbort);
      }
      if (!this.queueMode) return this.send(entry);
      this.waiting.push(entry);
      if (settings.stallTimeout !== undefined) this.watchStall(entry, settings.stallTimeout);
      this.pump();
      if (this.waiting.includes(entry)) {
        if (this.client.asleep) settings.onQueued?.('asleep');
        this.context.presence(this.client);
      }
    });
  }

  /** The client was heard, `anew` by a Register: what it left unanswered, and what waited, goes out now. */
  contact(anew: boolean): void {
    const { peer } = this.client.registration;
    for (const entry of [...this.active]) {
      if (entry.route?.peer.key !== peer.key) this.moved(entry, anew);
      else if (this.queueMode) this.repeatUnanswered(entry);
    }
    this.pump();
  }

  /** The client is taken to be asleep: what it hasn't acknowledged waits at the head of the queue. */
  fellAsleep(): void {
    for (const entry of [...this.active]) if (!entry.acknowledged) this.takeBack(entry);
  }

  /** The client is gone. */
  end(error: OperationError): void {
    for (const entry of [...this.waiting, ...this.active]) this.drop(entry, error);
  }

  private get queueMode(): boolean {
    return this.client.registration.queueMode;
  }

  private drop(entry: Entry, error: OperationError): void {
    entry.fail(error);
    const at = this.waiting.indexOf(entry);
    if (at >= 0) {
      this.waiting.splice(at, 1);
      this.context.presence(this.client);
    }
    entry.cancellation?.abort(error);
  }

  private pump(): void {
    if (this.waiting.length === 0) return;
    const before = this.waiting.length;
    while (this.waiting.length > 0) {
      if (this.client.asleep || (this.queueMode && this.active.length > 0)) break;
      const entry = this.waiting.shift();
      if (entry && !entry.settled) this.send(entry);
    }
    if (this.waiting.length !== before) this.context.presence(this.client);
  }

  private send(entry: Entry): void {
    let route: Route;
    try {
      route = this.context.route(this.client);
    } catch (error) {
      return this.unsent(entry, error);
    }
    const cancellation = new Cancellation();
    entry.cancellation = cancellation;
    entry.route = route;
    // from here on the message layer watches the stall time of whoever doesn't sleep
    if (!this.queueMode) entry.stall?.cancel();
    entry.acknowledged = false;
    entry.transferring = false;
    entry.again = false;
    this.active.push(entry);
    begun(entry.attempt, route, this.settingsFor(entry, cancellation)).then(
      (result) => {
        entry.succeed(result);
        this.noLongerActive(entry);
        this.context.heard(this.client);
        this.pump();
      },
      (error: unknown) => {
        this.noLongerActive(entry);
        this.failed(entry, error);
        this.pump();
      },
    );
  }

  /** There is no way to the client now. */
  private unsent(entry: Entry, error: unknown): void {
    if (!isOperationError(error, 'NO_SESSION') || !(this.queueMode || entry.patient))
      return entry.fail(error);
    this.client.asleep = true;
    if (this.queueMode) return this.putBack(entry, 'noSession');
    // one that waited before comes first
    if (entry.held) this.waiting.unshift(entry);
    else this.waiting.push(entry);
    entry.held = error;
    const { stallTimeout, onQueued } = entry.settings;
    entry.stall?.cancel();
    if (stallTimeout !== undefined) this.watchStall(entry, stallTimeout);
    onQueued?.('noSession');
    this.context.presence(this.client);
  }

  private noLongerActive(entry: Entry): void {
    const at = this.active.indexOf(entry);
    if (at >= 0) this.active.splice(at, 1);
  }

  private settingsFor(entry: Entry, signal: Cancellation): RequestSettings {
    const { settings } = entry;
    const stallTimeout = this.queueMode ? LONGEST_ANSWER : settings.stallTimeout;
    return {
      signal,
      ...(settings.szx === undefined ? {} : { szx: settings.szx }),
      ...(stallTimeout === undefined ? {} : { stallTimeout }),
      onTransmit: () => {
        entry.sentAt = this.context.clock.now();
      },
      onAcknowledged: () => {
        if (signal.aborted) return;
        entry.acknowledged = true;
        this.progressed(entry);
        settings.onAcknowledged?.();
      },
      onProgress: (progress) => {
        if (signal.aborted) return;
        entry.acknowledged = false;
        entry.transferring ||= progress.direction === 'block1';
        this.progressed(entry);
        settings.onProgress?.(progress);
      },
    };
  }

  private progressed(entry: Entry): void {
    entry.progressAt = this.context.clock.now();
    this.context.heard(this.client);
  }

  private failed(entry: Entry, error: unknown): void {
    if (entry.settled) return;
    if (entry.again) return this.putBack(entry);
    const missed = (isSilence(error) && !entry.acknowledged) || hungUpBefore(entry, error);
    if (this.queueMode && missed && !this.client.removed) {
      this.client.asleep = true;
      this.putBack(entry);
    } else entry.fail(error);
  }

  private putBack(entry: Entry, why: Queued = 'asleep'): void {
    this.waiting.unshift(entry);
    if (this.client.asleep) entry.settings.onQueued?.(why);
    this.context.presence(this.client);
  }

  /** Cancels an attempt; the request itself goes back to the head of the queue. */
  private takeBack(entry: Entry): void {
    entry.again = true;
    entry.repeat?.cancel();
    entry.cancellation?.abort(new OperationError('ABORTED', 'the request is sent again later'));
  }

  /**
   * What goes to the old address is lost. A body that a restarted client had half of is not begun again behind the back
   * of who sends it, nor an Execute that was taken.
   */
  private moved(entry: Entry, anew: boolean): void {
    const taken = entry.acknowledged && !entry.repeatable;
    if (!taken && !(anew && entry.transferring)) this.takeBack(entry);
    else {
      const { endpointName } = this.client.registration;
      this.drop(
        entry,
        new OperationError('GONE', `${endpointName} came back from another address before it answered`, {
          next: 'Read the device to see whether it took the request.',
        }),
      );
    }
  }

  /** The client is awake and has not answered: a request it slept through is repeated, one on its way is waited for. */
  private repeatUnanswered(entry: Entry): void {
    if (entry.acknowledged || entry.again || entry.sentAt === -Infinity) return;
    const age = this.context.clock.now() - entry.sentAt;
    entry.repeat?.cancel();
    if (age < UNDERWAY) {
      entry.repeat = this.context.clock.after(millis(UNDERWAY - age), () => {
        if (this.active.includes(entry)) this.repeatUnanswered(entry);
      });
      return;
    }
    entry.route?.endpoint.repeat(entry.route.peer);
  }

  private watchStall(entry: Entry, stallTimeout: Duration): void {
    const left = entry.progressAt + stallTimeout - this.context.clock.now();
    if (left > 0) {
      entry.stall = this.context.clock.after(millis(left), () => this.watchStall(entry, stallTimeout));
      return;
    }
    const { endpointName } = this.client.registration;
    this.drop(
      entry,
      entry.held ??
        new OperationError('TIMEOUT', `${endpointName} did not answer within ${stallTimeout / 1000} s`, {
          next: 'It sleeps between its updates (queue mode): allow a longer stall time.',
        }),
    );
  }
}

const isSilence = (error: unknown): boolean =>
  isOperationError(error, 'TIMEOUT') || isOperationError(error, 'UNREACHABLE');

/** Whether a client ended its connection, to sleep, before it can have taken a request; or took one that may come twice. */
const hungUpBefore = (entry: Entry, error: unknown): boolean =>
  isOperationError(error, 'CONNECTION_CLOSED') &&
  !entry.transferring &&
  (entry.repeatable || error.details['unsent'] === true);

/** An attempt that can't even begin has failed. */
function begun<T>(attempt: Attempt<T>, route: Route, settings: RequestSettings): Promise<T> {
  try {
    return attempt(route, settings);
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new OperationError('ABORTED', String(error)));
  }
}
