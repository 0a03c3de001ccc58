import { encodeUtf8 } from '../base/bytes';
import { millis, seconds, sleep, type Clock, type Timer } from '../base/clock';
import { errorText, isOperationError } from '../base/errors';
import type { Logger } from '../base/log';
import { Codes, printCode } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import type { CoapEndpoint } from '../coap/endpoint';
import type { Peer } from '../transport/ports';

/** What a device says of itself when it registers. */
export interface RegistrationFacts {
  readonly endpointName: string;
  readonly lwm2mVersion: '1.0' | '1.1';
  /** Seconds. */
  readonly lifetime: () => number;
  readonly queueMode: boolean;
  /** `U` over UDP and DTLS, `T` over TCP and TLS; 1.0 tells queue mode here as well, `UQ` (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2.1.2). */
  readonly binding: string;
  readonly links: () => string;
}

/** What a registration is made with. */
export interface RegistrationPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpoint: CoapEndpoint;
  /** The server as it is reached now: over TCP another peer with each connection. */
  readonly server: () => Peer;
  readonly facts: RegistrationFacts;
  /** Registered, and under which location. */
  readonly onRegistered: (location: readonly string[]) => void;
}

const ANSWER_TIMEOUT = seconds(20);
const FIRST_PAUSE = seconds(1);
const LONGEST_PAUSE = 15_000;
const FAREWELL_TIMEOUT = seconds(3);

/**
 * The client's side of the Registration interface (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2): registers, keeps the
 * registration alive, and registers anew when the server doesn't know it any more.
 */
export class RegistrationClient {
  private readonly ending = new AbortController();
  private location: readonly string[] | undefined;
  private wanted: { list: boolean; lifetime: boolean } | undefined;
  private wake: (() => void) | undefined;
  private timer: Timer | undefined;
  private reconnecting: Timer | undefined;
  /** Why no connection came about, once it was told. */
  private refusal: string | undefined;

  constructor(private readonly ports: RegistrationPorts) {}

  get isRegistered(): boolean {
    return this.location !== undefined;
  }

  /** Runs until disposed. */
  async run(): Promise<void> {
    const { clock } = this.ports;
    const { signal } = this.ending;
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      if (await this.register(signal)) {
        pause = FIRST_PAUSE;
        await this.keepAlive(signal);
        continue;
      }
      if (signal.aborted) return;
      try {
        await sleep(clock, pause, signal);
      } catch {
        // disposed while waiting
        return;
      }
      pause = millis(Math.min(2 * pause, LONGEST_PAUSE));
    }
  }

  /** An Update is due now: with the object links where they changed, with the lifetime where that did. */
  update(changes: { readonly list?: boolean; readonly lifetime?: boolean } = {}): void {
    this.reconnecting?.cancel();
    this.wanted = {
      list: changes.list === true || this.wanted?.list === true,
      lifetime: changes.lifetime === true || this.wanted?.lifetime === true,
    };
    this.wake?.();
  }

  /** The connection with the server has ended: an Update makes a new one, or a registration where that is refused. */
  connectionLost(): void {
    if (!this.location) return;
    this.reconnecting?.cancel();
    this.reconnecting = this.ports.clock.after(FIRST_PAUSE, () => this.update());
  }

  /** De-registers, where registered; gives up soon, for the server's own expiry does the same. */
  async deregister(): Promise<boolean> {
    const { location } = this;
    this.dispose();
    if (!location) return false;
    const { endpoint, server, log } = this.ports;
    try {
      const request = { method: Codes.DELETE, path: location };
      const response = await endpoint.request(server(), request, { stallTimeout: FAREWELL_TIMEOUT });
      return response.code === Codes.DELETED;
    } catch (error) {
      log.log('debug', `de-registration was not answered: ${errorText(error)}`);
      return false;
    }
  }

  dispose(): void {
    this.location = undefined;
    this.timer?.cancel();
    this.reconnecting?.cancel();
    this.ending.abort();
    this.wake?.();
  }

  private async register(signal: AbortSignal): Promise<boolean> {
    const { endpoint, server, facts, log, onRegistered } = this.ports;
    const { endpointName, lwm2mVersion, lifetime, queueMode, binding } = facts;
    const query = [`ep=${endpointName}`, `lt=${lifetime()}`, `lwm2m=${lwm2mVersion}`, `b=${binding}`];
    if (lwm2mVersion === '1.1' && queueMode) query.push('Q');
    this.wanted = undefined;
    try {
      const response = await endpoint.request(
        server(),
        {
          method: Codes.POST,
          path: ['rd'],
          query,
          contentFormat: ContentFormats.LINK,
          body: encodeUtf8(facts.links()),
        },
        { signal, stallTimeout: ANSWER_TIMEOUT },
      );
      if (response.code !== Codes.CREATED || !response.locationPath) {
        log.log('warn', `${endpointName}: the server refused the registration: ${printCode(response.code)}`);
        return false;
      }
      this.refusal = undefined;
      this.location = response.locationPath;
      onRegistered(response.locationPath);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.beginAnew(error);
      const refused = refusalOf(error);
      if (refused === undefined) {
        log.log('debug', `${endpointName}: registration failed: ${errorText(error)}`);
      } else if (refused !== this.refusal) {
        this.refusal = refused;
        log.log('warn', `${endpointName}: ${refused}`);
      }
      return false;
    }
  }

  /** Updates before the lifetime ends; returns when the registration is gone. */
  private async keepAlive(signal: AbortSignal): Promise<void> {
    const { endpoint, server, facts, log } = this.ports;
    while (!signal.aborted) {
      await this.untilUpdate();
      if (signal.aborted || !this.location) return;
      const changes = this.wanted;
      this.wanted = undefined;
      try {
        const response = await endpoint.request(
          server(),
          {
            method: Codes.POST,
            path: this.location,
            ...(changes?.lifetime ? { query: [`lt=${facts.lifetime()}`] } : {}),
            ...(changes?.list ? { contentFormat: ContentFormats.LINK, body: encodeUtf8(facts.links()) } : {}),
          },
          { signal, stallTimeout: ANSWER_TIMEOUT },
        );
        if (response.code === Codes.CHANGED) continue;
        log.log(
          'info',
          `${facts.endpointName}: Update answered ${printCode(response.code)}, registering anew`,
        );
      } catch (error) {
        if (signal.aborted) return;
        this.beginAnew(error);
        log.log('debug', `${facts.endpointName}: Update failed: ${errorText(error)}`);
      }
      this.location = undefined;
      return;
    }
  }

  /** A session or connection over which nobody answers is given up: the server may know it no more. */
  private beginAnew(error: unknown): void {
    const { endpoint, server } = this.ports;
    if (isOperationError(error, 'TIMEOUT')) endpoint.channel.disconnect?.(server());
  }

  private untilUpdate(): Promise<void> {
    if (this.wanted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.timer?.cancel();
        this.wake = undefined;
        resolve();
      };
      this.wake = done;
      // a quarter of the lifetime is left for answers that are slow to come
      this.timer = this.ports.clock.after(seconds(this.ports.facts.lifetime() * 0.75), done);
    });
  }
}

/** What a refused handshake says of itself; `undefined` for any other failure. */
function refusalOf(error: unknown): string | undefined {
  const cause = isOperationError(error) ? error.cause : undefined;
  const refused = [error, cause].find(
    (one) => isOperationError(one, 'HANDSHAKE_FAILED') || isOperationError(one, 'TLS_REFUSED'),
  );
  return refused === undefined ? undefined : errorText(refused);
}
