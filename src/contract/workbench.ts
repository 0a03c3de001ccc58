import type { Event } from '../base/event';
import type { RunRecord, UpdateEvent } from '../fota/run';
import type { ImageFacts } from '../firmware/image/facts';
import type { HandshakeAttempt } from '../security/handshakeAttempt';
import type { TracedMessage } from '../trace/tracedMessage';
import type { AnswerView, DeviceView, KnownValueView, OperationRequest, ValueView } from './device';

/** Who runs the servers, and where they listen. */
export interface StatusView {
  /** `editor`, `serve`, `update`: what the process is. */
  readonly owner: string;
  readonly pid: number;
  readonly startedAt: number;
  /** URIs: `coap://127.0.0.1:5683`, `http://127.0.0.1:8080`. */
  readonly listening: readonly string[];
  /** Listeners that are wanted and not open. */
  readonly waiting?: readonly WaitingView[];
  /** Path of the control socket, where there is one. */
  readonly control?: string;
}

/** A listener that is wanted and not open: it opens by itself once there is what it needs. */
export interface WaitingView {
  /** `coaps://127.0.0.1:5684`; without a port where a free one will be taken. */
  readonly uri: string;
  /** A key (or certificate) of a device; the server's own certificate; `other`: it failed, and a warning said why. */
  readonly needs: 'key' | 'certificate' | 'other';
}

/** A resource as the definition in force describes it. */
export interface ResourceView {
  readonly id: number;
  readonly name: string;
  readonly operations: string;
  /** Empty for executables. */
  readonly type: string;
  readonly multiple: boolean;
  readonly mandatory: boolean;
  readonly range?: string;
  readonly units?: string;
}

/** An object as the definition in force describes it: the user's own XML, or the registry. */
export interface ObjectView {
  readonly id: number;
  readonly version: string;
  readonly name: string;
  readonly multiple: boolean;
  readonly mandatory: boolean;
  readonly source: string;
  readonly resources: readonly ResourceView[];
}

/** An update to be started. */
export interface UpdateStart {
  readonly endpoint: string;
  /** Absolute path of the image. */
  readonly file: string;
  readonly method?: 'auto' | 'push' | 'pull';
  readonly protocol?: string;
  readonly host?: string;
  /** Template of the Package URI: absolute, or relative to where the device registered; `{endpoint}` `{version}` `{sha256}`. */
  readonly uri?: string;
  /** Someone else serves the image at `uri`. */
  readonly external?: boolean;
  readonly blockSize?: number;
  /** Seconds. */
  readonly stallTimeout?: number;
  readonly retries?: number;
  readonly expectVersion?: string;
  /** `/3/0/3` unless the version lives elsewhere. */
  readonly versionPath?: string;
  readonly force?: boolean;
}

/** How a cancel went. */
export type CancelView =
  { readonly cancelled: true } | { readonly cancelled: false; readonly reason: string };

/** A simulated device to be started. */
export interface SimulatedDeviceStart {
  /** A free `sim-N` without one. */
  readonly endpoint?: string;
  readonly version?: string;
  readonly faults?: readonly string[];
  /** Seconds. */
  readonly lifetime?: number;
  readonly queueMode?: boolean;
  /** How it reaches the server; `coap` without. A secured one uses the endpoint's credential, or a new key. */
  readonly scheme?: 'coap' | 'coaps' | 'coap+tcp' | 'coaps+tcp';
}

/** A capture to be begun. */
export interface CaptureStart {
  /** Absolute path of a pcapng file, written over; without one, the trace alone. */
  readonly file?: string;
  /** One device's messages only. */
  readonly endpoint?: string;
  /** Put the secrets into the file that decrypt it. */
  readonly withSecrets?: boolean;
}

/** What a capture held when it ended. */
export interface CaptureView {
  readonly capture: string;
  readonly file?: string;
  readonly messages: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Why it ended before it was stopped, or what is not in the file. */
  readonly note?: string;
}

/** What "Nothing arrives?" shows. */
export interface ArrivalsView {
  readonly host: string;
  readonly interfaces: readonly {
    readonly name: string;
    readonly address: string;
    readonly internal: boolean;
  }[];
  readonly listening: readonly string[];
  /** Newest first, bounded. */
  readonly datagrams: readonly {
    readonly at: number;
    readonly direction: 'in' | 'out';
    readonly address: string;
    readonly size: number;
    /** `CON POST /rd?ep=…`, or why it is none of ours. */
    readonly summary: string;
  }[];
}

/** A notification or a Send as it reaches a user. */
export interface ReportView {
  readonly endpoint: string;
  readonly kind: 'notify' | 'send';
  readonly values: readonly ValueView[];
  readonly at: number;
  /** The observation it belongs to, for a notify. */
  readonly observation?: string;
}

/** What happens in a workbench; every kind is told to every listener, over the control socket too. */
export type WorkbenchEvent =
  | { readonly kind: 'registered' | 'updated'; readonly device: DeviceView }
  | { readonly kind: 'deregistered' | 'expired'; readonly endpoint: string }
  | {
      readonly kind: 'presence';
      readonly endpoint: string;
      readonly awake: boolean;
      readonly queued: number;
      readonly lastSeen: number;
    }
  | { readonly kind: 'report'; readonly report: ReportView }
  /** One more address is listened on: there is a key now. */
  | { readonly kind: 'listening'; readonly uri: string }
  /** A handshake ended, or more became known of it: the whole attempt as it stands. */
  | { readonly kind: 'handshake'; readonly handshake: HandshakeAttempt }
  /** A message of a running capture. */
  | { readonly kind: 'captured'; readonly capture: string; readonly message: TracedMessage }
  /** Values known of a device changed: those that did, and the paths of those that are no longer there. */
  | {
      readonly kind: 'values';
      readonly endpoint: string;
      readonly values: readonly KnownValueView[];
      readonly removed?: readonly string[];
    }
  | {
      readonly kind: 'observationEnded';
      readonly observation: string;
      readonly endpoint: string;
      readonly reason: string;
    }
  | { readonly kind: 'warning'; readonly endpoint?: string; readonly message: string }
  | { readonly kind: 'update'; readonly run: string; readonly endpoint: string; readonly event: UpdateEvent }
  /** A run's record changed, without its events. */
  | { readonly kind: 'run'; readonly record: RunSummary }
  | { readonly kind: 'simulated'; readonly endpoint: string; readonly running: boolean }
  | { readonly kind: 'simulatedEvent'; readonly endpoint: string; readonly text: string }
  /** Object definitions changed: what was looked up is to be looked up anew. */
  | { readonly kind: 'definitions' }
  /** The other side of the control socket is gone. */
  | { readonly kind: 'closed' };

/** A run without its timeline. */
export type RunSummary = Omit<RunRecord, 'events'>;

/**
 * All that a user can do with the servers, in plain JSON: the editor's views, the terminal program and a second window
 * use this and nothing below it. It is the host itself, or the other end of its control socket; a caller can't tell.
 * Rejects with `OperationError` (same codes over the socket).
 */
export interface Workbench {
  readonly onEvent: Event<WorkbenchEvent>;
  status(): Promise<StatusView>;
  devices(): Promise<readonly DeviceView[]>;
  /** What is known of a device's values. */
  values(endpoint: string): Promise<readonly KnownValueView[]>;
  operate(request: OperationRequest, signal?: AbortSignal): Promise<AnswerView>;
  /** `observation` is absent where the device didn't grant it. */
  observe(
    request: { readonly endpoint: string; readonly paths: readonly string[]; readonly format?: string },
    signal?: AbortSignal,
  ): Promise<{ readonly answer: AnswerView; readonly observation?: string }>;
  cancelObservation(observation: string): Promise<AnswerView | undefined>;
  /** The observations running, by device. */
  observations(
    endpoint: string,
  ): Promise<readonly { readonly observation: string; readonly paths: readonly string[] }[]>;
  /** The definition by which a device's object is read; without `endpoint`, the newest known. */
  definition(objectId: number, endpoint?: string): Promise<ObjectView | undefined>;
  /**
   * The user's own object XML at an absolute path has this text now; `null`: it is gone. What is wrong with it is told
   * as warnings. Kept until the server ends. Rejects with `OBJECT_FILE` beyond 2 MiB or 500 files.
   */
  setObjectFile(file: string, text: string | null): Promise<void>;
  inspect(file: string): Promise<ImageFacts>;
  /** The new run's record. */
  startUpdate(start: UpdateStart): Promise<RunRecord>;
  cancelUpdate(run: string): Promise<CancelView>;
  /** Past and running updates, newest first. */
  history(endpoint?: string): Promise<readonly RunSummary[]>;
  run(id: string): Promise<RunRecord | undefined>;
  startSimulatedDevice(start: SimulatedDeviceStart): Promise<{ readonly endpoint: string }>;
  stopSimulatedDevice(endpoint: string): Promise<void>;
  arrivals(): Promise<ArrivalsView>;
  /** Handshakes of the last hours, newest first, bounded; of one endpoint where it is named. */
  handshakes(endpoint?: string): Promise<readonly HandshakeAttempt[]>;
  /** Begins a capture; it ends with `stopCapture`, or with who began it. Rejects with `NO_SUCH_DEVICE`, `UNWRITABLE`. */
  startCapture(start: CaptureStart): Promise<{ readonly capture: string }>;
  stopCapture(capture: string): Promise<CaptureView>;
}

/** The methods of {@link Workbench} that travel over the control socket, as JSON-RPC requests of the same names. */
export const workbenchMethods = [
  'status',
  'devices',
  'values',
  'operate',
  'observe',
  'cancelObservation',
  'observations',
  'definition',
  'setObjectFile',
  'inspect',
  'startUpdate',
  'cancelUpdate',
  'history',
  'run',
  'startSimulatedDevice',
  'stopSimulatedDevice',
  'arrivals',
  'handshakes',
  'startCapture',
  'stopCapture',
] as const satisfies readonly (keyof Workbench)[];
