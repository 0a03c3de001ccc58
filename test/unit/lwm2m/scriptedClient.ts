import { NO_BYTES, decodeUtf8Lenient, encodeUtf8, toHex } from '../../../src/base/bytes';
import { NO_LOG, type Logger } from '../../../src/base/log';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { Codes, isRequest, printCode, type Code } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import {
  MessageTypes,
  decodeMessage,
  encodeEmpty,
  encodeMessage,
  type Message,
} from '../../../src/coap/message';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { findTexts, findUint, textOption, uintOption } from '../../../src/coap/optionValue';
import { createLwM2mServer } from '../../../src/lwm2m/createServer';
import type { LwM2mServerOptions, MountedLwM2mServer } from '../../../src/lwm2m/mountedServer';
import type { Channel } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { settle, VirtualClock } from '../../support/virtualClock';

export const SERVER = { host: '192.0.2.1', port: 5683 };
export const OBJECTS = '</>;rt="oma.lwm2m";ct="60 110 112 11542",</1/0>,</3>;ver=1.1,</3/0>,</5/0>';

/** A server under a clock turned by hand, and what it told. */
export class Setting {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly server: MountedLwM2mServer;
  /** `registered dev`, `removed dev expired`, `warning dev …`: in their order. */
  readonly told: string[] = [];

  constructor(options: Partial<LwM2mServerOptions> = {}, log: Logger = NO_LOG) {
    const random = seededRandom(7);
    this.server = createLwM2mServer({ clock: this.clock, random, log, ...options });
    this.listen(SERVER);
    this.server.onRegistered(({ registration, previous }) =>
      this.told.push(`registered ${registration.endpointName}${previous ? ' again' : ''}`),
    );
    this.server.onUpdated(({ registration }) => this.told.push(`updated ${registration.endpointName}`));
    this.server.onRemoved(({ registration, reason }) =>
      this.told.push(`removed ${registration.endpointName} ${reason}`),
    );
    this.server.onWarning(({ endpointName, message }) =>
      this.told.push(`warning ${endpointName ?? '-'}: ${message}`),
    );
    this.server.onReport((report) =>
      this.told.push(`${report.kind} ${report.endpointName} ${report.values.length}`),
    );
  }

  listen(local: { host: string; port: number }): void {
    this.serve(this.network.open(local.host, local.port));
  }

  serve(channel: Channel): void {
    const service = this.server.service(channel);
    this.server.attach(
      createCoapEndpoint(channel, service, { clock: this.clock, random: seededRandom(8), hash: nodeHash }),
    );
  }

  client(host = '192.0.2.7', port = 0): ScriptedClient {
    return new ScriptedClient(this, this.network.open(host, port));
  }
}

/** What a scripted client says. */
export interface Words {
  readonly code: Code;
  readonly path?: string;
  readonly query?: readonly string[];
  readonly format?: number;
  readonly body?: string | Uint8Array;
  readonly options?: readonly CoapOption[];
}

/** What a client got for its request. */
export interface Reply {
  readonly code: string;
  readonly location: string;
  readonly text: string;
}

/** A request of the server as the client got it. */
export interface Asked {
  readonly message: Message;
  /** `GET /3/0 accept=112`. */
  readonly text: string;
}

const METHODS = ['', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];

/** A client that speaks message for message, by what a test tells it. */
export class ScriptedClient {
  /** Requests of the server that nobody has taken, duplicates among them. */
  readonly asked: Asked[] = [];
  /** The acknowledgements and resets it got for its own. */
  readonly resets: number[] = [];
  /** While asleep, nothing that comes is seen. */
  asleep = false;
  /** Answers every request as it comes. */
  answering: ((asked: Asked) => Words | undefined) | undefined;
  private messageId = 0x1000;
  private readonly replies = new Map<string, (message: Message) => void>();

  constructor(
    private readonly setting: Setting,
    private channel: Channel,
  ) {
    this.hear();
  }

  get key(): string {
    return `${this.channel.local.host}:${this.channel.local.port}`;
  }

  /** Goes on from another address. */
  move(host: string): void {
    void this.channel.close();
    this.channel = this.setting.network.open(host);
    this.hear();
  }

  async request(words: Words, server = SERVER): Promise<Reply> {
    const messageId = this.messageId++;
    const token = Uint8Array.of(messageId >> 8, messageId & 255);
    const reply = new Promise<Message>((resolve) => this.replies.set(toHex(token), resolve));
    this.send({ type: MessageTypes.CON, messageId, token, ...content(words) }, server);
    await this.setting.clock.advance(0);
    const { code, options, payload } = await reply;
    return {
      code: printCode(code),
      location: findTexts(options, OptionNumbers.LOCATION_PATH).join('/'),
      text: decodeUtf8Lenient(payload),
    };
  }

  register(query: readonly string[], body: string = OBJECTS): Promise<Reply> {
    return this.request({ code: Codes.POST, path: '/rd', query, format: ContentFormats.LINK, body });
  }

  /** Registers with 1.1 and all that is due; the location comes back. */
  async registered(endpointName: string, ...further: readonly string[]): Promise<string> {
    const lifetime = further.some((item) => item.startsWith('lt=')) ? [] : ['lt=300'];
    const reply = await this.register([`ep=${endpointName}`, 'lwm2m=1.1', 'b=U', ...lifetime, ...further]);
    if (reply.code !== '2.01') throw new Error(`registration was refused: ${reply.code} ${reply.text}`);
    return reply.location;
  }

  update(location: string, query: readonly string[] = [], body?: string): Promise<Reply> {
    return this.request({
      code: Codes.POST,
      path: `/${location}`,
      query,
      ...(body === undefined ? {} : { body, format: ContentFormats.LINK }),
    });
  }

  /** The next request of the server; there must be one. */
  take(): Asked {
    const next = this.asked.shift();
    if (!next) throw new Error('the server asked nothing');
    return next;
  }

  /** Answers in the acknowledgement. */
  async answer({ message }: Asked, words: Words, server = SERVER): Promise<void> {
    const { messageId, token } = message;
    this.send({ type: MessageTypes.ACK, messageId, token, ...content(words) }, server);
    await this.setting.clock.advance(0);
  }

  async acknowledge({ message }: Asked): Promise<void> {
    this.channel.send(encodeEmpty(MessageTypes.ACK, message.messageId), this.channel.peerAt(SERVER));
    await this.setting.clock.advance(0);
  }

  /** A confirmable response or notification in a message of its own. */
  async tell(token: Uint8Array, words: Words): Promise<void> {
    this.send({ type: MessageTypes.CON, messageId: this.messageId++, token, ...content(words) });
    await this.setting.clock.advance(0);
  }

  private send(message: Message, server = SERVER): void {
    this.channel.send(encodeMessage(message), this.channel.peerAt(server));
  }

  private hear(): void {
    this.channel.onMessage(({ bytes }) => {
      if (this.asleep) return;
      const decoded = decodeMessage(bytes);
      if (!decoded.ok) throw new Error(decoded.problem.message);
      const message = decoded.value;
      if (message.type === MessageTypes.RST) this.resets.push(message.messageId);
      else if (isRequest(message.code)) this.wasAsked({ message, text: printRequest(message) });
      else if (message.code !== Codes.EMPTY) {
        const reply = this.replies.get(toHex(message.token));
        this.replies.delete(toHex(message.token));
        reply?.(message);
      }
    });
  }

  private wasAsked(asked: Asked): void {
    const words = this.answering?.(asked);
    if (words) void this.answer(asked, words);
    else this.asked.push(asked);
  }
}

function content({
  code,
  path,
  query,
  format,
  body,
  options,
}: Words): Omit<Message, 'type' | 'messageId' | 'token'> {
  return {
    code,
    options: [
      ...(path ?? '')
        .split('/')
        .filter((part) => part !== '')
        .map((part) => textOption(OptionNumbers.URI_PATH, part)),
      ...(query ?? []).map((item) => textOption(OptionNumbers.URI_QUERY, item)),
      ...(format === undefined ? [] : [uintOption(OptionNumbers.CONTENT_FORMAT, format)]),
      ...(options ?? []),
    ],
    payload: typeof body === 'string' ? encodeUtf8(body) : (body ?? NO_BYTES),
  };
}

function printRequest({ code, options, payload }: Message): string {
  const query = findTexts(options, OptionNumbers.URI_QUERY);
  const path = `/${findTexts(options, OptionNumbers.URI_PATH).join('/')}${query.length > 0 ? '?' : ''}${query.join('&')}`;
  const told = (name: string, number: number) => {
    const value = findUint(options, number);
    return value === undefined ? '' : ` ${name}=${value}`;
  };
  const text = `${METHODS[code]} ${path}`;
  return (
    text +
    told('observe', OptionNumbers.OBSERVE) +
    told('accept', OptionNumbers.ACCEPT) +
    told('format', OptionNumbers.CONTENT_FORMAT) +
    (payload.length > 0 ? ` [${payload.length}]` : '')
  );
}

/** Lets an operation run as far as it can, and gives the promise back. */
export async function begun<T>(operation: Promise<T>, setting: Setting): Promise<{ done: Promise<T> }> {
  operation.catch(() => undefined);
  await setting.clock.advance(0);
  await settle();
  return { done: operation };
}
