import assert from 'node:assert/strict';
import { NO_BYTES, concatBytes, fromHex, toHex } from '../../../src/base/bytes';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapEndpoint, EndpointSettings } from '../../../src/coap/endpoint';
import type { CoapService, IncomingRequest, OutgoingResponse } from '../../../src/coap/exchange';
import type { CoapOption } from '../../../src/coap/option';
import { Reassembly } from '../../../src/coap/reassembly';
import {
  decodeStreamMessage,
  encodeStreamMessage,
  type StreamMessage,
} from '../../../src/coap/streamMessage';
import type { Peer } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryStreams, type Cut, type MemoryStreamChannel } from '../../support/memoryStreams';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { nothingHere } from './pair';

/** The capabilities our endpoint tells: 16,896 bytes, blocks. */
export const OURS = '40e1 224200 20';
/** Those of a peer: java-coap's, and one that takes BERT blocks of 4096 bytes. */
export const BASE_CSM = '40e1 220480 20';
export const BERT_CSM = '40e1 221080 20';

/** Our endpoint, and at the other end of its connection nobody but the test. */
export interface Connection {
  readonly clock: VirtualClock;
  readonly endpoint: CoapEndpoint;
  /** The endpoint's channel. */
  readonly channel: MemoryStreamChannel;
  /** The test's side, as the endpoint knows it. */
  readonly peer: Peer;
  /** What the endpoint sent and was not yet taken. */
  readonly sent: StreamMessage[];
  /** Whether the endpoint has ended the connection. */
  readonly ended: () => boolean;
  /** Sends messages, or bytes in hexadecimal, in one piece, and lets the endpoint act. */
  send(...what: (StreamMessage | string)[]): Promise<void>;
  /** Closes the endpoint, after which nothing may be left to happen. */
  close(): Promise<void>;
  /** Ends the connection from the test's side. */
  hangUp(): Promise<void>;
  /** The next message the endpoint sent; it must be there already. */
  take(): StreamMessage;
}

export interface ConnectionSettings {
  readonly service?: CoapService;
  readonly endpoint?: EndpointSettings;
  /** What the test's side says first, after the endpoint's capabilities were taken. `undefined`: nothing. */
  readonly csm?: string | undefined;
}

const raw = (what: StreamMessage | string): Uint8Array =>
  typeof what === 'string' ? (fromHex(what) ?? NO_BYTES) : encodeStreamMessage(what);

const base = (role: 'called' | 'calling', settings: ConnectionSettings) => {
  const clock = new VirtualClock();
  const streams = new MemoryStreams(clock);
  const test = streams.open('10.0.0.9', 5683);
  const channel = streams.open('10.0.0.1', 5683);
  const ports = { clock, random: seededRandom(1), hash: nodeHash };
  const endpoint = createCoapEndpoint(channel, settings.service ?? nothingHere, ports, settings.endpoint);
  const sent: StreamMessage[] = [];
  const reassembly = new Reassembly(1 << 20);
  let ended = false;
  let known: Peer | undefined = role === 'calling' ? test.peerAt(channel.local) : undefined;
  test.onMessage(({ bytes, peer }) => {
    known ??= peer;
    const problem = reassembly.push(bytes, (message) => {
      const result = decodeStreamMessage(message);
      assert.ok(result.ok);
      sent.push(result.value);
      return true;
    });
    assert.equal(problem, undefined);
  });
  test.onFault(() => (ended = true));
  const connection: Connection = {
    clock,
    endpoint,
    channel,
    get peer() {
      return channel.peerAt(test.local);
    },
    sent,
    ended: () => ended,
    send: async (...what) => {
      assert.ok(known, 'nobody has connected');
      test.send(concatBytes(what.map(raw)), known);
      await clock.advance(0);
    },
    close: async () => {
      await endpoint.close();
      await clock.advance(0);
      assert.equal(clock.timers, 0);
    },
    hangUp: async () => {
      assert.ok(known, 'nobody has connected');
      test.disconnect(known);
      await clock.advance(0);
    },
    take: () => {
      const message = sent.shift();
      assert.ok(message, 'the endpoint sent nothing');
      return message;
    },
  };
  return connection;
};

/** The test's side connects; both have told their capabilities. */
export async function calling(settings: ConnectionSettings = {}): Promise<Connection> {
  const connection = base('calling', settings);
  const { csm = BASE_CSM } = settings;
  if ('csm' in settings && settings.csm === undefined) return connection;
  await connection.send(csm);
  assert.equal(toHex(encodeStreamMessage(connection.take())), OURS.replace(/ /g, ''));
  return connection;
}

/** The test's side waits for the endpoint to connect. */
export const called = (settings: ConnectionSettings = {}): Connection => base('called', settings);

/** Two endpoints with a connection between them, as it comes to be by the first message. */
export interface StreamPair {
  readonly clock: VirtualClock;
  readonly client: CoapEndpoint;
  readonly clientChannel: MemoryStreamChannel;
  readonly server: CoapEndpoint;
  readonly serverChannel: MemoryStreamChannel;
  readonly toServer: Peer;
  close(): Promise<void>;
}

export interface StreamPairSettings {
  readonly service?: CoapService;
  readonly clientService?: CoapService;
  readonly client?: EndpointSettings;
  readonly server?: EndpointSettings;
  readonly cut?: Cut;
}

export function streamPair(settings: StreamPairSettings = {}): StreamPair {
  const clock = new VirtualClock();
  const streams = new MemoryStreams(clock, settings.cut);
  const ports = { clock, random: seededRandom(1), hash: nodeHash };
  const clientChannel = streams.open('10.0.0.1', 40_000);
  const serverChannel = streams.open('10.0.0.2', 5683);
  const client = createCoapEndpoint(
    clientChannel,
    settings.clientService ?? nothingHere,
    ports,
    settings.client,
  );
  const server = createCoapEndpoint(serverChannel, settings.service ?? nothingHere, ports, settings.server);
  return {
    clock,
    client,
    clientChannel,
    server,
    serverChannel,
    toServer: clientChannel.peerAt(serverChannel.local),
    close: async () => {
      await client.close();
      await server.close();
      await clock.advance(0);
      assert.equal(clock.timers, 0);
    },
  };
}

/** A message of the test's side. */
export const says = (
  code: number,
  token: Uint8Array | readonly number[] = [],
  options: readonly CoapOption[] = [],
  payload: Uint8Array = NO_BYTES,
): StreamMessage => ({ code, token: Uint8Array.from(token), options, payload });

/** The test's answer to a request of the endpoint's. */
export const answers = (
  request: StreamMessage,
  code: number,
  options: readonly CoapOption[] = [],
  payload: Uint8Array = NO_BYTES,
): StreamMessage => says(code, request.token, options, payload);

/** A service that answers when it is told to. */
export function slow() {
  const waiting: { readonly request: IncomingRequest; answer(response: OutgoingResponse): void }[] = [];
  return {
    waiting,
    handle: (request: IncomingRequest) =>
      new Promise<OutgoingResponse>((answer) => waiting.push({ request, answer })),
  };
}
