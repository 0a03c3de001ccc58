import { toHex } from '../base/bytes';
import { isConnected } from '../base/scheme';
import { printAuthority } from '../base/socketAddress';
import type { Clock } from '../base/clock';
import { Codes, isRequest, isResponse } from '../coap/code';
import type { WireMessage } from '../coap/exchange';
import { OptionNumbers } from '../coap/option';
import { isSignal } from '../coap/signal';
import { findTexts, findUint, tokenKey } from '../coap/optionValue';
import type { DefinitionLookup } from '../objects/definition';
import { ROOT, parsePath, type LwM2mPath } from '../objects/path';
import type { Channel, Peer } from '../transport/ports';
import { Exchanges, type PeerExchanges, type SeenRequest, type Sender } from './exchanges';
import {
  blockOf,
  codeName,
  cut,
  interfaceName,
  nameOfPath,
  pathText,
  queryText,
  signalText,
} from './messageWords';
import { plainText, readPayload, type PayloadView } from './payload';
import type { TracedMessage } from './tracedMessage';
import { readWire, typeOfUnreadable, type WireForm } from './wireForm';

/** One of our listeners, as it is told apart from others. */
export type TracedChannel = Pick<Channel, 'scheme' | 'local'>;

/** What a tracer knows beside the messages. */
export interface TracerOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** The endpoint that a peer of a listener registered as. */
  readonly endpointOf: (channel: TracedChannel, peer: Peer) => string | undefined;
  /** The definitions of an endpoint; the newest known where it is not told. */
  readonly definitions: (endpoint: string | undefined) => DefinitionLookup;
  /** `tlv` */
  readonly formatName: (format: number) => string;
}

/** Longest endpoint name taken from a registration under way. */
const LONGEST_NAME = 255;

/**
 * Turns the messages of the wire into what a trace shows: a response gets the path of its request, a notification that of
 * its observation. What it remembers of a peer is bounded and forgotten with time. Any bytes are traced; none throw.
 */
export class Tracer {
  private readonly exchanges = new Exchanges();

  constructor(private readonly options: TracerOptions) {}

  trace(channel: TracedChannel, wire: WireMessage): TracedMessage {
    const { scheme, local } = channel;
    const { at, direction, peer, bytes, repeat } = wire;
    const overConnection = isConnected(scheme);
    const message = readWire(bytes, overConnection);
    const known = this.options.endpointOf(channel, peer);
    const common = {
      at,
      address: `${scheme}://${printAuthority(peer.address)}`,
      direction,
      scheme,
      ...(repeat > 0 ? { retransmission: repeat } : {}),
    };
    if (!message.ok)
      return {
        ...common,
        ...(known === undefined ? {} : { endpoint: known }),
        type: typeOfUnreadable(bytes, overConnection),
        code: '?',
        size: 0,
        problem: message.problem.message,
      };
    const now = this.options.clock.now();
    const exchanges = this.exchanges.of(`${scheme} ${printAuthority(local)} ${peer.key}`, now);
    const seen = new SeenNow(message.value, direction, exchanges, now);
    const request = seen.isRequest ? this.requestOf(message.value, known, now) : seen.answers();
    const elapsed = request && !seen.isRequest ? seen.elapsed(request) : undefined;
    if (request && seen.isRequest) seen.keepRequest(request);
    seen.keepMessage(request);
    return { ...common, ...this.facts(message.value, request, known, at, elapsed) };
  }

  private requestOf(message: WireForm, known: string | undefined, now: number): SeenRequest {
    const segments = findTexts(message.options, OptionNumbers.URI_PATH);
    const registered =
      message.code === Codes.POST && segments[0] === 'rd' && segments.length === 1
        ? endpointNamed(message)
        : undefined;
    const endpoint = registered ?? known;
    const base = baseOf(message.code, segments);
    const name =
      interfaceName(message.code, segments) ?? (base && nameOfPath(base, this.options.definitions(endpoint)));
    return {
      at: now,
      method: message.code,
      path: pathText(segments),
      base,
      ...(name === undefined ? {} : { name }),
      ...(endpoint === undefined ? {} : { endpoint }),
      answered: false,
    };
  }

  private facts(
    message: WireForm,
    request: SeenRequest | undefined,
    known: string | undefined,
    at: number,
    elapsed: number | undefined,
  ): Omit<TracedMessage, 'at' | 'address' | 'direction' | 'scheme'> {
    const { type, code, messageId, token, options, payload } = message;
    const endpoint = request?.endpoint ?? known;
    if (isSignal(code)) {
      const text = signalText(code, options, payload.length === 0 ? undefined : plainText(payload));
      return {
        ...(endpoint === undefined ? {} : { endpoint }),
        type,
        code: codeName(code),
        ...(token.length === 0 ? {} : { token: toHex(token) }),
        size: payload.length,
        ...(text === undefined ? {} : { text }),
      };
    }
    const query = isRequest(code) ? queryText(options) : undefined;
    const observe = findUint(options, OptionNumbers.OBSERVE);
    const blocks = [blockOf(options, 'Block1'), blockOf(options, 'Block2')];
    const [block1, block2] = blocks;
    const block = blocks.flatMap((one) => one?.text ?? []).join(', ');
    const format = findUint(options, OptionNumbers.CONTENT_FORMAT);
    const view = readPayload(
      {
        code,
        method: isRequest(code) ? undefined : request?.method,
        base: request?.base,
        format,
        block: isRequest(code) ? block1 : block2,
        payload,
        now: at / 1000,
      },
      this.options.definitions(endpoint),
    );
    return {
      ...(endpoint === undefined ? {} : { endpoint }),
      type,
      code: codeName(code),
      ...(messageId === undefined ? {} : { messageId }),
      ...(token.length === 0 ? {} : { token: toHex(token) }),
      ...(request ? { path: request.path } : {}),
      ...(request?.name === undefined ? {} : { name: request.name }),
      ...(query === undefined ? {} : { query }),
      ...(observe === undefined ? {} : { observe }),
      ...(block === '' ? {} : { block }),
      ...(format === undefined ? {} : { format: this.options.formatName(format) }),
      size: payload.length,
      ...withLocation(view, message),
      ...(elapsed === undefined ? {} : { elapsed }),
    };
  }
}

/** A message beside what was seen of its peer before. */
class SeenNow {
  readonly isRequest: boolean;
  private readonly token: string;
  private readonly other: Sender;

  constructor(
    private readonly message: WireForm,
    private readonly sender: Sender,
    private readonly exchanges: PeerExchanges,
    private readonly now: number,
  ) {
    this.isRequest = isRequest(message.code);
    this.token = tokenKey(message.token);
    this.other = sender === 'in' ? 'out' : 'in';
  }

  /** The request that this message answers, acknowledges or resets. */
  answers(): SeenRequest | undefined {
    const { exchanges, now } = this;
    if (isResponse(this.message.code)) return exchanges.request(this.other, this.token, now);
    const { type, messageId } = this.message;
    if ((type !== 'ACK' && type !== 'RST') || messageId === undefined) return undefined;
    const reset = exchanges.message(this.other, messageId, now);
    if (type === 'RST' && reset) exchanges.ended(this.sender, reset.token);
    return reset?.request;
  }

  /** Milliseconds since the request; only the first answer to it has any. */
  elapsed(request: SeenRequest): number | undefined {
    if (!isResponse(this.message.code) || request.answered) return undefined;
    request.answered = true;
    return Math.round((this.now - request.at) * 1000) / 1000;
  }

  keepRequest(request: SeenRequest): void {
    // One sent again is still the same: its time is that of the first.
    const earlier = this.exchanges.request(this.sender, this.token, this.now);
    const { messageId } = this.message;
    if (
      earlier &&
      messageId !== undefined &&
      this.exchanges.message(this.sender, messageId, this.now)?.request === earlier
    )
      return;
    const observe = findUint(this.message.options, OptionNumbers.OBSERVE);
    this.exchanges.requested(this.sender, this.token, request, observe);
  }

  keepMessage(request: SeenRequest | undefined): void {
    const { type, messageId } = this.message;
    if ((type !== 'CON' && type !== 'NON') || messageId === undefined) return;
    if (this.exchanges.message(this.sender, messageId, this.now)?.token === this.token) return;
    this.exchanges.sent(this.sender, messageId, { at: this.now, token: this.token, request });
  }
}

/** Composite operations name their paths inside (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3). */
const COMPOSITE: ReadonlySet<number> = new Set([Codes.FETCH, Codes.PATCH, Codes.IPATCH]);

/** What the values of a request's payload are below: a path of LwM2M, or the root for Send and composite operations. */
function baseOf(method: number, segments: readonly string[]): LwM2mPath | undefined {
  const [first, second] = segments;
  if (first === undefined) return COMPOSITE.has(method) ? ROOT : undefined;
  if (first === 'dp' && second === undefined) return ROOT;
  const path = segments.length > 4 ? undefined : parsePath(segments.join('/'));
  return path?.ok ? path.value : undefined;
}

const endpointNamed = (message: WireForm): string | undefined => {
  const name = findTexts(message.options, OptionNumbers.URI_QUERY).find((query) => query.startsWith('ep='));
  return name === undefined ? undefined : cut(name.slice(3), LONGEST_NAME);
};

/** Where the response says that what was created is, in place of a text. */
function withLocation(view: PayloadView, { code, options }: WireForm): PayloadView {
  const location = code === Codes.CREATED ? findTexts(options, OptionNumbers.LOCATION_PATH) : [];
  return location.length === 0 || view.text !== undefined
    ? view
    : { ...view, text: `at ${pathText(location)}` };
}
