import { minutes, type Clock, type Duration, type Timer } from '../base/clock';
import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/event';
import type { Answered, MountedLwM2mServer } from '../lwm2m/mountedServer';
import { outcomeOf } from '../lwm2m/outcome';
import type { Report } from '../lwm2m/server';
import { printPath, type LwM2mPath } from '../objects/path';
import {
  DEFAULT_LIMITS,
  KnownValues,
  type HistoryPoint,
  type KnownValue,
  type KnownValueLimits,
} from './knownValues';

/** What became known of a device at once. */
export interface DeviceChange {
  readonly endpointName: string;
  /** Counts every change of the store: a snapshot of the same revision has it already. */
  readonly revision: number;
  readonly changed: readonly KnownValue[];
  readonly removed: readonly LwM2mPath[];
}

/** Everything known of a device at a revision. */
export interface DeviceSnapshot {
  readonly revision: number;
  readonly values: readonly KnownValue[];
}

/** What devices have, as far as their answers and reports told; nothing is asked for. */
export interface DeviceStore extends Disposable {
  /** The values of a device, the one that changed last at the end. */
  values(endpointName: string): readonly KnownValue[];
  value(endpointName: string, path: LwM2mPath): KnownValue | undefined;
  /** The course of a number, oldest first; empty for what is none. */
  history(endpointName: string, path: LwM2mPath): readonly HistoryPoint[];
  snapshot(endpointName: string): DeviceSnapshot;
  readonly onChange: Event<DeviceChange>;
}

/** What a store is given. */
export interface DeviceStoreOptions {
  readonly server: Pick<MountedLwM2mServer, 'onAnswer' | 'onReport' | 'onRemoved' | 'onRegistered'>;
  readonly clock: Clock;
  readonly limits?: Partial<KnownValueLimits>;
  /** How long the values of a device that went are kept, should it come back. Default 10 minutes. */
  readonly keepGone?: Duration;
}

/** The most devices kept that are no longer registered. */
const MAX_GONE = 1000;

/** Makes a store that follows a server. */
export const createDeviceStore = (options: DeviceStoreOptions): DeviceStore => new Store(options);

class Store implements DeviceStore {
  private readonly devices = new Map<string, KnownValues>();
  /** Devices that went, and when (`clock.now()`); the one that went first stands first. */
  private readonly gone = new Map<string, number>();
  private readonly changes = new Emitter<DeviceChange>();
  readonly onChange = this.changes.event;
  private readonly subscriptions = new DisposableStore();
  private readonly limits: KnownValueLimits;
  private readonly keepGone: Duration;
  private readonly clock: Clock;
  private revision = 0;
  private sweep: Timer | undefined;

  constructor({ server, clock, limits, keepGone }: DeviceStoreOptions) {
    this.clock = clock;
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.keepGone = keepGone ?? minutes(10);
    this.subscriptions.add(server.onAnswer((answered) => this.answered(answered)));
    this.subscriptions.add(server.onReport((report) => this.reported(report)));
    this.subscriptions.add(
      server.onRegistered(({ registration }) => void this.gone.delete(registration.endpointName)),
    );
    this.subscriptions.add(
      server.onRemoved(({ registration, reason }) => {
        if (reason !== 'replaced') this.went(registration.endpointName);
      }),
    );
  }

  values(endpointName: string): readonly KnownValue[] {
    return this.devices.get(endpointName)?.all() ?? [];
  }

  value(endpointName: string, path: LwM2mPath): KnownValue | undefined {
    return this.devices.get(endpointName)?.get(path);
  }

  history(endpointName: string, path: LwM2mPath): readonly HistoryPoint[] {
    return this.devices.get(endpointName)?.history(path) ?? [];
  }

  snapshot(endpointName: string): DeviceSnapshot {
    return { revision: this.revision, values: this.values(endpointName) };
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.sweep?.cancel();
    this.changes.dispose();
    this.devices.clear();
    this.gone.clear();
  }

  private answered({ operation, answer, written }: Answered): void {
    const { endpointName, path, code, values, problems } = answer;
    const known = this.of(endpointName);
    const outcome = outcomeOf(code);
    if (operation === 'read' || operation === 'observe') {
      if (outcome === 'content') {
        // what a whole answer doesn't hold is no longer there; the root was asked for single paths
        const whole = problems.length === 0 && path.objectId !== undefined;
        const removed = whole ? known.removeBelow(path, values) : [];
        const taken = known.take(values, 'read', this.clock.wallTime());
        this.tell(endpointName, taken.changed, [...removed, ...taken.removed]);
      } else if (outcome === 'notFound' && path.objectId !== undefined)
        this.tell(endpointName, [], known.removeBelow(path));
    } else if (operation === 'write' && outcome === 'done') {
      const replaced = path.resourceId !== undefined ? known.removeBelow(path, written) : [];
      const taken = known.take(written ?? [], 'write', this.clock.wallTime());
      this.tell(endpointName, taken.changed, [...replaced, ...taken.removed]);
    } else if (operation === 'delete' && outcome === 'done')
      this.tell(endpointName, [], known.removeBelow(path));
    if (known.size === 0) this.devices.delete(endpointName);
  }

  private reported({ endpointName, kind, values, at }: Report): void {
    if (values.length === 0) return;
    const { changed, removed } = this.of(endpointName).take(values, kind, at);
    this.tell(endpointName, changed, removed);
  }

  private of(endpointName: string): KnownValues {
    let known = this.devices.get(endpointName);
    if (!known) this.devices.set(endpointName, (known = new KnownValues(this.limits)));
    return known;
  }

  private tell(endpointName: string, changed: readonly KnownValue[], removed: readonly LwM2mPath[]): void {
    const back = new Set(changed.map(({ path }) => printPath(path)));
    const lost = back.size === 0 ? removed : removed.filter((path) => !back.has(printPath(path)));
    if (changed.length === 0 && lost.length === 0) return;
    this.revision++;
    this.changes.fire({ endpointName, revision: this.revision, changed, removed: lost });
  }

  // -- devices that went

  private went(endpointName: string): void {
    if (!this.devices.has(endpointName)) return;
    this.gone.delete(endpointName);
    this.gone.set(endpointName, this.clock.now());
    for (const oldest of this.gone.keys()) {
      if (this.gone.size <= MAX_GONE) break;
      this.drop(oldest);
    }
    this.arm();
  }

  private arm(): void {
    const [first] = this.gone.values();
    if (first === undefined || this.sweep) return;
    const wait = Math.max(0, first + this.keepGone - this.clock.now()) as Duration;
    this.sweep = this.clock.after(wait, () => {
      this.sweep = undefined;
      const now = this.clock.now();
      for (const [endpointName, at] of this.gone) if (at + this.keepGone <= now) this.drop(endpointName);
      this.arm();
    });
  }

  private drop(endpointName: string): void {
    const removed = this.values(endpointName).map(({ path }) => path);
    this.gone.delete(endpointName);
    this.devices.delete(endpointName);
    this.tell(endpointName, [], removed);
  }
}
