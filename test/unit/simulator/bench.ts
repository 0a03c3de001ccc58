import { createHash } from 'node:crypto';
import { decodeUtf8Lenient } from '../../../src/base/bytes';
import { Codes, type Code } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../../src/coap/endpoint';
import type {
  CoapRequest,
  CoapResponse,
  IncomingRequest,
  OutgoingResponse,
  RequestSettings,
} from '../../../src/coap/exchange';
import type { ServerCredentials } from '../../../src/dtls/credentials';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { HandshakeEvent } from '../../../src/dtls/handshakeEvents';
import { parseFault, type Fault } from '../../../src/simulator/fault';
import { SimulatedDevice } from '../../../src/simulator/simulatedDevice';
import type {
  SimulatedDeviceOptions,
  SimulatedDevicePorts,
  SimulatorEvent,
} from '../../../src/simulator/deviceOptions';
import type { Channel, Peer } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { StreamNetwork } from '../../support/streamNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

const SERVER = { host: '127.0.0.1', port: 5683 };

/** Faults from their specs; a wrong one fails the test. */
export const faultsOf = (...specs: readonly string[]): readonly Fault[] =>
  specs.map((spec) => {
    const fault = parseFault(spec);
    if (!fault.ok) throw new Error(fault.problem.message);
    return fault.value;
  });

/** A simulated device against a CoAP peer that plays the server by hand, in memory and under a virtual clock. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly streams = new StreamNetwork(this.clock);
  readonly server: CoapEndpoint;
  readonly device: SimulatedDevice;
  readonly events: SimulatorEvent[] = [];
  /** Requests of the device to the server, as `POST /rd?ep=…`. */
  readonly received: string[] = [];
  readonly bodies: string[] = [];
  /** The path of the last registration. */
  location = '';
  /** Answers of the server by path; `/rd…` is served here. */
  serve: (request: IncomingRequest) => OutgoingResponse | undefined = () => undefined;
  private count = 0;
  private peer: Peer;

  /** What the server's side told of handshakes, where it is secured. */
  readonly handshakes: HandshakeEvent[] = [];

  constructor(
    options: Partial<SimulatedDeviceOptions> = {},
    ports: Partial<SimulatedDevicePorts> = {},
    secured?: ServerCredentials | 'tcp',
  ) {
    const random = seededRandom(7);
    this.server = createCoapEndpoint(
      this.serverChannel(secured),
      { handle: (request) => this.handle(request) },
      { clock: this.clock, random, hash: nodeHash },
    );
    this.peer = this.server.channel.peerAt(SERVER);
    this.device = new SimulatedDevice(
      {
        clock: this.clock,
        random: seededRandom(8),
        hash: nodeHash,
        openChannel: () => Promise.resolve(this.network.open('10.0.0.1')),
        ...(secured === 'tcp' ? { connect: () => Promise.resolve(this.streams.connect('10.0.0.1')) } : {}),
        ...ports,
      },
      { endpointName: 'sim', serverAddress: SERVER, ...options },
    );
    this.device.onEvent((event) => this.events.push(event));
  }

  private serverChannel(secured: ServerCredentials | 'tcp' | undefined): Channel {
    if (secured === 'tcp') return this.streams.listen(SERVER);
    const below = this.network.open(SERVER.host, SERVER.port);
    return secured ? this.securedChannel(below, secured) : below;
  }

  /** The device as it spoke last. */
  get devicePeer(): Peer {
    return this.peer;
  }

  /** Whether each handshake that ended well took a session up again. */
  resumed(): readonly boolean[] {
    return this.handshakes.flatMap((one) => (one.kind === 'established' ? [one.facts.resumed] : []));
  }

  /** How each handshake failed that did. */
  failures(): readonly string[] {
    return this.handshakes.flatMap((one) => (one.kind === 'failed' ? [one.failure.kind] : []));
  }

  /** A DTLS server on the bench's network: handshakes that end in it are counted with the others. */
  securedChannel(below: Channel, server: ServerCredentials): Channel {
    return createDtlsChannel(below, {
      clock: this.clock,
      random: seededRandom(below.local.port),
      server,
      cidLength: 6,
      observer: (event) => void this.handshakes.push(event),
    });
  }

  /** Started and registered. */
  async up(): Promise<this> {
    await this.device.start();
    await this.clock.advance(10);
    return this;
  }

  async down(): Promise<void> {
    const stopping = this.device.stop();
    await this.clock.advance(5000);
    await stopping;
    await this.server.close();
  }

  /** The answer to a request, however long the (virtual) time. */
  async ask(request: CoapRequest, settings: RequestSettings = {}): Promise<CoapResponse> {
    const asked = this.server.request(this.peer, request, settings);
    return this.settled(asked);
  }

  /** Turns the clock until a promise is settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    promise.then(end, end);
    for (let n = 0; !done && n < 4000; n++) await this.clock.advance(n < 100 ? 1 : 50);
    return promise;
  }

  get(path: string, accept?: number): Promise<CoapResponse> {
    return this.ask({
      method: Codes.GET,
      path: path.split('/').slice(1),
      ...(accept === undefined ? {} : { accept }),
    });
  }

  /** The text of a Read. */
  async text(path: string): Promise<string> {
    return decodeUtf8Lenient((await this.get(path, ContentFormats.TEXT)).body);
  }

  async code(method: Code, path: string, body?: Uint8Array, contentFormat?: number): Promise<Code> {
    const [bare = '', query] = path.split('?');
    const response = await this.ask({
      method,
      path: bare.split('/').slice(1),
      ...(query === undefined ? {} : { query: query.split('&') }),
      ...(body === undefined ? {} : { body }),
      ...(contentFormat === undefined ? {} : { contentFormat }),
    });
    return response.code;
  }

  /** State and result as they were told, `1/0`. */
  states(): readonly string[] {
    return this.events.flatMap((one) => (one.kind === 'state' ? [`${one.state}/${one.updateResult}`] : []));
  }

  kinds(): readonly string[] {
    return this.events.map((one) => one.kind);
  }

  private handle(request: IncomingRequest): OutgoingResponse {
    const names: Record<number, string> = { 1: 'GET', 2: 'POST', 4: 'DELETE' };
    const query = request.query.length > 0 ? `?${request.query.join('&')}` : '';
    this.received.push(`${names[request.method]} /${request.path.join('/')}${query}`);
    this.bodies.push(decodeUtf8Lenient(request.body));
    const own = this.serve(request);
    if (own) return own;
    if (request.path[0] !== 'rd') return { code: Codes.NOT_FOUND };
    this.peer = request.peer;
    if (request.path.length === 1) {
      this.location = `r${this.count++}`;
      return { code: Codes.CREATED, locationPath: ['rd', this.location] };
    }
    if (request.path[1] !== this.location) return { code: Codes.NOT_FOUND };
    return { code: request.method === Codes.DELETE ? Codes.DELETED : Codes.CHANGED };
  }
}

/** An MCUboot image: header, `size` bytes that repeat a pattern, and a TLV area with its SHA-256 (right unless `damaged`). */
export function mcubootImage(
  version: readonly [number, number, number, number],
  size: number,
  damaged = false,
): Uint8Array {
  const [major, minor, revision, build] = version;
  const header = Buffer.alloc(512);
  header.writeUInt32LE(0x96f3b83d, 0);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt32LE(size, 12);
  header.writeUInt8(major, 20);
  header.writeUInt8(minor, 21);
  header.writeUInt16LE(revision, 22);
  header.writeUInt32LE(build, 24);
  const body = Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff));
  const covered = Buffer.concat([header, body]);
  const hash = createHash('sha256').update(covered).digest();
  if (damaged) hash[0] = (hash[0] ?? 0) ^ 1;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt16LE(0x6907, 0);
  trailer.writeUInt16LE(8 + hash.length, 2);
  trailer.writeUInt16LE(0x10, 4);
  trailer.writeUInt16LE(hash.length, 6);
  return new Uint8Array(Buffer.concat([covered, trailer, hash]));
}

/** SHA-256 in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
