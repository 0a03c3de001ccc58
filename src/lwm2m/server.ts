import type { ByteSource } from '../base/files';
import type { Duration } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { Event } from '../base/event';
import type { BlockProgress, Szx } from '../coap/exchange';
import type { Code } from '../coap/code';
import type { DefinitionLookup } from '../objects/definition';
import type { LwM2mPath } from '../objects/path';
import type { Leaf } from './content/leaf';
import type { Registration } from './registration/registration';

/** Attributes of a link in a Discover answer, or to be written: name → value, `undefined` value to unset (`?pmin`). */
export type LinkAttributes = Readonly<Record<string, string | number | undefined>>;

/** One link of a Discover answer. */
export interface DiscoveredLink {
  readonly path: LwM2mPath;
  readonly attributes: LinkAttributes;
}

/** A device's answer to an operation: its code is the answer, a refusal too. */
export interface Answer {
  readonly endpointName: string;
  readonly path: LwM2mPath;
  readonly code: Code;
  /** Content-Format of the payload, where it had one. */
  readonly contentFormat?: number;
  readonly values: readonly Leaf[];
  /** Discover only. */
  readonly links?: readonly DiscoveredLink[];
  /** Create only: where the new instance is, `/3303/1`. */
  readonly location?: LwM2mPath;
  /** Diagnostic text of an error answer; bounded, hostile. */
  readonly diagnostic?: string;
  /** What kept (part of) the payload from being understood. The answer stands all the same. */
  readonly problems: readonly string[];
  /** The payload as it came. */
  readonly payload: Uint8Array;
}

/** Which operation an answer is to. */
export type Operation =
  'read' | 'write' | 'execute' | 'create' | 'delete' | 'discover' | 'attributes' | 'observe' | 'cancel';

/** Why a request waits: its client sleeps (queue mode), or is secured and has no session with this server yet. */
export type Queued = 'asleep' | 'noSession';

/** How an operation is carried. */
export interface OperationSettings {
  readonly signal?: AbortSignal;
  /** A Content-Format / Accept to insist on: no negotiation then. */
  readonly format?: number;
  /** Largest block to use. */
  readonly szx?: Szx;
  /**
   * How long it may stay without an answer, an acknowledgement or a block. A queue-mode client is also given up by this
   * while the request waits for it to wake; without it such a request waits until the registration ends. A secured client
   * that has no session with this server, which was started anew, is waited for in the same way where this or
   * {@link onQueued} is given; else the operation fails at once with `NO_SESSION`.
   */
  readonly stallTimeout?: Duration;
  readonly onProgress?: (progress: BlockProgress) => void;
  /** Told when the request waits for its client's next contact. */
  readonly onQueued?: (why: Queued) => void;
  readonly onAcknowledged?: () => void;
}

/** A notification, or a value sent by Send, from one device. */
export interface Report {
  readonly endpointName: string;
  readonly kind: 'notify' | 'send';
  readonly values: readonly Leaf[];
  /** The observed paths (one, or several for a composite observation); empty for Send. */
  readonly paths: readonly LwM2mPath[];
  readonly contentFormat?: number;
  /** Milliseconds since 1970 at arrival. */
  readonly at: number;
  readonly problems: readonly string[];
}

/** A running observation. It ends with its registration: who wants to go on observes again on `onRegistered`. */
export interface DeviceObservation extends Disposable {
  readonly answer: Answer;
  readonly onReport: Event<Report>;
  /** Told once. `reason`: cancelled by us, refused by the device, registration replaced or gone. */
  readonly onEnd: Event<{ readonly reason: string }>;
  /** Cancels actively (Observe 1). */
  cancel(settings?: OperationSettings): Promise<Answer>;
}

/** Whether a queue-mode client can be spoken to, and what waits for it. */
export interface Presence {
  readonly awake: boolean;
  readonly queued: number;
}

/** Why a registration was removed. */
export type RemovalReason = 'deregistered' | 'expired' | 'replaced';

/**
 * The LwM2M server: the interfaces of the enabler over any number of CoAP endpoints. It asks a device nothing unasked.
 * Every operation throws `OperationError` `NOT_REGISTERED`, `TIMEOUT`, `ABORTED`, `GONE` (de-registered or expired while
 * waiting) where it could not be done; a refusal is an {@link Answer}.
 */
export interface LwM2mServer {
  registration(endpointName: string): Registration | undefined;
  registrations(): readonly Registration[];
  presence(endpointName: string): Presence;
  /** The definitions by which a device's values are read: its registered versions. */
  definitions(endpointName: string): DefinitionLookup;

  readonly onRegistered: Event<{ readonly registration: Registration; readonly previous?: Registration }>;
  readonly onUpdated: Event<{ readonly registration: Registration; readonly previous: Registration }>;
  readonly onRemoved: Event<{ readonly registration: Registration; readonly reason: RemovalReason }>;
  /** Any sign of life or a change of its queue. */
  readonly onPresence: Event<{ readonly endpointName: string; readonly presence: Presence }>;
  readonly onReport: Event<Report>;
  /** What a user should know though it was accepted or refused silently (missing lt, unknown parameter, full table, …). */
  readonly onWarning: Event<{ readonly endpointName?: string; readonly message: string }>;

  read(endpointName: string, path: LwM2mPath, settings?: OperationSettings): Promise<Answer>;
  readComposite(
    endpointName: string,
    paths: readonly LwM2mPath[],
    settings?: OperationSettings,
  ): Promise<Answer>;
  /** `mode`: replace (PUT), or update (POST, partial); by default a resource is replaced and an instance updated. */
  write(
    endpointName: string,
    path: LwM2mPath,
    leaves: readonly Leaf[],
    settings?: OperationSettings & { readonly mode?: 'replace' | 'update' },
  ): Promise<Answer>;
  /** Writes bytes as they are (a firmware package), with the format given (default 42). */
  writeOpaque(
    endpointName: string,
    path: LwM2mPath,
    body: Uint8Array | ByteSource,
    settings?: OperationSettings,
  ): Promise<Answer>;
  writeComposite(
    endpointName: string,
    leaves: readonly Leaf[],
    settings?: OperationSettings,
  ): Promise<Answer>;
  /** `argument` in the grammar `0='x',1`; empty payload without. */
  execute(
    endpointName: string,
    path: LwM2mPath,
    argument?: string,
    settings?: OperationSettings,
  ): Promise<Answer>;
  /** `path` `/19` (the device chooses the instance) or `/19/1`; leaves have paths below it. */
  create(
    endpointName: string,
    path: LwM2mPath,
    leaves: readonly Leaf[],
    settings?: OperationSettings,
  ): Promise<Answer>;
  delete(endpointName: string, path: LwM2mPath, settings?: OperationSettings): Promise<Answer>;
  discover(endpointName: string, path: LwM2mPath, settings?: OperationSettings): Promise<Answer>;
  writeAttributes(
    endpointName: string,
    path: LwM2mPath,
    attributes: LinkAttributes,
    settings?: OperationSettings,
  ): Promise<Answer>;
  /** One path: Observe; several: Observe-Composite. `observation` is absent where the device didn't grant it. */
  observe(
    endpointName: string,
    paths: readonly LwM2mPath[],
    settings?: OperationSettings,
  ): Promise<{ readonly answer: Answer; readonly observation?: DeviceObservation }>;

  /** Registrations to take up after a restart of the process, as they were stored. */
  restore(registrations: readonly Registration[]): void;
  close(): Promise<void>;
}
