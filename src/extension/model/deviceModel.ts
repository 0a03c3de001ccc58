import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import { errorText } from '../../base/errors';
import type { DeviceView, KnownValueView } from '../../contract/device';
import type { ObjectView, RunSummary, Workbench, WorkbenchEvent } from '../../contract/workbench';
import type { UpdateState } from '../../fota/vocabulary';
import { sizeText } from '../../contract/quantities';
import { endpointsOf, HandshakeLog } from './handshakeLog';

/** Most values of a device that the views keep; a device may have more, they are read when looked at. */
const MOST_VALUES = 20_000;

/** An update under way, as far as rows and the status bar show it. */
export interface UpdateProgress {
  readonly run: string;
  readonly endpoint: string;
  readonly total: number;
  bytes: number;
  state?: UpdateState;
}

/** What the last read of a path came to. */
export interface ReadState {
  readonly reading: boolean;
  readonly problem?: string;
  /** `2.05, tlv, 187 bytes`: the answer for those who want to know. */
  readonly answer?: string;
}

/** What is known of one device. */
export interface KnownDevice {
  view: DeviceView;
  readonly values: Map<string, KnownValueView>;
  readonly objects: Map<number, ObjectView>;
  /** Observation by path. */
  readonly observed: Map<string, string>;
  readonly reads: Map<string, ReadState>;
}

/** What changed: all, a device, values at paths of a device, or the handshakes. */
export type ModelChange =
  | { readonly kind: 'all' }
  | { readonly kind: 'handshakes' }
  | { readonly kind: 'device'; readonly endpoint: string }
  | { readonly kind: 'values'; readonly endpoint: string; readonly paths: readonly string[] };

/**
 * The editor's own picture of a workbench: what its views draw. Filled by a first look and then by events, so that no
 * view asks a device anything by being drawn. The one thing read unasked is 3/0/3, once a registration.
 */
export class DeviceModel implements Disposable {
  private readonly changes = new Emitter<ModelChange>();
  private readonly known = new Map<string, KnownDevice>();
  private readonly progress = new Map<string, UpdateProgress>();
  private readonly askedVersion = new Map<string, number>();
  private versionReadAt: string | undefined;
  private runs: readonly RunSummary[] = [];
  /** Kept until one comes or goes. */
  private sorted: readonly KnownDevice[] | undefined;
  private workbench: Workbench | undefined;
  private subscription: Disposable | undefined;

  readonly onChange = this.changes.event;
  /** The newest attempts to reach a secured listener. */
  readonly handshakes = new HandshakeLog();

  /** @param versionPath where the running version is read from */
  constructor(readonly versionPath: () => string) {}

  /** Looks at a workbench from now on; `undefined`: at none. */
  async attach(workbench: Workbench | undefined): Promise<void> {
    this.subscription?.dispose();
    this.subscription = undefined;
    this.workbench = workbench;
    this.known.clear();
    this.sorted = undefined;
    this.progress.clear();
    this.askedVersion.clear();
    this.runs = [];
    this.handshakes.reset([]);
    this.changes.fire({ kind: 'all' });
    if (!workbench) return;
    this.subscription = workbench.onEvent((event) => this.take(event));
    const [devices, history, handshakes] = await Promise.all([
      workbench.devices(),
      workbench.history(),
      workbench.handshakes(),
    ]);
    if (this.workbench !== workbench) return;
    this.runs = history;
    this.handshakes.reset(handshakes);
    for (const run of history) this.noteRun(run);
    await Promise.all(devices.map((view) => this.register(view)));
    this.changes.fire({ kind: 'all' });
  }

  /** Devices in the order of their registration. */
  devices(): readonly KnownDevice[] {
    this.sorted ??= [...this.known.values()].sort(
      (a, b) => a.view.registeredAt - b.view.registeredAt || a.view.endpoint.localeCompare(b.view.endpoint),
    );
    return this.sorted;
  }

  device(endpoint: string): KnownDevice | undefined {
    return this.known.get(endpoint);
  }

  /** The version a device says it runs. */
  version(endpoint: string): string | undefined {
    const value = this.known.get(endpoint)?.values.get(this.versionPath())?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** The update under way on a device. */
  updating(endpoint: string): UpdateProgress | undefined {
    return this.progress.get(endpoint);
  }

  /** All updates under way. */
  updates(): readonly UpdateProgress[] {
    return [...this.progress.values()];
  }

  /** Past and running updates, newest first. */
  history(): readonly RunSummary[] {
    return this.runs;
  }

  /** Reads a path; what came of it stands in the device's `reads`. A sleeping device's read waits. */
  async read(endpoint: string, path: string): Promise<void> {
    const device = this.known.get(endpoint);
    if (!device || !this.workbench || device.reads.get(path)?.reading) return;
    const changed = [path];
    device.reads.set(path, { reading: true });
    this.changes.fire({ kind: 'values', endpoint, paths: [path] });
    try {
      const answer = await this.workbench.operate({ operation: 'read', endpoint, paths: [path] });
      const refused = !answer.code.startsWith('2.');
      device.reads.set(path, {
        reading: false,
        answer: [
          answer.code,
          ...(answer.format === undefined ? [] : [answer.format]),
          sizeText(answer.size),
        ].join(', '),
        ...(refused ? { problem: `${answer.code} ${answer.diagnostic ?? ''}`.trim() } : {}),
      });
      if (!refused) {
        // A whole answer has all that is there.
        if (answer.problems.length === 0) changed.push(...forgetBelow(device, path, answer.values));
        this.put(device, knownOf(answer.values, device.view.lastSeen));
      }
    } catch (error) {
      device.reads.set(path, { reading: false, problem: errorText(error) });
    }
    this.changes.fire({ kind: 'values', endpoint, paths: changed });
  }

  /** Loads the definition of a device's object, once. */
  async define(endpoint: string, objectId: number): Promise<ObjectView | undefined> {
    const device = this.known.get(endpoint);
    if (!device || !this.workbench) return undefined;
    const present = device.objects.get(objectId);
    if (present) return present;
    const definition = await this.workbench.definition(objectId, endpoint);
    if (definition) device.objects.set(objectId, definition);
    return definition;
  }

  /** Definitions changed: they are loaded anew when next needed. */
  private forgetDefinitions(): void {
    for (const device of this.known.values()) device.objects.clear();
    this.changes.fire({ kind: 'all' });
  }

  /** Notes which observations run on a device. */
  async noteObservations(endpoint: string): Promise<void> {
    const device = this.known.get(endpoint);
    if (!device || !this.workbench) return;
    const running = await this.workbench.observations(endpoint);
    const changed = new Set(device.observed.keys());
    device.observed.clear();
    for (const { observation, paths } of running)
      for (const path of paths) {
        device.observed.set(path, observation);
        changed.add(path);
      }
    if (changed.size > 0) this.changes.fire({ kind: 'values', endpoint, paths: [...changed] });
    this.changes.fire({ kind: 'device', endpoint });
  }

  dispose(): void {
    this.subscription?.dispose();
    this.changes.dispose();
  }

  private take(event: WorkbenchEvent): void {
    switch (event.kind) {
      case 'registered':
      case 'updated':
        void this.register(event.device).catch(() => undefined);
        break;
      case 'deregistered':
      case 'expired':
        this.known.delete(event.endpoint);
        this.sorted = undefined;
        this.askedVersion.delete(event.endpoint);
        this.changes.fire({ kind: 'all' });
        break;
      case 'presence': {
        const device = this.known.get(event.endpoint);
        if (!device) break;
        const { awake, queued, lastSeen } = event;
        device.view = { ...device.view, awake, queued, lastSeen };
        this.changes.fire({ kind: 'device', endpoint: event.endpoint });
        break;
      }
      case 'values': {
        const device = this.known.get(event.endpoint);
        if (!device) break;
        const { endpoint, values, removed = [] } = event;
        for (const path of removed) device.values.delete(path);
        this.put(device, values);
        const paths = [...values.map(({ path }) => path), ...removed];
        this.changes.fire({ kind: 'values', endpoint, paths });
        break;
      }
      case 'definitions':
        this.forgetDefinitions();
        break;
      case 'handshake':
        this.handshakes.note(event.handshake);
        this.changes.fire({ kind: 'handshakes' });
        for (const endpoint of endpointsOf(event.handshake))
          if (this.known.has(endpoint)) this.changes.fire({ kind: 'device', endpoint });
        break;
      case 'observationEnded':
        void this.noteObservations(event.endpoint).catch(() => undefined);
        break;
      case 'update':
        this.noteProgress(event);
        break;
      case 'run': {
        const { record } = event;
        this.runs = [record, ...this.runs.filter(({ id }) => id !== record.id)].sort(
          (a, b) => b.startedAt - a.startedAt,
        );
        this.noteRun(record);
        this.changes.fire({ kind: 'device', endpoint: record.endpointName });
        break;
      }
      case 'simulated': {
        const device = this.known.get(event.endpoint);
        if (device) device.view = { ...device.view, simulated: event.running };
        this.changes.fire({ kind: 'all' });
        break;
      }
      default:
        break;
    }
  }

  private async register(view: DeviceView): Promise<void> {
    const { workbench } = this;
    const { endpoint } = view;
    const before = this.known.get(endpoint);
    // A new registration may be a new firmware: what was known of values stays, definitions are looked up anew.
    const device: KnownDevice = before ?? {
      view,
      values: new Map(),
      objects: new Map(),
      observed: new Map(),
      reads: new Map(),
    };
    device.view = view;
    if (before && this.askedVersion.get(endpoint) !== view.registeredAt) {
      device.objects.clear();
      device.reads.clear();
    }
    this.known.set(endpoint, device);
    this.sorted = undefined;
    this.changes.fire({ kind: before ? 'device' : 'all', ...(before ? { endpoint } : {}) } as ModelChange);
    if (!workbench || this.askedVersion.get(endpoint) === view.registeredAt) return;
    this.askedVersion.set(endpoint, view.registeredAt);
    for (const value of await workbench.values(endpoint)) device.values.set(value.path, value);
    await this.noteObservations(endpoint);
    await this.readVersion(view);
  }

  private async readVersion({ endpoint, objects }: DeviceView): Promise<void> {
    const path = (this.versionReadAt = this.versionPath());
    const [objectId] = path.split('/').slice(1).map(Number);
    if (objects.some((object) => object.objectId === objectId)) await this.read(endpoint, path);
  }

  /** The version may live elsewhere from now on: where it does, it is read there, once, and nothing else is. */
  readVersions(): void {
    if (this.versionReadAt === this.versionPath()) return;
    for (const { view } of this.known.values()) void this.readVersion(view);
    this.changes.fire({ kind: 'all' });
  }

  private put(device: KnownDevice, values: readonly KnownValueView[]): void {
    for (const value of values) {
      if (device.values.size >= MOST_VALUES && !device.values.has(value.path)) return;
      device.values.set(value.path, value);
    }
  }

  private noteRun(record: RunSummary): void {
    const { endpointName: endpoint, id } = record;
    if (record.phase === 'ended' || record.end || record.interrupted) {
      if (this.progress.get(endpoint)?.run === id) this.progress.delete(endpoint);
      return;
    }
    const present = this.progress.get(endpoint);
    if (present?.run === id) present.bytes = Math.max(present.bytes, record.bytes);
    else this.progress.set(endpoint, { run: id, endpoint, total: record.image.size, bytes: record.bytes });
  }

  private noteProgress({ run, endpoint, event }: Extract<WorkbenchEvent, { kind: 'update' }>): void {
    const progress = this.progress.get(endpoint);
    if (progress?.run === run) {
      if (event.kind === 'progress') progress.bytes = event.bytes;
      if (event.kind === 'state') progress.state = event.state;
      if (event.kind === 'end') this.progress.delete(endpoint);
    }
    this.changes.fire({ kind: 'device', endpoint });
  }
}

/** Takes away the values at and below a path but those given: the paths of those that went. */
function forgetBelow(
  { values }: KnownDevice,
  path: string,
  kept: readonly { readonly path: string }[],
): readonly string[] {
  const keep = new Set(kept.map((one) => one.path));
  const gone = [...values.keys()].filter(
    (one) => (one === path || one.startsWith(`${path}/`)) && !keep.has(one),
  );
  for (const one of gone) values.delete(one);
  return gone;
}

const knownOf = (
  values: readonly Omit<KnownValueView, 'at' | 'source'>[],
  at: number,
): readonly KnownValueView[] => values.map((value) => ({ ...value, at, source: 'read' }));
