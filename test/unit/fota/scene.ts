import { Emitter } from '../../../src/base/event';
import { bytesSource } from '../../../src/base/files';
import { NO_LOG } from '../../../src/base/log';
import type { ImageFacts } from '../../../src/firmware/image/facts';
import type { StagedImage } from '../../../src/firmware/stagedImage';
import type {
  RunHistory,
  RunRecord,
  UpdateEnd,
  UpdateEvent,
  UpdateRequest,
  UpdateRun,
} from '../../../src/fota/run';
import { createUpdateRunner } from '../../../src/fota/runner';
import { FakeDevice, FakeLwm2mServer } from '../../support/fakeLwm2mServer';
import { FakeOffers } from '../../support/fakeOffers';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

/** History in memory, each record as JSON would keep it. */
export class MemoryHistory implements RunHistory {
  readonly records = new Map<string, RunRecord>();
  writes = 0;
  private readonly changes = new Emitter<RunRecord>();
  readonly onChange = this.changes.event;

  write(record: RunRecord): void {
    this.writes++;
    this.records.set(record.id, JSON.parse(JSON.stringify(record)) as RunRecord);
    this.changes.fire(record);
  }
  list(): readonly RunRecord[] {
    return [...this.records.values()].reverse();
  }
}

export const SIZE = 20 * 1024;

export function imageOf(facts: Partial<ImageFacts> = {}): StagedImage & { removed: boolean } {
  const image = {
    file: '/build/zephyr.signed.bin',
    copy: '/state/copy.bin',
    facts: {
      kind: 'mcuboot',
      version: '1.1.0',
      size: SIZE,
      sha256: 'ab'.repeat(32),
      sendable: true,
      problems: [],
      ...facts,
    } as ImageFacts,
    removed: false,
    open: () => Promise.resolve(bytesSource(new Uint8Array(image.facts.size))),
    remove: () => {
      image.removed = true;
      return Promise.resolve();
    },
  };
  return image;
}

/** A runner, a device that is registered, and a clock to turn. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly server = new FakeLwm2mServer(this.clock);
  readonly offers = new FakeOffers();
  readonly device = new FakeDevice(this.server, this.offers, this.clock);
  readonly history = new MemoryHistory();
  readonly image = imageOf();
  readonly events: UpdateEvent[] = [];
  /** Calls when an event was told. */
  onEvent: (event: UpdateEvent, run: UpdateRun) => void = () => undefined;
  /** Each with its own run IDs. */
  private runners = 0;
  readonly runner = this.newRunner();

  newRunner(image: StagedImage | undefined = this.image) {
    const runner = createUpdateRunner({
      server: this.server,
      offers: this.offers,
      history: this.history,
      staging: { reopen: () => Promise.resolve(image) },
      clock: this.clock,
      random: seededRandom(7 + this.runners++),
      log: NO_LOG,
      listening: () => [
        { scheme: 'coap', address: { host: '192.0.2.1', port: 5683 } },
        { scheme: 'http', address: { host: '127.0.0.1', port: 8080 } },
      ],
    });
    runner.onStarted((run) =>
      run.onEvent((event) => {
        this.events.push(event);
        this.onEvent(event, run);
      }),
    );
    return runner;
  }

  start(request: Partial<UpdateRequest> = {}): UpdateRun {
    if (this.server.registrations().length === 0) this.device.register();
    return this.runner.start({ endpointName: 'dev1', image: this.image, method: 'push', ...request });
  }

  /** Runs to the end, turning the clock. */
  async run(request: Partial<UpdateRequest> = {}): Promise<UpdateEnd> {
    return this.finish(this.start(request));
  }

  async finish(run: UpdateRun, limit = 2000): Promise<UpdateEnd> {
    let end: UpdateEnd | undefined;
    void run.ended.then((told) => (end = told));
    for (let second = 0; second < limit && !end; second++) await this.clock.advance(1000);
    if (!end) throw new Error(`still running: ${JSON.stringify(this.events.slice(-8), null, 1)}`);
    return end;
  }

  get states(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'state' ? [`${event.state}/${event.updateResult}`] : [],
    );
  }

  get illegal(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'state' && !event.legal ? [event.note ?? ''] : []));
  }

  get steps(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'step'
        ? [event.answer === undefined ? event.text : `${event.text} ${event.answer}`]
        : [],
    );
  }

  asked(operation: string, path: string): number {
    return this.device.asked.filter((asked) => asked.operation === operation && asked.path === path).length;
  }
}
