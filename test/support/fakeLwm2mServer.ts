import { millis, sleep, type Clock } from '../../src/base/clock';
import { abortError, OperationError } from '../../src/base/errors';
import { Emitter } from '../../src/base/event';
import type { ByteSource } from '../../src/base/files';
import { Codes, type Code } from '../../src/coap/code';
import type { Leaf } from '../../src/lwm2m/content/leaf';
import type { Registration } from '../../src/lwm2m/registration/registration';
import type {
  Answer,
  DeviceObservation,
  LwM2mServer,
  OperationSettings,
  RemovalReason,
  Report,
} from '../../src/lwm2m/server';
import { NO_DEFINITIONS } from '../../src/objects/definition';
import type { FakeOffers } from './fakeOffers';
import { parsePath, pathOf, printPath, type LwM2mPath } from '../../src/objects/path';

const LATENCY = millis(5);
const BLOCK = 1024;

/** A value a device has: a number or a text; `undefined` answers 4.04. */
export type FakeValue = number | string | readonly number[] | undefined;

/** Something the device was asked, for a test to look at. */
export interface Asked {
  readonly operation: 'read' | 'write' | 'push' | 'execute' | 'observe';
  readonly path: string;
  readonly text?: string;
  readonly format?: number | undefined;
}

const pathFrom = (text: string): LwM2mPath => {
  const parsed = parsePath(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
};

/**
 * A device behind {@link FakeLwm2mServer}: by default it does what the specification draws. A test overrides what its
 * situation is about. Every time is on the given clock.
 */
export class FakeDevice {
  readonly endpointName = 'dev1';
  readonly values = new Map<string, FakeValue>([
    ['/5/0/3', 0],
    ['/5/0/5', 0],
    ['/5/0/8', [0, 2]],
    ['/5/0/9', 2],
    ['/3/0/3', '1.0.0'],
  ]);
  objects: { path: string; version?: string }[] = [{ path: '/1/0' }, { path: '/3/0' }, { path: '/5/0' }];
  queueMode = false;
  port = 40_000;
  /** Neither answers nor acknowledges. */
  silent = false;
  /** Secured, and without a session: requests wait for its next contact. */
  sessionless = false;
  observable = true;
  /** Version that runs after a successful update. */
  nextVersion = '1.1.0';
  /** Milliseconds from Execute to the registration with the new image. */
  restartTime = 5_000;
  readonly asked: Asked[] = [];
  /** Bytes of the image that arrived. */
  received = 0;

  constructor(
    readonly server: FakeLwm2mServer,
    readonly offers: FakeOffers,
    readonly clock: Clock,
  ) {
    server.device = this;
  }

  get state(): number {
    return Number(this.values.get('/5/0/3'));
  }

  // -- what a device does by itself

  /** Sets values and notifies what is observed, in the order given. */
  set(changes: Readonly<Record<string, FakeValue>>): void {
    for (const [path, value] of Object.entries(changes)) {
      const changed = this.values.get(path) !== value;
      this.values.set(path, value);
      if (changed) this.server.notify(path);
    }
  }

  /** State and result, the result first. */
  become(state: number, result = 0): void {
    this.set({ '/5/0/5': result, '/5/0/3': state });
  }

  later(delay: number, act: () => void): void {
    this.clock.after(millis(delay), act);
  }

  register(): void {
    this.server.register();
  }

  /** Comes up again with these values, having forgotten every observation. */
  restart(values: Readonly<Record<string, FakeValue>>): void {
    for (const [path, value] of Object.entries(values)) this.values.set(path, value);
    this.silent = false;
    this.register();
  }

  // -- what it does when asked; overridden by a test

  /** A block of a push arrived; an answer ends the transfer, `silent` leaves it unanswered. */
  onBlock = (first: boolean): Code | 'silent' | undefined => {
    if (first) {
      if (this.state !== 0) return Codes.METHOD_NOT_ALLOWED;
      this.become(1);
    }
    return undefined;
  };

  /** The last block arrived. */
  onPackage = (): Code => {
    this.become(2);
    return Codes.CHANGED;
  };

  onReset = (_how: 'uri' | 'nul' | 'empty'): Code => {
    if (this.state === 3) return Codes.METHOD_NOT_ALLOWED;
    this.become(0);
    return Codes.CHANGED;
  };

  onUri = (uri: string): Code => {
    if (this.state !== 0) return Codes.METHOD_NOT_ALLOWED;
    this.become(1);
    void this.fetch(uri).then((whole) => {
      if (whole) this.become(2);
    });
    return Codes.CHANGED;
  };

  onExecute = (_argument: string | undefined): Code | 'silent' => {
    if (this.state !== 2) return Codes.METHOD_NOT_ALLOWED;
    this.become(3);
    this.later(this.restartTime, () =>
      this.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': this.nextVersion }),
    );
    return Codes.CHANGED;
  };

  onCancel = (): Code => {
    if (this.state !== 1 && this.state !== 2) return Codes.METHOD_NOT_ALLOWED;
    this.become(0, 10);
    return Codes.CHANGED;
  };

  onRead = (path: string): FakeValue | { readonly code: Code } => this.values.get(path);

  /** Fetches an offered image; `true` when it is whole. `until` ends it at that many bytes. */
  async fetch(uri: string, from = 0, until = Infinity): Promise<boolean> {
    const offer = this.offers.byPath(uri.replace(/^[a-z+]+:\/\/[^/]+/, ''));
    if (!offer) return false;
    const total = offer.image.facts.size;
    for (let bytes = from; bytes < total;) {
      await sleep(this.clock, millis(20));
      if (this.silent || offer.withdrawn || this.state !== 1) return false;
      bytes = Math.min(total, bytes + BLOCK);
      if (bytes > until) return false;
      this.received = bytes;
      const kind =
        bytes === total
          ? 'complete'
          : bytes <= BLOCK
            ? 'begun'
            : bytes - BLOCK === from
              ? 'resumed'
              : 'went-on';
      offer.tell({ protocol: 'coap', from: { host: '192.0.2.7', port: this.port }, bytes, total, kind });
    }
    return true;
  }
}

interface FakeObservation {
  readonly path: string;
  readonly end: Emitter<{ readonly reason: string }>;
}

/** {@link LwM2mServer} over one {@link FakeDevice}; what an update doesn't use throws. */
export class FakeLwm2mServer implements LwM2mServer {
  device: FakeDevice | undefined;
  private current: Registration | undefined;
  private locations = 0;
  private readonly observed = new Set<FakeObservation>();
  private readonly registered = new Emitter<{ registration: Registration; previous?: Registration }>();
  private readonly removed = new Emitter<{ registration: Registration; reason: RemovalReason }>();
  private readonly updated = new Emitter<{ registration: Registration; previous: Registration }>();
  private readonly reports = new Emitter<Report>();
  private readonly never = new Emitter<never>();

  readonly onRegistered = this.registered.event;
  readonly onUpdated = this.updated.event;
  readonly onRemoved = this.removed.event;
  readonly onPresence = this.never.event;
  readonly onReport = this.reports.event;
  readonly onWarning = this.never.event;

  constructor(private readonly clock: Clock) {}

  // -- for the test

  register(): void {
    const { endpointName, objects, port, queueMode } = this.the;
    const previous = this.current;
    this.locations++;
    const now = this.clock.wallTime();
    this.current = {
      location: `r${this.locations}`,
      endpointName,
      lwm2mVersion: '1.1',
      lifetime: 300,
      binding: 'U',
      queueMode,
      rootPath: [],
      objectLinks: objects.map(({ path, version }) => ({
        path: pathFrom(path),
        ...(version === undefined ? {} : { version }),
      })),
      peer: { key: `192.0.2.7:${port}`, address: { host: '192.0.2.7', port } },
      local: { scheme: 'coap', address: { host: '192.0.2.1', port: 5683 } },
      registeredAt: now,
      lastSeen: now,
    };
    this.forget('replaced');
    this.registered.fire(
      previous ? { registration: this.current, previous } : { registration: this.current },
    );
  }

  deregister(): void {
    const registration = this.current;
    this.current = undefined;
    this.forget('deregistered');
    if (registration) this.removed.fire({ registration, reason: 'deregistered' });
  }

  /** The device's address changes without a new registration. */
  move(port: number): void {
    const previous = this.current;
    if (!previous) return;
    this.the.port = port;
    const address = { host: '192.0.2.7', port };
    this.the.sessionless = false;
    this.current = { ...previous, peer: { key: `192.0.2.7:${port}`, address } };
    this.updated.fire({ registration: this.current, previous });
  }

  notify(path: string): void {
    if (![...this.observed].some((observation) => observation.path === path) || this.the.silent) return;
    this.report('notify', [path]);
  }

  /** Send of values, as they are now. */
  send(...paths: string[]): void {
    this.report('send', paths);
  }

  private report(kind: Report['kind'], paths: readonly string[]): void {
    const report: Report = {
      endpointName: this.the.endpointName,
      kind,
      values: paths.flatMap((path) => leavesOf(path, this.the.values.get(path))),
      paths: kind === 'notify' ? paths.map(pathFrom) : [],
      at: this.clock.wallTime(),
      problems: [],
    };
    this.clock.after(LATENCY, () => this.reports.fire(report));
  }

  private get the(): FakeDevice {
    if (!this.device) throw new Error('no device');
    return this.device;
  }

  private forget(reason: string): void {
    for (const observation of [...this.observed]) observation.end.fire({ reason });
    this.observed.clear();
  }

  // -- the server

  registration(endpointName: string): Registration | undefined {
    return this.current?.endpointName === endpointName ? this.current : undefined;
  }
  registrations(): readonly Registration[] {
    return this.current ? [this.current] : [];
  }
  presence = () => ({ awake: true, queued: 0 });
  definitions = () => NO_DEFINITIONS;

  async read(_name: string, path: LwM2mPath, settings: OperationSettings = {}): Promise<Answer> {
    const text = printPath(path);
    this.the.asked.push({ operation: 'read', path: text });
    await this.reach(settings);
    return this.valueAnswer(text);
  }

  async observe(_name: string, paths: readonly LwM2mPath[], settings: OperationSettings = {}) {
    const text = printPath(paths[0] ?? {});
    this.the.asked.push({ operation: 'observe', path: text });
    await this.reach(settings);
    const answer = this.valueAnswer(text);
    if (!this.the.observable || answer.code !== Codes.CONTENT) return { answer };
    const kept: FakeObservation = { path: text, end: new Emitter() };
    this.observed.add(kept);
    const observation: DeviceObservation = {
      answer,
      onReport: this.never.event,
      onEnd: kept.end.event,
      cancel: () => Promise.resolve(answer),
      dispose: () => void this.observed.delete(kept),
    };
    return { answer, observation };
  }

  async write(
    _name: string,
    path: LwM2mPath,
    leaves: readonly Leaf[],
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const text = String(leaves[0]?.value.value);
    const { format } = settings;
    this.the.asked.push({ operation: 'write', path: printPath(path), text, format });
    await this.reach(settings);
    return this.answer(path, text === '' ? this.the.onReset('uri') : this.the.onUri(text));
  }

  async writeOpaque(
    _name: string,
    path: LwM2mPath,
    body: Uint8Array | ByteSource,
    settings: OperationSettings = {},
  ): Promise<Answer> {
    const size = body instanceof Uint8Array ? body.length : body.size;
    this.the.asked.push({ operation: 'push', path: printPath(path), text: String(size) });
    if (size < 2) {
      await this.reach(settings);
      return this.answer(path, this.the.onReset(size === 0 ? 'empty' : 'nul'));
    }
    for (let bytes = 0; bytes < size;) {
      await sleep(this.clock, millis(20), settings.signal);
      await this.reach(settings);
      const ended = this.the.onBlock(bytes === 0);
      if (ended === 'silent') await this.silence(settings);
      else if (ended !== undefined) return this.answer(path, ended);
      bytes = Math.min(size, bytes + BLOCK);
      this.the.received = bytes;
      settings.onProgress?.({ direction: 'block1', bytes, total: size, szx: 6, retransmissions: 0 });
    }
    return this.answer(path, this.the.onPackage());
  }

  async execute(
    _name: string,
    path: LwM2mPath,
    argument?: string,
    settings: OperationSettings = {},
  ): Promise<Answer> {
    this.the.asked.push({ operation: 'execute', path: printPath(path), text: argument ?? '' });
    await this.reach(settings);
    if (path.resourceId === 10) return this.answer(path, this.the.onCancel());
    const ended = this.the.onExecute(argument);
    if (ended === 'silent') await this.silence(settings);
    return this.answer(path, ended === 'silent' ? Codes.CHANGED : ended);
  }

  readComposite = unused;
  writeComposite = unused;
  create = unused;
  delete = unused;
  discover = unused;
  writeAttributes = unused;
  restore = () => undefined;
  close = () => Promise.resolve();

  private async reach(settings: OperationSettings): Promise<void> {
    if (!this.current)
      throw new OperationError('NOT_REGISTERED', 'dev1 is not registered', {
        next: 'Wait until it registers.',
      });
    const { location } = this.current;
    await sleep(this.clock, LATENCY, settings.signal).catch(() => {
      throw abortError(settings.signal);
    });
    if (!this.current) throw new OperationError('GONE', 'dev1 de-registered');
    if (this.the.sessionless) await this.session(settings);
    if (this.the.silent && this.current.location === location) await this.silence(settings);
  }

  /** Waits for the device's next contact. */
  private session({ stallTimeout, onQueued }: OperationSettings): Promise<void> {
    const noSession = new OperationError('NO_SESSION', 'dev1 has no session', { next: 'Wait for it.' });
    if (stallTimeout === undefined && !onQueued) return Promise.reject(noSession);
    onQueued?.('noSession');
    return new Promise((resolve, reject) => {
      const timer = stallTimeout && this.clock.after(stallTimeout, () => reject(noSession));
      this.onUpdated(() => {
        if (timer) timer.cancel();
        resolve();
      });
    });
  }

  /** Ends by the stall time, the signal, or the end of the registration. */
  private silence({ stallTimeout = millis(93_000), signal }: OperationSettings): Promise<never> {
    return new Promise<never>((_, reject) => {
      const timer = this.clock.after(stallTimeout, () =>
        reject(new OperationError('TIMEOUT', 'dev1 did not answer', { next: 'Look at it.' })),
      );
      this.onRemoved(() => {
        timer.cancel();
        reject(new OperationError('GONE', 'dev1 de-registered'));
      });
      const onAbort = () => {
        timer.cancel();
        reject(abortError(signal));
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  private valueAnswer(path: string): Answer {
    const value = this.the.onRead(path);
    if (typeof value === 'object' && 'code' in value) return this.answer(pathFrom(path), value.code);
    if (value === undefined) return this.answer(pathFrom(path), Codes.NOT_FOUND);
    return { ...this.answer(pathFrom(path), Codes.CONTENT), values: leavesOf(path, value) };
  }

  private answer(path: LwM2mPath, code: Code): Answer {
    return {
      endpointName: this.the.endpointName,
      path,
      code,
      values: [],
      problems: [],
      payload: new Uint8Array(0),
    };
  }
}

const unused = (): never => {
  throw new Error('an update does not use this');
};

function leavesOf(path: string, value: FakeValue): readonly Leaf[] {
  const at = pathFrom(path);
  if (value === undefined) return [];
  if (typeof value === 'number') return [{ path: at, value: { type: 'integer', value } }];
  if (typeof value === 'string') return [{ path: at, value: { type: 'string', value } }];
  const { objectId = 0, instanceId = 0, resourceId = 0 } = at;
  return value.map((entry, id) => ({
    path: pathOf(objectId, instanceId, resourceId, id),
    value: { type: 'integer', value: entry },
  }));
}
