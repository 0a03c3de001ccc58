import assert from 'node:assert/strict';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { cipherSuite, type CipherSuite } from '../../../src/dtls/cipherSuite';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { HandshakeEvent, HandshakeFailure, SessionFacts } from '../../../src/dtls/handshakeEvents';
import type { DtlsSettings } from '../../../src/dtls/settings';
import type { Channel, ChannelFault, Peer, Received } from '../../../src/transport/ports';
import { MemoryNetwork, type MemoryChannel } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

export const SERVER = { host: '10.0.0.1', port: 5684 };
/** The key of device-1. */
export const KEY = encodeUtf8('sixteen byte key');
export const IDENTITY = encodeUtf8('device-1');

export const suites = (...ids: number[]): CipherSuite[] =>
  ids.flatMap((id) => {
    const suite = cipherSuite(id);
    return suite ? [suite] : [];
  });

/** One end, with all it was told. */
export interface End {
  readonly channel: Channel;
  readonly below: MemoryChannel;
  readonly events: HandshakeEvent[];
  readonly messages: Received[];
  readonly faults: ChannelFault[];
  text(): string[];
  facts(): SessionFacts[];
  failures(): HandshakeFailure[];
}

type Told = Omit<DtlsSettings, 'clock' | 'random' | 'observer'>;

/** Ends on one network in memory, under a clock that is turned by hand. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  private seed: number;

  constructor(seed = 1) {
    this.seed = seed;
  }

  end(host: string, port: number, settings: Told): End {
    const below = this.network.open(host, port);
    const events: HandshakeEvent[] = [];
    const channel = createDtlsChannel(below, {
      ...settings,
      clock: this.clock,
      random: seededRandom(this.seed++),
      observer: (event) => void events.push(event),
    });
    const messages: Received[] = [];
    const faults: ChannelFault[] = [];
    channel.onMessage((m) => void messages.push({ ...m, bytes: m.bytes.slice() }));
    channel.onFault((f) => void faults.push(f));
    return {
      channel,
      below,
      events,
      messages,
      faults,
      text: () => messages.map(({ bytes }) => new TextDecoder().decode(bytes)),
      facts: () => events.flatMap((e) => (e.kind === 'established' ? [e.facts] : [])),
      failures: () => events.flatMap((e) => (e.kind === 'failed' ? [e.failure] : [])),
    };
  }

  server(settings: Told = {}): End {
    return this.end(SERVER.host, SERVER.port, { server: { psk: pskOf(KEY) }, ...settings });
  }

  client(settings: Told = {}, host = '10.0.0.2', port = 7000): End {
    return this.end(host, port, { client: { psk: { identity: IDENTITY, key: KEY } }, ...settings });
  }
}

/** A store with the one key of device-1. */
export const pskOf =
  (key: Uint8Array) =>
  (identity: Uint8Array): Uint8Array | undefined =>
    toHex(identity) === toHex(IDENTITY) ? key : undefined;

export const serverPeer = (client: End): Peer => client.channel.peerAt({ host: '10.0.0.1', port: 5684 });
export const say = (from: End, text: string, to: Peer): void => from.channel.send(encodeUtf8(text), to);

/** Has the client say hello, and the server hear it. */
export async function connected(scene: Scene, server: End, client: End): Promise<void> {
  say(client, 'hello', serverPeer(client));
  await scene.clock.advance(10);
  assert.deepEqual(server.text(), ['hello'], JSON.stringify(client.failures()));
}

/** Who spoke last. */
export const lastPeer = (end: End): Peer => end.messages.at(-1)?.peer ?? assert.fail('nothing came');
