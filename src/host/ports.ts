import type { Clock } from '../base/clock';
import type { ByteSink, FileReader } from '../base/files';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { SecretText } from '../base/secretText';
import type { ImageStaging } from '../firmware/stagedImage';
import type { CaptureFile } from './captures';
import type { OwnedHistory } from './history';
import type { Registration } from '../lwm2m/registration/registration';
import type { LwM2mPath } from '../objects/path';
import type { CredentialStore } from '../security/credentialStore';
import type { ChannelOpener, HttpFetch, HttpOpener, Scheme, SocketAddress } from '../transport/ports';

/** Where registrations outlive the process. */
export interface RegistrationStore {
  /** Those that registered at one of these listeners: others may be of a server that runs. */
  load(listeners: readonly Listen[]): Promise<readonly Registration[]>;
  /** Told after every change how to collect them; does so and writes when it sees fit, and at `flush`. */
  save(registrations: () => readonly Registration[]): void;
  flush(): Promise<void>;
}

/** A network interface's address, for "Nothing arrives?". */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
  readonly internal: boolean;
}

/** The outside world of whoever keeps nothing: a simulated device, a look into an image. */
export interface BasePorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log: Logger;
  readonly channels: ChannelOpener;
  readonly http: HttpOpener;
  readonly fetch: HttpFetch;
  readonly files: FileReader;
  /** The registry's table of object definitions, read when first needed. */
  readonly registryText: () => Promise<string>;
  /** A file to keep an arriving image in, for a simulated device. */
  readonly imageFile: (folder: string, name: string) => { readonly sink: ByteSink; readonly file: string };
  readonly interfaces: () => readonly InterfaceAddress[];
  readonly hostName: string;
  readonly pid: number;
}

/** Where the keys are: the terminal's owner-only files, the editor's secret storage. */
export interface HostSecrets {
  readonly credentials: CredentialStore;
  /** This user's certificate authority, and the server certificate it signed (`security/authorityStore`). */
  readonly authority: SecretText;
  readonly serverCertificate: SecretText;
}

/** What the graph is built from: the outside world, behind ports. */
export interface HostPorts extends BasePorts {
  readonly staging: ImageStaging;
  readonly history: OwnedHistory;
  readonly registrations: RegistrationStore;
  /** A capture's file for its owner alone. Throws `OperationError` `UNWRITABLE`. */
  readonly captureFile: (path: string) => Promise<CaptureFile>;
  readonly secrets: HostSecrets;
}

/** One listener to open. */
export interface Listen {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
}

/** How a host is to run. */
export interface HostSettings {
  /** `editor`, `serve`, `update`. */
  readonly owner: string;
  readonly listen: readonly Listen[];
  /** Control sockets, the first of which that nobody answers at is taken: there a terminal or a second window joins. */
  readonly control?: readonly string[];
  /** Opened once there is a credential or a server certificate: nobody could come to it before. */
  readonly securedListen?: readonly Listen[];
  /** Folders of the user's own object XML. */
  readonly objectFolders?: readonly string[];
  /** Host of Package URIs, in place of the address a device registered at. */
  readonly advertisedHost?: string;
  /** Where the running version lives, by device; default /3/0/3. */
  readonly versionPath?: LwM2mPath;
}
