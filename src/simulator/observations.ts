import { equalBytes, NO_BYTES } from '../base/bytes';
import { millis, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import { isSuccess } from '../coap/code';
import type { Observer, OutgoingResponse } from '../coap/exchange';
import { pathContains, type LwM2mPath } from '../objects/path';
import type { AttributeStore, NotificationAttributes } from './attributes';
import { isMultiple, type ObjectTree } from './objectTree';
import type { ServerAccount } from './standardObjects';

/** What observations go by. */
export interface ObservationRules {
  readonly clock: Clock;
  readonly log: Logger;
  readonly tree: ObjectTree;
  readonly attributes: AttributeStore;
  readonly account: ServerAccount;
}

/** The most observations a server may set up on one device. */
const MAX_OBSERVATIONS = 256;

/** Every observation of the server (OMA-TS-LightweightM2M_Core-V1_1_1 §6.4), under its attributes. */
export class Observations {
  private readonly list = new Set<Observed>();
  private readonly subscription;

  constructor(private readonly rules: ObservationRules) {
    this.subscription = rules.tree.onChanged((path) => {
      for (const one of this.list) if (one.concerns(path)) one.evaluate();
    });
  }

  /** Whether another may be set up. */
  get full(): boolean {
    return this.list.size >= MAX_OBSERVATIONS;
  }

  /** Whether any observation sees this path. */
  sees(path: LwM2mPath): boolean {
    return [...this.list].some((one) => one.concerns(path));
  }

  /** Observes: `render` makes each notification, `first` is the answer to the request. */
  add(
    observer: Observer,
    paths: readonly LwM2mPath[],
    first: OutgoingResponse,
    render: () => OutgoingResponse,
  ): void {
    const observed = new Observed(this.rules, observer, paths, first, render);
    this.list.add(observed);
    observer.onEnd(() => {
      observed.stop();
      this.list.delete(observed);
    });
  }

  /** The attributes of a path changed: periods count anew. */
  attributesChanged(path: LwM2mPath): void {
    for (const one of this.list) if (one.concerns(path)) one.schedule();
  }

  dispose(): void {
    this.subscription.dispose();
    for (const one of this.list) {
      one.stop();
      one.observer.dispose();
    }
    this.list.clear();
  }
}

/** One observation: when to notify, and what was told last. */
class Observed {
  private sentAt: number;
  private lastNumber: number | undefined;
  private lastBody: Uint8Array;
  private longest: Timer | undefined;
  private shortest: Timer | undefined;
  private sending = false;
  private due = false;
  private stopped = false;

  constructor(
    private readonly rules: ObservationRules,
    readonly observer: Observer,
    private readonly paths: readonly LwM2mPath[],
    first: OutgoingResponse,
    private readonly render: () => OutgoingResponse,
  ) {
    this.sentAt = rules.clock.now();
    this.lastBody = bodyOf(first);
    this.lastNumber = this.currentNumber();
    this.schedule();
  }

  concerns(path: LwM2mPath): boolean {
    return this.paths.some((own) => pathContains(own, path) || pathContains(path, own));
  }

  /** Looks at the value, and notifies now or when pmin allows. */
  evaluate(): void {
    if (this.stopped || !this.isWorthTelling()) return;
    const wait = this.sentAt + this.periods().pmin * 1000 - this.rules.clock.now();
    if (wait <= 0) return this.send();
    this.shortest ??= this.rules.clock.after(millis(wait), () => {
      this.shortest = undefined;
      this.send();
    });
  }

  schedule(): void {
    this.longest?.cancel();
    this.longest = undefined;
    const { pmax } = this.periods();
    if (this.stopped || pmax === undefined) return;
    const wait = Math.max(0, this.sentAt + pmax * 1000 - this.rules.clock.now());
    this.longest = this.rules.clock.after(millis(wait), () => this.send());
  }

  stop(): void {
    this.stopped = true;
    this.longest?.cancel();
    this.shortest?.cancel();
  }

  private attributes(): NotificationAttributes {
    const [path] = this.paths;
    return path && this.paths.length === 1 ? this.rules.attributes.effective(path) : {};
  }

  private periods(): { readonly pmin: number; readonly pmax: number | undefined } {
    const own = this.attributes();
    const pmin = own.pmin ?? this.rules.account.minimumPeriod;
    const pmax = own.pmax ?? (this.rules.account.maximumPeriod || undefined);
    // a maximum below the minimum, or of 0, is to be ignored (§5.1.2)
    return { pmin, pmax: pmax === undefined || pmax === 0 || pmax < pmin ? undefined : pmax };
  }

  private currentNumber(): number | undefined {
    const [path] = this.paths;
    const content = path && this.paths.length === 1 ? this.rules.tree.resource(path)?.read?.() : undefined;
    if (!content) return undefined;
    const value = isMultiple(content) ? content.get(path?.resourceInstanceId ?? -1) : content;
    return typeof value?.value === 'number' || typeof value?.value === 'bigint'
      ? Number(value.value)
      : undefined;
  }

  private isWorthTelling(): boolean {
    const { gt, lt, st } = this.attributes();
    const [before, now] = [this.lastNumber, this.currentNumber()];
    const hasCondition = gt !== undefined || lt !== undefined || st !== undefined;
    if (!hasCondition || before === undefined || now === undefined) {
      return !equalBytes(this.lastBody, bodyOf(this.render()));
    }
    const crosses = (limit: number | undefined): boolean =>
      limit !== undefined && before > limit !== now > limit;
    return crosses(gt) || crosses(lt) || (st !== undefined && Math.abs(now - before) >= st);
  }

  private send(): void {
    if (this.stopped) return;
    this.due = true;
    if (!this.sending) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    try {
      while (this.due && !this.stopped) {
        this.due = false;
        const response = this.render();
        this.sentAt = this.rules.clock.now();
        this.lastBody = bodyOf(response);
        this.lastNumber = this.currentNumber();
        this.schedule();
        const outcome = await this.observer.notify(response, { confirmable: true });
        if (outcome === 'ended' || !isSuccess(response.code)) return this.stop();
      }
    } catch (error) {
      this.rules.log.log('debug', `a notification was not delivered: ${errorText(error)}`);
    } finally {
      this.sending = false;
    }
  }
}

const bodyOf = (response: OutgoingResponse): Uint8Array =>
  response.body instanceof Uint8Array ? response.body : NO_BYTES;
