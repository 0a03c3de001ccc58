import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import { isSuccess } from '../coap/code';
import type { Answer, DeviceObservation, LwM2mServer, OperationSettings, Report } from '../lwm2m/server';
import { printPath, type LwM2mPath } from '../objects/path';

/** An observation a user asked for: it outlives the device's registrations until the user cancels it. */
interface Kept {
  readonly id: string;
  readonly endpointName: string;
  readonly paths: readonly LwM2mPath[];
  readonly settings: OperationSettings;
  current: DeviceObservation | undefined;
  /** How many asked for it: a terminal that has seen enough must not end what the editor watches. */
  users: number;
}

/** Observations one device may have from here: more are refused. */
const PER_DEVICE = 200;

/**
 * The observations users asked for. A device forgets its observations with each new registration
 * (OMA-TS-LightweightM2M_Core-V1_1_1 §6.4), so each is asked for again when the device registers anew. One that it left
 * unanswered then, or after its address changed, is asked for once more with each of its signs of life.
 */
export class Observations implements Disposable {
  private readonly kept = new Map<string, Kept>();
  private readonly reports = new Emitter<{ readonly id: string; readonly report: Report }>();
  private readonly ends = new Emitter<{
    readonly id: string;
    readonly endpointName: string;
    readonly reason: string;
  }>();
  /** Observations that are not running and not being asked for, by when the device had been heard last (Unix ms). */
  private readonly lost = new Map<Kept, number | undefined>();
  private readonly subscriptions: readonly Disposable[];
  private count = 0;
  readonly onReport = this.reports.event;
  readonly onEnd = this.ends.event;

  constructor(
    private readonly server: LwM2mServer,
    private readonly log: Logger,
  ) {
    this.subscriptions = [
      server.onRegistered(({ registration }) => {
        for (const kept of this.of(registration.endpointName)) void this.again(kept);
      }),
      server.onUpdated(({ registration }) => this.heard(registration.endpointName)),
      server.onPresence(({ endpointName, presence }) => {
        if (presence.awake) this.heard(endpointName);
      }),
    ];
  }

  /** Observes; the same paths of the same device in the same format are observed once, whoever asks. */
  async begin(
    endpointName: string,
    paths: readonly LwM2mPath[],
    settings: OperationSettings,
  ): Promise<{ readonly answer: Answer; readonly id?: string }> {
    const same = this.of(endpointName).find(
      (kept) => keyOf(kept.paths) === keyOf(paths) && kept.settings.format === settings.format,
    );
    if (same?.current) {
      same.users++;
      return { answer: same.current.answer, id: same.id };
    }
    const { answer, observation } = await this.server.observe(endpointName, paths, settings);
    if (!observation) return { answer };
    if (same && this.kept.has(same.id)) {
      same.users++;
      this.goOn(same, observation);
      return { answer, id: same.id };
    }
    if (this.of(endpointName).length >= PER_DEVICE) {
      observation.dispose();
      return { answer };
    }
    const { signal: _signal, ...lasting } = settings;
    const id = `o${++this.count}`;
    const kept: Kept = { id, endpointName, paths, settings: lasting, current: undefined, users: 1 };
    this.kept.set(kept.id, kept);
    this.follow(kept, observation);
    return { answer, id: kept.id };
  }

  /** Cancels actively, with the last who asked for it; `undefined` where others go on, or it or the device is gone. */
  async cancel(id: string): Promise<Answer | undefined> {
    const kept = this.kept.get(id);
    if (!kept || --kept.users > 0) return undefined;
    this.forget(kept);
    this.ends.fire({ id, endpointName: kept.endpointName, reason: 'cancelled' });
    return kept.current?.cancel();
  }

  of(endpointName: string): readonly Kept[] {
    return [...this.kept.values()].filter((kept) => kept.endpointName === endpointName);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const kept of this.kept.values()) kept.current?.dispose();
    this.kept.clear();
    this.lost.clear();
  }

  /** A device gave a sign of life: what it left unanswered is asked for again, once. */
  private heard(endpointName: string): void {
    if (this.lost.size === 0) return;
    const lastSeen = this.lastSeen(endpointName);
    for (const [kept, before] of [...this.lost])
      if (kept.endpointName === endpointName && lastSeen !== before) void this.again(kept);
  }

  private lose(kept: Kept): void {
    if (this.kept.has(kept.id) && !kept.current) this.lost.set(kept, this.lastSeen(kept.endpointName));
  }

  private lastSeen(endpointName: string): number | undefined {
    return this.server.registration(endpointName)?.lastSeen;
  }

  /** Goes on with what was granted again, unless something else does already. */
  private goOn(kept: Kept, observation: DeviceObservation): void {
    if (!this.kept.has(kept.id) || kept.current) observation.dispose();
    else this.follow(kept, observation);
  }

  private follow(kept: Kept, observation: DeviceObservation): void {
    kept.current = observation;
    this.lost.delete(kept);
    observation.onReport((report) => {
      if (this.kept.has(kept.id)) this.reports.fire({ id: kept.id, report });
    });
    observation.onEnd(({ reason }) => {
      if (kept.current === observation) kept.current = undefined;
      if (reason === 'refused') this.end(kept, 'the device ended it');
      else if (reason === 'forgotten') this.lose(kept);
    });
  }

  private async again(kept: Kept): Promise<void> {
    const { endpointName, paths, settings } = kept;
    const location = this.server.registration(endpointName)?.location;
    this.lost.delete(kept);
    try {
      const { answer, observation } = await this.server.observe(endpointName, paths, settings);
      if (observation) this.goOn(kept, observation);
      // Where the device registered anew meanwhile, it has been asked again, and that answer counts.
      else if (this.server.registration(endpointName)?.location === location)
        this.end(kept, isSuccess(answer.code) ? 'not granted again' : 'the device no longer has it');
    } catch (error) {
      this.log.log(
        'warn',
        `${endpointName}: ${paths.map(printPath).join(' ')} is not observed again yet: ${errorText(error)}`,
      );
      this.lose(kept);
    }
  }

  private end(kept: Kept, reason: string): void {
    if (this.forget(kept)) this.ends.fire({ id: kept.id, endpointName: kept.endpointName, reason });
  }

  private forget(kept: Kept): boolean {
    this.lost.delete(kept);
    return this.kept.delete(kept.id);
  }
}

const keyOf = (paths: readonly LwM2mPath[]): string => paths.map(printPath).join(' ');
