import type { Clock, Duration } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { Event } from '../base/event';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { CoapEndpoint } from '../coap/endpoint';
import type { CoapService } from '../coap/exchange';
import type { DefinitionLookup } from '../objects/definition';
import type { Channel, Peer, Scheme } from '../transport/ports';
import type { Leaf } from './content/leaf';
import type { Registration } from './registration/registration';
import type { NotAllowed } from './registration/registrationInterface';
import type { Answer, LwM2mServer, Operation } from './server';

/** What a server is given, and how it behaves. */
export interface LwM2mServerOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log?: Logger;
  /** The definitions for a registration: by the versions it names. By default none are known. */
  readonly definitions?: (registration: Registration) => DefinitionLookup;
  /**
   * Has the definitions read where they aren't yet; `undefined` once they are there. It must not reject. A Send that comes
   * before is answered afterwards; who asks a device waits first.
   */
  readonly definitionsReady?: () => Promise<void> | undefined;
  /** Registrations kept; a further endpoint is answered 5.03. Default 20,000. */
  readonly maxRegistrations?: number;
  /** How much longer than its lifetime a registration is kept. Default 0. */
  readonly grace?: Duration;
  /** How long a queue-mode client is taken to be awake after its last message. Default 93 s (MAX_TRANSMIT_WAIT). */
  readonly awakeFor?: Duration;
  /** Whether a peer may register under a name. Default: a proven identity must be the name. */
  readonly authorize?: (peer: Peer, endpointName: string, over: Scheme) => true | NotAllowed;
  /** The name a peer has proved to have, for a registration without `ep`. Default: its identity. */
  readonly provedName?: (peer: Peer) => string | undefined;
}

/** An operation that was answered, for who keeps what devices have. */
export interface Answered {
  readonly operation: Operation;
  readonly answer: Answer;
  /** Writes only: what was written (nothing where it was bytes as they are). */
  readonly written?: readonly Leaf[];
}

/**
 * The server with the sides its owner needs: for each channel the owner mounts {@link service} (for the paths `/rd` and
 * `/dp`) on a CoAP endpoint and attaches the endpoint, so that requests go out where a device registered.
 */
export interface MountedLwM2mServer extends LwM2mServer {
  /** Serves `/rd` and `/dp` on a channel; other paths get 4.04. */
  service(channel: Pick<Channel, 'scheme' | 'local'>): CoapService;
  /** The endpoint by which the devices that registered at its channel are reached; disposing takes it away again. It stays the caller's. */
  attach(endpoint: CoapEndpoint): Disposable;
  /**
   * A device gave a sign of life that the server didn't see: it asked for a block of firmware, perhaps from another
   * socket. A queue-mode device is awake after it, and gets what waits.
   */
  noteAlive(endpointName: string): void;
  /** The endpoint that registered or updated last from a peer, at a channel. */
  endpointAt(channel: Pick<Channel, 'scheme' | 'local'>, peer: Peer): string | undefined;
  readonly onAnswer: Event<Answered>;
}
