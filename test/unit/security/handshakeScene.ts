import { encodeUtf8 } from '../../../src/base/bytes';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { HandshakeEvent } from '../../../src/dtls/handshakeEvents';
import type { DtlsSettings } from '../../../src/dtls/settings';
import type { CertifiedKey } from '../../../src/security/authority';
import type { Credential } from '../../../src/security/credential';
import { KnownCredentials, memoryStore, type CredentialStore } from '../../../src/security/credentialStore';
import type { HandshakeAttempt, Verdict } from '../../../src/security/handshakeAttempt';
import { HandshakeTrace } from '../../../src/security/handshakeTrace';
import { serverTrust, type ServerTrust } from '../../../src/security/serverTrust';
import type { Channel, Peer, Received } from '../../../src/transport/ports';
import { MemoryNetwork, type MemoryChannel } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock, settle } from '../../support/virtualClock';

export const SERVER = { host: '10.0.0.1', port: 5684 };
export const DEVICE = '10.0.0.2';
export const KEY = encodeUtf8('Sixteen byte key');

export const psk = (endpointName: string, key = KEY, identity = endpointName): Credential => ({
  mode: 'psk',
  endpointName,
  identity,
  key,
});

/** What the server of a scene holds. */
export interface Holding {
  readonly credentials?: readonly Credential[];
  certificate?: CertifiedKey;
  authority?: Uint8Array;
}

type Told = Partial<Omit<DtlsSettings, 'clock' | 'random' | 'observer'>>;

/** A client of a scene. */
export interface Device {
  readonly below: MemoryChannel;
  readonly channel: Channel;
  readonly peer: Peer;
  say(text: string): void;
}

/** Our server with its trust and trace, and devices, on a network in memory under a clock that is turned by hand. */
export class HandshakeScene {
  readonly network: MemoryNetwork;
  readonly events: HandshakeEvent[] = [];
  readonly told: HandshakeAttempt[] = [];
  readonly heard: Received[] = [];
  readonly channel: Channel;
  readonly below: MemoryChannel;
  private seed = 1;

  private constructor(
    readonly clock: VirtualClock,
    readonly store: CredentialStore,
    readonly trust: ServerTrust,
    readonly trace: HandshakeTrace,
    settings: Told,
  ) {
    this.network = new MemoryNetwork(clock);
    this.below = this.network.open(SERVER.host, SERVER.port);
    const observe = trace.dtls(SERVER);
    this.channel = createDtlsChannel(this.below, {
      clock,
      random: seededRandom(99),
      server: trust.dtls,
      observer: (event) => {
        this.events.push(event);
        observe(event);
      },
      ...settings,
    });
    this.channel.onMessage((message) => void this.heard.push(message));
    trace.onHandshake((attempt) => void this.told.push(attempt));
  }

  static async of(
    holding: Holding = { credentials: [psk('dev1')] },
    settings: Told = {},
    clock = new VirtualClock(),
  ): Promise<HandshakeScene> {
    const store = memoryStore();
    for (const credential of holding.credentials ?? []) await store.set(credential);
    const known = await KnownCredentials.of(store);
    const trust = serverTrust({
      known,
      certificate: () => holding.certificate,
      authority: () => holding.authority,
      clock,
    });
    return new HandshakeScene(clock, store, trust, new HandshakeTrace(trust), settings);
  }

  device(settings: Told, host = DEVICE, port = 7000): Device {
    const below = this.network.open(host, port);
    const channel = createDtlsChannel(below, {
      clock: this.clock,
      random: seededRandom(this.seed++),
      ...settings,
    });
    const peer = channel.peerAt(SERVER);
    return { below, channel, peer, say: (text) => channel.send(encodeUtf8(text), peer) };
  }

  /** A device with a pre-shared key. */
  keyed(identity: string, key = KEY, settings: Told = {}, host = DEVICE, port = 7000): Device {
    return this.device({ client: { psk: { identity: encodeUtf8(identity), key } }, ...settings }, host, port);
  }

  /** Has a device say hello and turns the clock. */
  async tries(device: Device, milliseconds = 3000): Promise<void> {
    device.say('hello');
    await this.clock.advance(milliseconds);
  }

  /** The only attempt there is. */
  get attempt(): HandshakeAttempt {
    const attempts = this.trace.attempts();
    const [only] = attempts;
    if (!only || attempts.length > 1) throw new Error(`not one attempt: ${JSON.stringify(attempts)}`);
    return only;
  }

  get verdict(): Verdict {
    const { verdict } = this.attempt;
    if (!verdict) throw new Error(`no verdict: ${JSON.stringify(this.attempt)}`);
    return verdict;
  }

  /** The codes told, each as often as it was. */
  get codes(): readonly string[] {
    return this.told.map(({ verdict, outcome }) => verdict?.code ?? outcome);
  }

  async changes(credential: Credential): Promise<void> {
    await this.store.set(credential);
    await settle();
  }
}
