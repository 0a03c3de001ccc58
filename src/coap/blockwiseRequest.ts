import { NO_BYTES, equalBytes } from '../base/bytes';
import { millis } from '../base/clock';
import { OperationError, abortError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { ByPeer } from './byPeer';
import { Codes, isSuccess } from './code';
import { CollectedBytes } from './collectedBytes';
import { blockSizeOf, type CoapRequest, type CoapResponse, type RequestSettings, type Szx } from './exchange';
import type { Message, Token } from './message';
import type { MessageLayer } from './messageLayer';
import { OptionNumbers, type CoapOption } from './option';
import {
  MAX_BLOCK_NUM,
  blockOffset,
  blockOption,
  findBlock,
  findOption,
  findUint,
  uintOption,
} from './optionValue';
import { Exchanges, type Exchange, type ExchangeSettings } from './outgoing';
import { protocolError, refuseCritical, requestOptions, toResponse } from './responseReader';

/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2) in milliseconds: how long RFC 7252's own sender would wait at most. */
export const DEFAULT_STALL = millis(93_000);

/** What all requests of an endpoint share. */
export interface RequestContext {
  readonly layer: MessageLayer;
  readonly exchanges: Exchanges;
  /** The requests under way. */
  readonly runs: ByPeer<BlockwiseRequest, BlockwiseRequest>;
  readonly szx: Szx;
  readonly maxBodyBytes: number;
  newToken(peer: Peer): Token;
}

/** What an observing request adds: the option, the token that stays, and who hears the first answer. */
export interface Observing {
  readonly register: boolean;
  readonly token: Token;
  readonly onAnswer?: (message: Message) => void;
}

/** A request with its whole body, answered with its whole body: as many exchanges as there are blocks (RFC 7959). */
export class BlockwiseRequest {
  private exchange: Exchange | undefined;
  private failure: OperationError | undefined;
  private retransmissions = 0;
  private readonly exchangeSettings: ExchangeSettings;

  constructor(
    private readonly context: RequestContext,
    private readonly peer: Peer,
    private readonly request: CoapRequest,
    private readonly settings: RequestSettings,
    private readonly observing?: Observing,
  ) {
    const { onAcknowledged, onTransmit } = settings;
    this.exchangeSettings = {
      confirmable: settings.confirmable ?? true,
      stallTimeout: settings.stallTimeout ?? DEFAULT_STALL,
      onTransmit: (attempt) => {
        if (attempt > 0) this.retransmissions++;
        onTransmit?.(attempt);
      },
      ...(onAcknowledged && { onAcknowledged }),
    };
  }

  /** Sends the request and collects the answer. */
  run(): Promise<CoapResponse> {
    return this.guarded(async () => {
      const answer = await this.sendBody();
      this.observing?.onAnswer?.(answer);
      return this.receiveBody(answer);
    });
  }

  /** Collects the rest of an answer whose first block came by itself: a notification (RFC 7959 §2.6). */
  complete(first: Message): Promise<CoapResponse> {
    return this.guarded(() => this.receiveBody(first));
  }

  /** Ends it: what waits for it gets `error`. */
  fail(error: OperationError): void {
    this.failure ??= error;
    this.exchange?.failed(error);
  }

  private async guarded(work: () => Promise<CoapResponse>): Promise<CoapResponse> {
    const { signal, sink } = this.settings;
    const onAbort = () => this.fail(abortError(signal));
    this.context.runs.set(this.peer, this, this);
    let sinkOpen = sink !== undefined;
    try {
      if (signal?.aborted) throw abortError(signal);
      signal?.addEventListener('abort', onAbort, { once: true });
      const response = await work();
      if (sink && isSuccess(response.code)) {
        sinkOpen = false;
        await sink.close();
      }
      return response;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.context.runs.delete(this.peer, this);
      if (sinkOpen) await sink?.abort();
    }
  }

  private async exchangeOf(
    token: Token,
    options: readonly CoapOption[],
    payload: Uint8Array,
  ): Promise<Message> {
    if (this.failure) throw this.failure;
    const draft = { code: this.request.method, token, options, payload };
    this.exchange = this.context.exchanges.start(this.peer, draft, this.exchangeSettings);
    const answer = await this.exchange.response;
    this.exchange = undefined;
    refuseCritical(this.peer, answer);
    return answer;
  }

  // -- the request's body (Block1)

  private async sendBody(): Promise<Message> {
    const { body = NO_BYTES } = this.request;
    const size = body instanceof Uint8Array ? body.length : body.size;
    const szx = this.settings.szx ?? this.context.szx;
    const base = [...requestOptions(this.request), ...this.observeOption()];
    const token = this.observing?.token ?? this.context.newToken(this.peer);
    if (size > blockSizeOf(szx)) return this.sendBlocks(base, size, szx, token);

    const whole = await this.readBody(0, size);
    const answer = await this.exchangeOf(token, [...base, ...this.firstAsk()], whole);
    const smaller = refusedSize(answer, szx);
    return smaller === undefined || size <= blockSizeOf(smaller)
      ? answer
      : this.sendBlocks(base, size, smaller, this.context.newToken(this.peer));
  }

  private async sendBlocks(
    base: readonly CoapOption[],
    size: number,
    firstSzx: Szx,
    firstToken: Token,
  ): Promise<Message> {
    let szx = firstSzx;
    // One token for the whole body: Zephyr finds its block context by it. A new one only for a new beginning.
    let token = firstToken;
    let offset = 0;
    for (;;) {
      const blockSize = blockSizeOf(szx);
      const num = offset / blockSize;
      if (num > MAX_BLOCK_NUM) throw tooManyBlocks(this.peer, size, szx);
      const payload = await this.readBody(offset, Math.min(blockSize, size - offset));
      const more = offset + payload.length < size;
      const options = [...base, blockOption(OptionNumbers.BLOCK1, { num, more, szx })];
      if (offset === 0) options.push(uintOption(OptionNumbers.SIZE1, size));
      if (!more) options.push(...this.firstAsk());
      const answer = await this.exchangeOf(token, options, payload);

      const smaller = offset === 0 ? refusedSize(answer, szx) : undefined;
      if (smaller !== undefined) {
        szx = smaller;
        token = this.context.newToken(this.peer);
        continue;
      }
      const echoed = findBlock(answer.options, OptionNumbers.BLOCK1);
      if (echoed && isSuccess(answer.code) && echoed.num !== num) {
        throw protocolError(this.peer, `it acknowledged block ${echoed.num} where block ${num} was sent`);
      }
      if (isSuccess(answer.code)) this.progress('block1', offset + payload.length, size, szx);
      if (!more) return answer;
      if (answer.code === Codes.CONTINUE) {
        if (!echoed) throw protocolError(this.peer, `it asked for more without naming block ${num}`);
      } else if (!isSuccess(answer.code) || !echoed) {
        return answer; // the peer's last word: 4.08 and all others are for the caller
      }
      offset += payload.length;
      if (echoed.szx < szx) szx = echoed.szx;
    }
  }

  private async readBody(offset: number, length: number): Promise<Uint8Array> {
    const { body = NO_BYTES } = this.request;
    if (body instanceof Uint8Array) {
      return offset === 0 && length === body.length ? body : body.subarray(offset, offset + length);
    }
    const bytes = body.readNow(offset, length) ?? (await body.read(offset, length));
    if (bytes.length !== length) {
      throw new OperationError(
        'UNREADABLE',
        `the body ended at ${offset + bytes.length} of ${body.size} bytes`,
        {
          next: 'The file was changed while it was sent; send it again.',
        },
      );
    }
    return bytes;
  }

  // -- the response's body (Block2)

  private async receiveBody(first: Message): Promise<CoapResponse> {
    let body = new ArrivingBody(this.peer, this.settings, this.context.maxBodyBytes);
    let message = first;
    let restarted = false;
    for (;;) {
      const block = findBlock(message.options, OptionNumbers.BLOCK2);
      if (!isSuccess(message.code)) return toResponse(message, message.payload);
      if (!block) {
        if (body.bytes > 0) throw protocolError(this.peer, 'a block of its response names no block');
        await body.append(message.payload);
        return toResponse(message, body.whole());
      }
      if (blockOffset(block) !== body.bytes) {
        const at = `block ${block.num} of ${blockSizeOf(block.szx)} bytes`;
        throw protocolError(this.peer, `it answered with ${at} where byte ${body.bytes} was asked for`);
      }
      if (body.hasChanged(message)) {
        if (restarted || this.settings.sink || !this.repeatable) throw changed(this.peer);
        restarted = true;
        body = new ArrivingBody(this.peer, this.settings, this.context.maxBodyBytes);
        message = await this.ask(0, block.szx);
        continue;
      }
      if (block.more && message.payload.length !== blockSizeOf(block.szx)) {
        const { length } = message.payload;
        throw protocolError(this.peer, `a block of ${blockSizeOf(block.szx)} bytes came with ${length}`);
      }
      await body.append(message.payload);
      if (block.more || block.num > 0) this.progress('block2', body.bytes, body.total, block.szx);
      if (!block.more) return toResponse(message, body.whole());
      const szx = Math.min(block.szx, body.szx) as Szx;
      body.szx = szx;
      message = await this.ask(body.bytes / blockSizeOf(szx), szx);
    }
  }

  /** Whether the request can be made again for a later block or from the start. */
  private get repeatable(): boolean {
    const { method, body } = this.request;
    return method === Codes.GET || (method === Codes.FETCH && body instanceof Uint8Array);
  }

  /** Asks for a further block, with a token of its own: no late answer to another block can be taken for it. */
  private ask(num: number, szx: Szx): Promise<Message> {
    const { method, body } = this.request;
    // A server that keeps nothing needs a FETCH's body again; after a POST it would mean doing it twice (RFC 7959 §3.3).
    const again = method === Codes.FETCH && body instanceof Uint8Array && body.length <= blockSizeOf(6);
    const options = requestOptions(this.request, again);
    options.push(blockOption(OptionNumbers.BLOCK2, { num, more: false, szx }));
    return this.exchangeOf(this.context.newToken(this.peer), options, again ? body : NO_BYTES);
  }

  /** Early negotiation: a smaller block than the largest is asked for at once (RFC 7959 §2.4), and the size where bytes are counted. */
  private firstAsk(): CoapOption[] {
    const options: CoapOption[] = [];
    const szx = this.settings.szx ?? this.context.szx;
    if (szx < 6) options.push(blockOption(OptionNumbers.BLOCK2, { num: 0, more: false, szx }));
    if (this.settings.sink || this.settings.onProgress) options.push(uintOption(OptionNumbers.SIZE2, 0));
    return options;
  }

  private observeOption(): CoapOption[] {
    return this.observing ? [uintOption(OptionNumbers.OBSERVE, this.observing.register ? 0 : 1)] : [];
  }

  private progress(direction: 'block1' | 'block2', bytes: number, total: number | undefined, szx: Szx): void {
    this.settings.onProgress?.({ direction, bytes, total, szx, retransmissions: this.retransmissions });
  }
}

/** The bytes of a response as they come: into memory up to a limit, or on into a sink. */
class ArrivingBody {
  bytes = 0;
  total: number | undefined;
  szx: Szx = 6;
  private etag: Uint8Array | undefined;
  private only: Uint8Array | undefined;
  private readonly collected = new CollectedBytes();
  private readonly limit: number;

  constructor(
    private readonly peer: Peer,
    private readonly settings: RequestSettings,
    maxBodyBytes: number,
  ) {
    this.limit = settings.maxBodyBytes ?? maxBodyBytes;
  }

  /** Whether a block belongs to another state of the resource than those before it (RFC 7959 §2.4). */
  hasChanged(message: Message): boolean {
    const etag = findOption(message.options, OptionNumbers.ETAG);
    this.total ??= findUint(message.options, OptionNumbers.SIZE2);
    if (this.bytes === 0) {
      this.etag = etag;
      return false;
    }
    return etag === undefined || this.etag === undefined ? etag !== this.etag : !equalBytes(etag, this.etag);
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    const { sink } = this.settings;
    if (sink) return sink.write(bytes);
    if (this.bytes > this.limit) throw tooLarge(this.peer, this.limit);
    // Most responses are one message, whose payload needs no copy.
    if (this.bytes === bytes.length) this.only = bytes;
    else {
      if (this.only) this.collected.append(this.only);
      this.only = undefined;
      this.collected.append(bytes);
    }
  }

  whole(): Uint8Array {
    return this.only ?? this.collected.whole();
  }
}

/** The size a peer asks for instead, where it refused a first block as too large (RFC 7959 §2.9.3). */
function refusedSize(answer: Message, szx: Szx): Szx | undefined {
  if (answer.code !== Codes.REQUEST_ENTITY_TOO_LARGE) return undefined;
  const hint = findBlock(answer.options, OptionNumbers.BLOCK1);
  return hint && hint.szx < szx ? hint.szx : undefined;
}

const tooLarge = (peer: Peer, limit: number): OperationError =>
  new OperationError('BODY_TOO_LARGE', `the response of ${peer.key} is longer than ${limit} bytes`, {
    details: { peer: peer.key, limit },
  });

const tooManyBlocks = (peer: Peer, size: number, szx: Szx): OperationError =>
  new OperationError(
    'BODY_TOO_LARGE',
    `${size} bytes can't be sent to ${peer.key} in blocks of ${blockSizeOf(szx)}: block numbers have 20 bits`,
    { details: { peer: peer.key, size } },
  );

const changed = (peer: Peer): OperationError =>
  new OperationError('CHANGED_DURING_TRANSFER', `the resource of ${peer.key} changed while it was read`, {
    next: 'Read it again.',
    details: { peer: peer.key },
  });
