import type { Clock, Duration, Timer } from '../base/clock';
import { millis } from '../base/clock';
import { OperationError, errorText } from '../base/errors';
import type { ByteSink } from '../base/files';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import { Codes, type Code } from '../coap/code';
import type { IncomingHead, IncomingRequest, OutgoingResponse } from '../coap/exchange';
import { OptionNumbers } from '../coap/option';
import { decodeBlock, findOption } from '../coap/optionValue';
import { pathOf } from '../objects/path';
import { ArrivingImage, type ArrivedImage } from './arrivingImage';
import { answerOf } from './contentAnswer';
import type { FaultPlan, ImageStore, UnnamedEvent, UpdateStateNumber } from './deviceOptions';
import type { DownloadOutcome, DownloadTarget } from './download';
import type { ObjectTree } from './objectTree';
import { parsePackageUri, type PackageUri, type RegisteredAt } from './packageUri';

/** The device around the update. */
export interface FirmwareHost {
  readonly clock: Clock;
  readonly hash: HashPort;
  readonly log: Logger;
  readonly tree: ObjectTree;
  readonly plan: FaultPlan;
  /** What it can pull by, numbers of 5/0/8. */
  readonly protocols: readonly number[];
  /** What a relative Package URI is relative to. */
  readonly registeredAt: RegisteredAt;
  readonly installTime: Duration;
  readonly transferTimeout: Duration;
  readonly imageSink: (() => ImageStore) | undefined;
  download(uri: PackageUri, target: DownloadTarget, signal: AbortSignal): Promise<DownloadOutcome>;
  /** Restarts; `version`: what runs afterwards. */
  restart(reason: 'update' | 'fault', version?: string): void;
  rebind(): void;
  hang(): void;
  tell(event: UnnamedEvent): void;
}

/** A transfer under way. */
interface Transfer {
  image: ArrivingImage;
  store: ImageStore | undefined;
  total: number | undefined;
  stall: Timer | undefined;
  /** Its bytes are all there and stored: nothing is to be thrown away any more. */
  whole: boolean;
  readonly ending: AbortController;
}

/** Results that end a transfer half-way. */
const WITHIN_TRANSFER: readonly (number | undefined)[] = [2, 3, 4, 10];
/** Results found once all is there; 7 and 9 belong to a pull's beginning, and come here where the image was pushed. */
const AFTER_TRANSFER: readonly (number | undefined)[] = [5, 6, 7, 9];
/** How long a state stands that leads straight to the next. */
const MOMENT = millis(100);

/**
 * The state machine of the Firmware Update object (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.6), to the letter unless a
 * fault or a quirk says otherwise.
 */
export class FirmwareUpdate {
  private state: UpdateStateNumber = 0;
  private result = 0;
  /** What a Read shows: lags behind, or stands still, with a quirk. */
  private shown: { state: UpdateStateNumber; result: number };
  private changedAt: number;
  private uri = '';
  private transfer: Transfer | undefined;
  private version: string | undefined;
  private deferred = false;
  private pushed = false;
  private readonly timers = new Set<Timer>();
  private troubles;

  constructor(private readonly host: FirmwareHost) {
    this.shown = { state: host.plan.quirks.has('wakaama') ? 1 : 0, result: 0 };
    this.changedAt = host.clock.wallTime();
    this.troubles = [...host.plan.atPercent];
  }

  get current(): { readonly state: UpdateStateNumber; readonly result: number } {
    return this.shown;
  }
  get packageUri(): string {
    return this.uri;
  }
  /** Of the downloaded image. */
  get packageVersion(): string | undefined {
    return this.state >= 2 ? this.version : undefined;
  }
  /** Seconds since 1970. */
  get lastChange(): number {
    return Math.floor(this.changedAt / 1000);
  }

  /** Where a Package's blocks go; a refusal where the state takes none. */
  receiveBody(head: IncomingHead): ByteSink | OutgoingResponse | undefined {
    const block = findOption(head.options, OptionNumbers.BLOCK1);
    // one block alone may be a reset: it is looked at when it is whole
    if (!block || decodeBlock(block)?.more !== true) return undefined;
    if (this.state !== 0 || this.host.plan.method === 'pull') return answerOf(Codes.METHOD_NOT_ALLOWED);
    const transfer = this.begin(head.size1);
    return {
      write: (bytes) => this.take(transfer, bytes),
      close: async () => {
        await this.arrived(transfer);
        this.pushed = true;
      },
      abort: () => {
        this.fail(transfer, 4);
        return Promise.resolve();
      },
    };
  }

  /** A write of Package: the end of one that came in blocks, a whole small one, or a reset (empty, or one NUL). */
  async writePackage(request: IncomingRequest): Promise<OutgoingResponse> {
    if (this.pushed && request.body.length === 0) {
      this.pushed = false;
      return answerOf(Codes.CHANGED);
    }
    return answerOf(await this.writeWhole(request.body));
  }

  /** The same for a value that came within a larger payload. */
  async writeWhole(body: Uint8Array): Promise<Code> {
    if (body.length === 0 || (body.length === 1 && body[0] === 0)) return this.reset();
    if (this.state !== 0 || this.host.plan.method === 'pull') return Codes.METHOD_NOT_ALLOWED;
    const transfer = this.begin(body.length);
    try {
      await this.take(transfer, body);
    } catch {
      // the fault that refused it has told its result already
      return Codes.INTERNAL_SERVER_ERROR;
    }
    await this.arrived(transfer);
    return Codes.CHANGED;
  }

  /** Whether Package URI may be written now, and with that. */
  checkUri(uri: string): Code | undefined {
    if (uri.length > 255) return Codes.BAD_REQUEST;
    if (this.state === 3 || (this.state !== 0 && uri !== '')) return Codes.METHOD_NOT_ALLOWED;
    return this.host.plan.method === 'push' && uri !== '' ? Codes.METHOD_NOT_ALLOWED : undefined;
  }

  writeUri(uri: string): void {
    if (uri === '') return void this.reset();
    this.uri = uri;
    const { plan, protocols } = this.host;
    const parsed = parsePackageUri(uri, this.host.registeredAt);
    const transfer = this.begin(undefined);
    const refusal =
      plan.result === 7 || plan.result === 9
        ? plan.result
        : parsed === 'invalid'
          ? 7
          : parsed === 'unsupported' || !protocols.includes(parsed.protocol)
            ? 9
            : undefined;
    if (refusal !== undefined || typeof parsed === 'string') {
      return this.later(MOMENT, () => this.fail(transfer, refusal ?? 7));
    }
    void this.pull(transfer, parsed);
  }

  /** 5/0/2. */
  execute(): Code {
    if (this.state !== 2) return Codes.METHOD_NOT_ALLOWED;
    const { plan } = this.host;
    if (plan.result === 11 || (plan.defer !== undefined && !this.deferred)) {
      this.deferred = true;
      this.later(MOMENT, () => this.set(2, 11));
      if (plan.result !== 11 && plan.defer !== undefined) this.later(plan.defer, () => this.install());
      return Codes.CHANGED;
    }
    this.install();
    return Codes.CHANGED;
  }

  /** 5/0/10. */
  cancel(): Code {
    if (this.state !== 1 && this.state !== 2) return Codes.METHOD_NOT_ALLOWED;
    this.drop();
    this.set(0, 10);
    return Codes.CHANGED;
  }

  /** The device restarted: a transfer is lost; `installed` says that it runs the new image. */
  restarted(installed: boolean): void {
    this.drop();
    const keeps = !this.host.plan.quirks.has('zephyr-reset');
    if (installed && keeps) this.set(0, 1);
    else if (this.state !== 2 || !keeps) this.set(0, 0);
  }

  /** Ends everything without a word. */
  dispose(): void {
    this.drop();
  }

  private install(): void {
    if (this.state !== 2) return;
    const { plan, installTime } = this.host;
    this.set(3, 0);
    this.later(installTime, () => {
      // 1.1's figure has the failed install end in Downloaded, but leaves Idle open (OMA issue 393)
      if (plan.result === 8) return this.set(2, 8);
      this.host.restart('update', plan.quirks.has('noversion') ? undefined : this.version);
    });
  }

  private reset(): Code {
    if (this.state === 3) return Codes.METHOD_NOT_ALLOWED;
    this.drop();
    this.set(0, 0);
    return Codes.CHANGED;
  }

  private begin(total: number | undefined): Transfer {
    const store = this.host.imageSink?.();
    const image = new ArrivingImage(this.host.hash, store?.sink);
    const transfer: Transfer = {
      image,
      store,
      total,
      stall: undefined,
      whole: false,
      ending: new AbortController(),
    };
    this.transfer = transfer;
    this.deferred = false;
    this.version = undefined;
    this.set(1, 0);
    this.watch(transfer);
    return transfer;
  }

  private async pull(transfer: Transfer, uri: PackageUri): Promise<void> {
    const { host } = this;
    const target: DownloadTarget = {
      get size() {
        return transfer.image.size;
      },
      write: (bytes) => this.take(transfer, bytes),
      total: (bytes) => {
        transfer.total = bytes;
      },
      restart: () => {
        void transfer.image.abort();
        transfer.store = host.imageSink?.();
        transfer.image = new ArrivingImage(host.hash, transfer.store?.sink);
      },
    };
    const outcome = await host.download(uri, target, transfer.ending.signal);
    if (outcome === 'whole') await this.arrived(transfer);
    else if (outcome !== 'ended') this.fail(transfer, outcome);
  }

  private take(transfer: Transfer, bytes: Uint8Array): Promise<void> | undefined {
    if (transfer !== this.transfer) return Promise.reject(calledOff());
    this.watch(transfer);
    const written = transfer.image.write(bytes);
    const total = transfer.total ?? transfer.image.announcedSize;
    const percent = total === undefined || total === 0 ? 0 : (100 * transfer.image.size) / total;
    return this.trouble(transfer, percent) ? Promise.reject(calledOff()) : written;
  }

  /** Lets the faults of a transfer come to pass; whether they ended it. */
  private trouble(transfer: Transfer, percent: number): boolean {
    const { plan } = this.host;
    const { result } = plan;
    if (result !== undefined && WITHIN_TRANSFER.includes(result) && percent >= 50) {
      this.fail(transfer, result);
      return true;
    }
    const due = this.troubles.find((one) => percent >= one.percent);
    if (!due) return false;
    this.troubles = this.troubles.filter((one) => one !== due);
    this.host.tell({ kind: 'fault', text: `${due.kind} at ${Math.floor(percent)} % of the image` });
    switch (due.kind) {
      case 'rebind':
        this.host.rebind();
        return false;
      case 'hang':
        this.host.hang();
        return false;
      case 'reboot':
        this.host.restart('fault');
        return true;
    }
  }

  private async arrived(transfer: Transfer): Promise<void> {
    // what waits for a percentage of a length nobody told comes to pass at the end
    if (transfer !== this.transfer || this.trouble(transfer, 100)) return;
    transfer.stall?.cancel();
    const { plan } = this.host;
    let arrived: ArrivedImage;
    try {
      arrived = await transfer.image.end(plan.quirks.has('any-image'));
    } catch (error) {
      this.host.log.log('error', `the image could not be stored: ${errorText(error)}`);
      return this.fail(transfer, 2);
    }
    transfer.whole = true;
    const { size, sha256, verdict } = arrived;
    const file = transfer.store?.file;
    this.host.tell({ kind: 'image', size, sha256, ...(file === undefined ? {} : { file }) });
    if (transfer !== this.transfer) return;
    if (plan.result !== undefined && AFTER_TRANSFER.includes(plan.result)) {
      return this.fail(transfer, plan.result);
    }
    if (verdict.kind !== 'good') {
      const why = verdict.kind === 'damaged' ? verdict.why : 'no image of a kind this device takes';
      this.host.log.log('info', `the image is refused: ${why}`);
      return this.fail(transfer, verdict.kind === 'damaged' ? 5 : 6);
    }
    this.transfer = undefined;
    this.version = verdict.version;
    this.set(2, 0);
  }

  /** The transfer ends in a result. */
  private fail(transfer: Transfer, result: number): void {
    if (transfer !== this.transfer) return;
    this.drop();
    this.set(0, result);
  }

  private drop(): void {
    const { transfer } = this;
    this.transfer = undefined;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    if (!transfer) return;
    transfer.stall?.cancel();
    transfer.ending.abort();
    if (!transfer.whole) void transfer.image.abort();
  }

  /** A transfer that stands still has lost its connection. */
  private watch(transfer: Transfer): void {
    transfer.stall?.cancel();
    transfer.stall = this.host.clock.after(this.host.transferTimeout, () => this.fail(transfer, 4));
  }

  private later(delay: Duration, then: () => void): void {
    const timer = this.host.clock.after(delay, () => {
      this.timers.delete(timer);
      then();
    });
    this.timers.add(timer);
  }

  private set(state: UpdateStateNumber, result: number): void {
    if (state === 0) this.uri = '';
    if (state !== this.state) this.changedAt = this.host.clock.wallTime();
    const told = state !== this.state || result !== this.result;
    this.state = state;
    this.result = result;
    if (told) this.host.tell({ kind: 'state', state, updateResult: result });
    const { quirks } = this.host.plan;
    const shownState = quirks.has('wakaama') ? 1 : state;
    if (
      quirks.has('result-before-state') &&
      shownState !== this.shown.state &&
      result !== this.shown.result
    ) {
      this.show({ state: this.shown.state, result });
      return this.later(MOMENT, () => this.show({ state: this.state, result: this.result }));
    }
    this.show({ state: shownState, result });
  }

  private show(next: { readonly state: UpdateStateNumber; readonly result: number }): void {
    this.shown = next;
    for (const resource of [3, 5]) this.host.tree.changed(pathOf(5, 0, resource));
  }
}

const calledOff = (): OperationError =>
  new OperationError('REFUSED_BY_DEVICE', 'the device ended the transfer');
