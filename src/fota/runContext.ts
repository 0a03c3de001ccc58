import { seconds, type Clock, type Duration } from '../base/clock';
import type { Logger } from '../base/log';
import { printCode } from '../coap/code';
import type { FirmwareOffers } from '../firmware/offer';
import type { StagedImage } from '../firmware/stagedImage';
import type { Answer, LwM2mServer, OperationSettings } from '../lwm2m/server';
import type { LwM2mPath } from '../objects/path';
import { DEVICE_FIRMWARE_VERSION } from './abilities';
import { bounded } from './deviceText';
import type { DeviceWatch } from './deviceWatch';
import type { ServerAction } from './machine';
import type { Patience } from './patience';
import type { UpdateRequest } from './run';
import type { Timeline } from './timeline';

/** How long each phase may be silent. */
export interface Limits {
  /** `undefined`: as long as the server waits (a sleeping client's request until its registration ends). */
  readonly preparing: Duration | undefined;
  readonly transfer: Duration;
  readonly restart: Duration;
  /** One read of a value. */
  readonly read: Duration;
}

/** The phases' limits: one silence for all where it was asked for, else 60 s in a transfer and 300 s for the restart. */
export function limitsOf(stallTimeout: Duration | undefined): Limits {
  const transfer = stallTimeout ?? seconds(60);
  return {
    preparing: stallTimeout,
    transfer,
    restart: stallTimeout ?? seconds(300),
    read: Math.min(transfer, 30_000) as Duration,
  };
}

/** What the steps of a run share. */
export interface RunContext {
  readonly server: LwM2mServer;
  readonly offers: FirmwareOffers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpointName: string;
  readonly instanceId: number;
  readonly image: StagedImage;
  readonly asked: Omit<UpdateRequest, 'endpointName' | 'image'>;
  readonly limits: Limits;
  readonly timeline: Timeline;
  readonly watch: DeviceWatch;
  readonly patience: Patience;
  /** Aborted by a cancel of the user's, and at the run's end. */
  readonly signal: AbortSignal;
  /** Aborted at the run's end alone: for what is done after a cancel. */
  readonly life: AbortSignal;
  /** What this run did to the device, to judge what is seen. */
  readonly done: Set<ServerAction>;
  readonly versionBefore: string | undefined;
}

/** Where the running version is read. */
export const versionPathOf = ({ asked }: RunContext): LwM2mPath =>
  asked.versionPath ?? DEVICE_FIRMWARE_VERSION;

/** A request in a phase; a wait for the client's next contact is told. */
export const carried = (
  { timeline, endpointName }: RunContext,
  signal: AbortSignal,
  stallTimeout: Duration | undefined,
): OperationSettings => ({
  signal,
  ...(stallTimeout === undefined ? {} : { stallTimeout }),
  onQueued: (why) =>
    timeline.tell({
      kind: 'waiting',
      note:
        why === 'asleep'
          ? `${endpointName} sleeps (queue mode): sent at its next contact.`
          : `${endpointName} has no session with this server since it was started: sent when it comes.`,
    }),
});

/** `4.05`, and what the device said with it. */
export const answerText = (answer: Answer): { readonly code: string; readonly diagnostic: string } => {
  const said = answer.diagnostic === undefined ? '' : bounded(answer.diagnostic);
  return { code: printCode(answer.code), diagnostic: said === '' ? '' : ` ("${said}")` };
};
