import { abortError, isOperationError } from '../base/errors';
import type { Clock, Duration } from '../base/clock';
import type { Logger } from '../base/log';
import type { FirmwareOffers, Offer } from '../firmware/offer';
import type { StagedImage } from '../firmware/stagedImage';
import type { Registration } from '../lwm2m/registration/registration';
import type { LwM2mServer } from '../lwm2m/server';
import { firmwarePath, knownFromRegistration, readNumber, type DeviceAbilities } from './abilities';
import { awaitDownloaded, type TransferEnd } from './awaitDownloaded';
import {
  awaitInstalled,
  executeUpdate,
  type InstallBase,
  type InstallEnd,
  type Restarts,
} from './awaitInstalled';
import { DeviceWatch, type SeenPair } from './deviceWatch';
import { judge, resultText, type ServerAction, type StatePair } from './machine';
import { Patience } from './patience';
import { offerAgain } from './offering';
import { overtaken } from './overtaken';
import { planAndOffer } from './planning';
import { isServedHere } from './planUri';
import type { Listening } from './planPull';
import { withKeysInMind } from './protection';
import { resetDevice } from './reset';
import { executedAt, lastPairOf, pairBeforeExecute, wasExecuted } from './recordFacts';
import type { RunRecord } from './run';
import { carried, limitsOf, type Limits, type RunContext } from './runContext';
import type { Timeline } from './timeline';
import { followOffer, transferPull, unseenDelivery } from './transferPull';
import { transferPush } from './transferPush';
import {
  couldNot,
  notRegistered,
  rebootedInTransfer,
  resetRefused,
  successWithoutInstalling,
  type Verdict,
} from './verdict';
import { verifyByVersion, verifySuccess, versionNow, type Verified } from './verify';

/** What a run needs of its runner. */
export interface RunOptions {
  readonly server: LwM2mServer;
  readonly offers: FirmwareOffers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeline: Timeline;
  readonly image: StagedImage;
  readonly listening: () => readonly Listening[];
  /** Whether no newer run of the device is in history. */
  readonly isNewest: () => boolean;
}

/** A verdict that needs no proof. */
const ended = (verdict: Verdict, versionAfter?: string): Verified => ({ verdict, versionAfter });

/**
 * The update step by step: ask the device, plan, bring it to Idle, transfer, Execute, wait, verify. Rejects where a step
 * could not be done and where one of the signals was aborted; whoever runs it makes an end of that.
 */
export class UpdateProcedure {
  readonly done = new Set<ServerAction>();
  readonly limits: Limits;
  /** Set as soon as the device's object is known. */
  context: RunContext | undefined;
  watch: DeviceWatch | undefined;
  offer: Offer | undefined;
  objectVersion = '1.0';
  /** The sequence of the newest pair before this run changed anything. */
  ownSince: number | undefined;

  private readonly endpointName: string;
  private readonly patience: Patience;
  private readonly restarts: Restarts = { registered: false };
  private lastPair: StatePair | undefined;
  private registeredSince = false;

  constructor(
    private readonly options: RunOptions,
    private readonly life: AbortSignal,
    private readonly cancelling: AbortSignal,
  ) {
    this.endpointName = options.timeline.record.endpointName;
    this.limits = limitsOf(this.asked.stallTimeout);
    this.patience = new Patience(options.clock);
  }

  private get record(): RunRecord {
    return this.options.timeline.record;
  }

  private get asked(): RunContext['asked'] {
    return this.record.asked ?? { method: 'auto' };
  }

  /** A new run. */
  async fromTheBeginning(): Promise<Verified> {
    const { server } = this.options;
    const registration = server.registration(this.endpointName);
    if (!registration) return ended(notRegistered(this.endpointName));
    const { instanceId } = knownFromRegistration(registration);
    const context = instanceId === undefined ? undefined : this.makeContext(registration, instanceId);
    const settings = context ? carried(context, context.signal, this.limits.preparing) : {};
    const planned = await planAndOffer(this.options, registration, this.asked, settings);
    if ('verdict' in planned) return ended(planned.verdict);
    const { abilities } = planned;
    this.offer = planned.offer;
    if (!context) return ended(couldNot('NO_PLAN', 'nothing could be planned', undefined));
    const own: RunContext = { ...context, versionBefore: abilities.versionBefore };
    this.context = own;
    const refusal = await this.makeReady(own, abilities);
    if (refusal) return ended(refusal, abilities.versionBefore);
    return this.transferAndInstall(own, await this.transfer(own));
  }

  /** A run that the end of a process cut, from its record. */
  async whereItStood(): Promise<Verified> {
    const { server } = this.options;
    const { record } = this;
    const { plan, phase } = record;
    // its device may be asking for blocks at this moment
    if (phase === 'transferring' && record.offerId !== undefined)
      this.offer = await offerAgain(this.options, record.offerId);
    const registration = server.registration(this.endpointName) ?? (await this.awaitRegistration());
    if (!registration || !plan) return ended(notRegistered(this.endpointName));
    const made = this.makeContext(registration, plan.instanceId);
    const context: RunContext = { ...made, versionBefore: plan.versionBefore };
    this.context = context;
    const base = pairBeforeExecute(record);
    this.lastPair = lastPairOf(record);
    this.ownSince = 0;
    this.options.timeline.step('Taken up after a restart of the server');
    // A secured device first has to find that its session ended with that server: it is given the time of a restart.
    if (phase === 'updating' || phase === 'verifying') {
      this.done.add('execute');
      this.restarts.registered = registration.registeredAt > executedAt(record) || phase === 'verifying';
      await this.observed(context, this.limits.restart);
      // the process may have ended before Execute went out
      if (context.watch.newest?.state === 'downloaded' && !wasExecuted(record))
        return this.transferAndInstall(context, { kind: 'downloaded' });
      return this.verify(
        context,
        await awaitInstalled(context, { pair: base, sequence: 0, stoodStill: false }, this.restarts),
      );
    }
    this.done.add(plan.method === 'pull' ? 'packageUri' : 'package');
    await this.observed(context, this.limits.restart);
    if (phase === 'downloaded' || !(this.offer ?? plan.external))
      return this.transferAndInstall(context, { kind: 'downloaded' });
    const moved = plan.packageUri && this.offer && (await this.moved(registration, context, plan.packageUri));
    if (moved) return moved;
    const resumed = await awaitDownloaded(
      context,
      'pull',
      this.offer ? followOffer(context, this.offer) : unseenDelivery(context),
      { state: 'idle', updateResult: 0, sequence: 0, told: false },
      plan.packageUri,
    );
    const lost = resumed.kind === 'failed' && resumed.verdict.code === 'NEVER_FETCHED';
    // another process may have updated the device while this one waited for it
    if ((lost || resumed.kind === 'restarted') && !this.options.isNewest()) return ended(overtaken());
    const again: TransferEnd = lost ? { kind: 'restarted', verdict: resumed.verdict } : resumed;
    return this.transferAndInstall(
      context,
      again.kind === 'restarted' ? await this.transfer(context, 1) : again,
    );
  }

  /** Transfers under a new URI where nothing listens any more at the one before, unless the device has it all by now. */
  private async moved(
    registration: Registration,
    context: RunContext,
    before: string,
  ): Promise<Verified | undefined> {
    const { watch, timeline } = context;
    if (isServedHere(before, this.options.listening(), this.asked.host)) return undefined;
    const state = watch.newest?.state;
    if (state !== 'idle' && state !== 'downloading') return undefined;
    if (!this.options.isNewest()) return ended(overtaken());
    timeline.step(`Nothing listens any more where ${before} leads: the device is to get another Package URI`);
    this.offer?.withdraw();
    const settings = carried(context, context.signal, this.limits.preparing);
    const planned = await planAndOffer(this.options, registration, this.asked, settings);
    if ('verdict' in planned) return ended(planned.verdict);
    this.offer = planned.offer;
    if (state !== 'idle') await resetDevice(context, carried(context, context.signal, this.limits.transfer));
    return this.transferAndInstall(context, await this.transfer(context));
  }

  /** Observes, reads where the device stands, and brings it to Idle. A verdict where that can't be. */
  private async makeReady(context: RunContext, abilities: DeviceAbilities): Promise<Verdict | undefined> {
    await this.observed(context);
    const { watch, timeline } = context;
    const pair = watch.newest;
    if (!pair)
      return couldNot(
        'NO_STATE',
        'The device has no readable State (5/0/3), so an update can’t be followed',
        'Read /5/0 to see what it has; State is mandatory in Firmware Update.',
      );
    if (pair.state === 'idle') return undefined;
    if (pair.state === 'updating') return resetRefused(pair.state);
    const settings = carried(context, context.signal, this.limits.preparing);
    const left = (await resetDevice(context, settings)) ?? pair;
    if (left.state === 'idle') return undefined;
    if (left.state !== 'downloading') return resetRefused(left.state);
    const legacy =
      abilities.deliveryMethod === undefined &&
      (await readNumber(context.server, this.endpointName, firmwarePath(context.instanceId, 4), settings))
        .answer.values.length > 0;
    watch.profile = legacy ? 'legacy' : 'oneIsIdle';
    const note = legacy
      ? 'it counts its states from 1, as clients before LwM2M 1.0: 1 is taken as Idle'
      : 'it stands at 1 (Downloading) though nothing is sent, and no reset moves it: taken as Idle, as Wakaama’s sample does';
    if (legacy) this.lastPair = { state: 'idle', updateResult: left.updateResult };
    timeline.tell({
      kind: 'state',
      state: legacy ? 'idle' : left.state,
      updateResult: left.updateResult,
      legal: false,
      note,
    });
    await watch.read();
    return undefined;
  }

  /** Transfers, and once more as often as a restart of the device may cut it. */
  private async transfer(context: RunContext, restartsSoFar = 0): Promise<TransferEnd> {
    const { timeline, watch } = context;
    const retries = this.asked.retries ?? 1;
    for (let restarts = restartsSoFar; ;) {
      timeline.phase('transferring');
      const end = await this.transferOnce(context);
      if (end.kind !== 'restarted') return end;
      restarts++;
      if (restarts > retries)
        return {
          kind: 'failed',
          verdict: rebootedInTransfer(restarts, this.record.bytes, this.options.image.facts.size),
        };
      timeline.step(`The transfer begins anew (${restarts} of ${retries})`);
      if (watch.newest && watch.newest.state !== 'idle')
        await resetDevice(context, carried(context, context.signal, this.limits.transfer));
    }
  }

  private async transferOnce(context: RunContext): Promise<TransferEnd> {
    const base = context.watch.newest;
    this.ownSince ??= base?.sequence ?? 0;
    const { plan } = this.record;
    if (plan?.method !== 'pull' || plan.packageUri === undefined)
      return awaitDownloaded(context, 'push', await transferPush(context), base);
    const delivery = await transferPull(context, this.offer, plan.packageUri);
    return awaitDownloaded(context, 'pull', delivery, base, plan.packageUri);
  }

  private async transferAndInstall(context: RunContext, end: TransferEnd): Promise<Verified> {
    if (end.kind === 'failed' || end.kind === 'restarted')
      return ended(withKeysInMind(end.verdict, this.record.plan), context.versionBefore);
    const { timeline, watch } = context;
    timeline.phase('downloaded');
    if (context.signal.aborted) throw abortError(context.signal);
    if (end.kind === 'installed') {
      timeline.step('The device installed by itself and came back: Update is not executed');
      this.restarts.registered = true;
      return this.verify(context, end.updateResult === 1 ? { kind: 'succeeded' } : { kind: 'silent' });
    }
    const pair = watch.newest;
    const base: InstallBase = {
      pair: end.kind === 'installing' ? undefined : pair,
      sequence: end.kind === 'installing' ? 0 : (pair?.sequence ?? 0),
      stoodStill: end.kind === 'stoodStill',
    };
    if (end.kind === 'stoodStill')
      timeline.tell({
        kind: 'state',
        state: pair?.state ?? 'idle',
        updateResult: pair?.updateResult ?? 0,
        legal: false,
        note: `${end.note}: Update is executed all the same, once`,
      });
    if (end.kind === 'installing') {
      timeline.step('The device installs by itself: Update is not executed');
      timeline.phase('updating');
      return this.verify(context, await awaitInstalled(context, base, this.restarts));
    }
    const installed = await executeUpdate(context, base, this.restarts);
    const early = end.kind === 'stoodStill' && pair?.state === 'idle' && pair.updateResult === 1;
    if (early && installed.kind === 'failed' && installed.verdict.code === 'EXECUTE_REFUSED')
      return ended(successWithoutInstalling(), await versionNow(context));
    return this.verify(context, installed);
  }

  private async verify(context: RunContext, installed: InstallEnd): Promise<Verified> {
    switch (installed.kind) {
      case 'succeeded':
        return verifySuccess(context, this.restarts);
      case 'silent':
        return verifyByVersion(context, this.restarts);
      case 'failed':
        return ended(installed.verdict, await versionNow(context));
    }
  }

  private makeContext(registration: Registration, instanceId: number): RunContext {
    const { server, offers, clock, log, timeline, image } = this.options;
    this.objectVersion = knownFromRegistration(registration).objectVersion;
    const watch = new DeviceWatch({
      server,
      clock,
      log,
      endpointName: this.endpointName,
      instanceId,
      readLimit: this.limits.read,
      signal: this.life,
    });
    this.watch = watch;
    watch.onRegistered(() => (this.registeredSince = true));
    watch.onPair((pair) => this.seen(pair));
    this.context = {
      server,
      offers,
      clock,
      log,
      endpointName: this.endpointName,
      instanceId,
      image,
      asked: this.asked,
      limits: this.limits,
      timeline,
      watch,
      patience: this.patience,
      signal: this.cancelling,
      life: this.life,
      done: this.done,
      versionBefore: undefined,
    };
    return this.context;
  }

  private async observed({ watch, timeline, signal }: RunContext, limit?: Duration): Promise<void> {
    await watch.observe(limit);
    if (!watch.newest) await watch.read();
    if (signal.aborted) throw abortError(signal);
    if (!watch.observed)
      timeline.step('The device does not let State and Result be observed: they are read now and then');
  }

  /** Tells a pair that differs from the last one, with the word for the transition. */
  private seen(pair: SeenPair): void {
    const { timeline } = this.options;
    const { state, updateResult } = pair;
    const before = this.lastPair;
    if (before?.state === state && before.updateResult === updateResult)
      return pair.told ? this.patience.touch() : this.patience.poke();
    const judged =
      before &&
      judge(before, pair, {
        done: this.done,
        restarted: this.registeredSince,
        oneBlock: this.record.image.size <= 1024,
      });
    const note =
      judged?.note ??
      (!before && updateResult !== 0
        ? `result ${resultText(updateResult)} is left from before and counts for nothing`
        : undefined);
    this.lastPair = { state, updateResult };
    this.registeredSince = false;
    timeline.tell({
      kind: 'state',
      state,
      updateResult,
      legal: judged?.kind !== 'illegal',
      ...(note === undefined ? {} : { note }),
    });
    this.patience.touch();
  }

  private async awaitRegistration(): Promise<Registration | undefined> {
    const { server } = this.options;
    const heard = server.onRegistered(() => this.patience.poke());
    try {
      return await this.patience.until(
        () => server.registration(this.endpointName),
        this.limits.restart,
        this.cancelling,
      );
    } catch (error) {
      if (isOperationError(error, 'STALLED')) return undefined;
      throw error;
    } finally {
      heard.dispose();
    }
  }
}
