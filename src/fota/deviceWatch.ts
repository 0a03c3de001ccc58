import { millis, type Clock, type Duration, type Timer } from '../base/clock';
import { DisposableStore } from '../base/disposable';
import { errorText } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/log';
import { isSuccess } from '../coap/code';
import type { Leaf } from '../lwm2m/content/leaf';
import type { Registration } from '../lwm2m/registration/registration';
import type { LwM2mServer, OperationSettings, DeviceObservation } from '../lwm2m/server';
import { samePath } from '../objects/path';
import { firmwarePath, leafAt, numberIn, readNumber } from './abilities';
import { allowedTogether, stateOf, type StatePair, type StateProfile } from './machine';
import { FirmwareUpdateResources as R, UpdateStates, type UpdateState } from './vocabulary';

/** A pair as it was seen: told or read just now, repeated ones too. */
export interface SeenPair extends StatePair {
  /** Rises with every pair seen. */
  readonly sequence: number;
  /** Whether the device told it by itself (Notify, Send) and wasn't asked. */
  readonly told: boolean;
}

/** How a watch is made. */
export interface WatchOptions {
  readonly server: LwM2mServer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpointName: string;
  readonly instanceId: number;
  /** For reads; longer silences are the run's to judge. */
  readonly readLimit: Duration;
  readonly signal: AbortSignal;
}

/** State and Result come one after the other: Anjay sets the result first, Zephyr the state. */
const TOGETHER = millis(200);

/**
 * The device's State and Result as they change: observed, told by Send, and read as a fallback. What is reported is a
 * pair: after a change of either the other is given time, and a pair that decides is read before it is believed.
 */
export class DeviceWatch {
  private readonly pairs = new Emitter<SeenPair>();
  private readonly registrations = new Emitter<Registration>();
  private readonly owned = new DisposableStore();
  private observations: DeviceObservation[] = [];
  private rawState: number | undefined;
  private rawResult: number | undefined;
  private sequence = 0;
  private together: Timer | undefined;
  private pollTimer: Timer | undefined;
  private pollEvery: Duration | undefined;
  private reading: Promise<SeenPair | undefined> | undefined;
  private disposed = false;

  profile: StateProfile = 'standard';
  newest: SeenPair | undefined;
  /** Whether both resources are observed now. */
  observed = false;

  readonly onPair = this.pairs.event;
  /** A new registration, before anything is asked again. */
  readonly onRegistered = this.registrations.event;

  constructor(private readonly options: WatchOptions) {
    const { server, endpointName } = options;
    this.owned.add(
      server.onReport((report) => {
        if (report.endpointName === endpointName) this.reported(report.values);
      }),
    );
    this.owned.add(
      server.onRegistered(({ registration }) => {
        if (registration.endpointName !== endpointName) return;
        this.registrations.fire(registration);
        // observations vanish with the registration they were made in
        this.observeAgain();
      }),
    );
    this.owned.add(
      server.onUpdated(({ registration, previous }) => {
        // and with the connection or session they were made over, where the device has another one now
        if (registration.endpointName === endpointName && registration.peer.key !== previous.peer.key)
          this.observeAgain();
      }),
    );
  }

  /**
   * Observes both resources; their first values are a pair. Where the device doesn't grant it, it is polled. `limit` is
   * for its answers, by default a read's.
   */
  async observe(limit: Duration = this.options.readLimit): Promise<void> {
    const { server, endpointName, instanceId } = this.options;
    this.release();
    const granted: DeviceObservation[] = [];
    for (const resource of [R.UPDATE_RESULT, R.STATE]) {
      const path = firmwarePath(instanceId, resource);
      const { answer, observation } = await server.observe(endpointName, [path], {
        stallTimeout: limit,
        signal: this.options.signal,
      });
      if (observation) granted.push(observation);
      if (isSuccess(answer.code)) this.take(answer.values);
    }
    if (this.disposed) return granted.forEach((observation) => observation.dispose());
    this.observations = granted;
    this.observed = granted.length === 2;
    this.schedulePoll();
    await this.settle(true);
  }

  private observeAgain(): void {
    void this.observe().catch((error: unknown) => this.note(error));
  }

  /**
   * Reads both, with no more patience for a request than `limit`, where it is given; `undefined` where the device has no
   * readable state. Throws what the server's `read` throws.
   */
  read(limit?: Duration): Promise<SeenPair | undefined> {
    // one that is under way has the patience it began with
    if (limit !== undefined && limit < this.options.readLimit)
      return this.readBoth({ ...this.reads, stallTimeout: limit });
    return (this.reading ??= this.readBoth(this.reads).finally(() => {
      this.reading = undefined;
    }));
  }

  /** Reads without failing: `undefined` where the device doesn't answer. */
  async readIfPossible(): Promise<SeenPair | undefined> {
    try {
      return await this.read();
    } catch (error) {
      this.note(error);
      return undefined;
    }
  }

  /** Reads now and then from here on: often where nothing is observed, seldom where it is; never with `undefined`. */
  poll(stallTime: Duration | undefined): void {
    this.pollEvery = stallTime;
    this.schedulePoll();
  }

  dispose(): void {
    this.disposed = true;
    this.pollTimer?.cancel();
    this.together?.cancel();
    this.release();
    this.owned.dispose();
    this.pairs.dispose();
    this.registrations.dispose();
  }

  private get reads(): OperationSettings {
    return { stallTimeout: this.options.readLimit, signal: this.options.signal };
  }

  private release(): void {
    for (const observation of this.observations.splice(0)) observation.dispose();
    this.observed = false;
  }

  private note(error: unknown): void {
    this.options.log.log('debug', `${this.options.endpointName}: state not read: ${errorText(error)}`);
  }

  private take(values: readonly Leaf[]): boolean {
    const { instanceId } = this.options;
    const state = leafAt(values, firmwarePath(instanceId, R.STATE));
    const result = leafAt(values, firmwarePath(instanceId, R.UPDATE_RESULT));
    if (state) this.rawState = numberIn(state) ?? this.rawState;
    if (result) this.rawResult = numberIn(result) ?? this.rawResult;
    return state !== undefined || result !== undefined;
  }

  private reported(values: readonly Leaf[]): void {
    const { instanceId } = this.options;
    const ours = values.some(
      ({ path }) =>
        samePath(path, firmwarePath(instanceId, R.STATE)) ||
        samePath(path, firmwarePath(instanceId, R.UPDATE_RESULT)),
    );
    if (!ours || this.disposed) return;
    this.take(values);
    this.together?.cancel();
    // a step forward without a result can be no half of another pair, and the next one may be near
    const told = this.pairNow();
    if (told && told.updateResult === 0 && this.newest && isForward(this.newest.state, told.state))
      return this.accept(told, true);
    this.together = this.options.clock.after(TOGETHER, () => {
      void this.settle(false).catch((error: unknown) => this.note(error));
    });
  }

  /** Believes what was told, or reads first where the pair decides something. */
  private async settle(fresh: boolean): Promise<void> {
    const told = this.pairNow();
    if (!told) {
      await this.readIfPossible();
      return;
    }
    const before = this.newest;
    const decides =
      !allowedTogether(told) ||
      told.updateResult !== 0 ||
      (told.state === 'idle' && before !== undefined && before.state !== 'idle');
    if (!decides || (fresh && allowedTogether(told) && told.updateResult !== 0))
      return this.accept(told, !fresh);
    if ((await this.readIfPossible()) || this.disposed) return;
    // it restarts between the two halves: Updating ends with a result, which its registration will bring
    if (before?.state === 'updating' && told.state === 'idle' && told.updateResult === 0) return;
    this.accept(told, !fresh);
  }

  private async readBoth(settings: OperationSettings): Promise<SeenPair | undefined> {
    await this.readRaw(settings);
    const first = this.pairNow();
    if (first && this.mayBeHalf(first)) {
      await new Promise<void>((resolve) => void this.options.clock.after(TOGETHER, resolve));
      await this.readRaw(settings);
    }
    const pair = this.pairNow();
    if (!pair || this.disposed) return undefined;
    this.accept(pair, false);
    return this.newest;
  }

  /** Read between the device's two writes: a pair that can't be, or Idle whose result isn't set yet. */
  private mayBeHalf(pair: StatePair): boolean {
    const before = this.newest;
    return (
      !allowedTogether(pair) ||
      (pair.state === 'idle' && pair.updateResult === 0 && before !== undefined && before.state !== 'idle')
    );
  }

  private async readRaw(settings: OperationSettings): Promise<void> {
    const { server, endpointName, instanceId } = this.options;
    const state = await readNumber(server, endpointName, firmwarePath(instanceId, R.STATE), settings);
    if (state.value !== undefined) this.rawState = state.value;
    const result = await readNumber(
      server,
      endpointName,
      firmwarePath(instanceId, R.UPDATE_RESULT),
      settings,
    );
    if (result.value !== undefined) this.rawResult = result.value;
  }

  private pairNow(): StatePair | undefined {
    if (this.rawState === undefined) return undefined;
    const state = stateOf(this.rawState, this.profile);
    return state && { state, updateResult: this.rawResult ?? 0 };
  }

  private accept(pair: StatePair, told: boolean): void {
    if (this.disposed) return;
    const seen = { ...pair, told, sequence: ++this.sequence };
    this.newest = seen;
    this.pairs.fire(seen);
  }

  private schedulePoll(): void {
    this.pollTimer?.cancel();
    this.pollTimer = undefined;
    if (this.pollEvery === undefined || this.disposed) return;
    const bounds = this.observed ? { part: 3, most: 30_000 } : { part: 10, most: 5_000 };
    const delay = millis(Math.max(250, Math.min(bounds.most, this.pollEvery / bounds.part)));
    this.pollTimer = this.options.clock.after(delay, () => {
      void this.readIfPossible().then(() => this.schedulePoll());
    });
  }
}

const isForward = (from: UpdateState, to: UpdateState): boolean =>
  UpdateStates.indexOf(to) > UpdateStates.indexOf(from);
