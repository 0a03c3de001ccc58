import { NO_BYTES } from '../base/bytes';
import { millis } from '../base/clock';
import { OperationError, abortError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { ArrivingBody, firstBlock } from './arrivingBody';
import type { BodyTurns } from './bodyTurns';
import { Codes, isSuccess } from './code';
import { blockSizeOf, type CoapRequest, type CoapResponse, type RequestSettings, type Szx } from './exchange';
import type { Linked, LinkedList } from './linkedList';
import type { Message, Token } from './message';
import type { Capacity, Messaging } from './messaging';
import { OptionNumbers, type CoapOption } from './option';
import {
  MAX_BLOCK_NUM,
  blockOffset,
  blockOption,
  findBlock,
  findOption,
  holds,
  uintOption,
  type Block,
} from './optionValue';
import type { Exchange, Exchanges, ExchangeUser } from './outgoing';
import { criticalIn, protocolError, requestOptions, toResponse } from './responseReader';

/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2) in milliseconds: how long RFC 7252's own sender would wait at most. */
export const DEFAULT_STALL = millis(93_000);

/** What all requests of an endpoint share. */
export interface RequestContext {
  readonly layer: Messaging;
  readonly exchanges: Exchanges;
  /** The requests under way. */
  readonly runs: LinkedList<BlockwiseRequest>;
  /** Who may send a body in blocks now. */
  readonly turns: BodyTurns;
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
export class BlockwiseRequest implements ExchangeUser, Linked<BlockwiseRequest> {
  before: BlockwiseRequest | undefined;
  after: BlockwiseRequest | undefined;
  readonly confirmable: boolean;
  readonly stallTimeout: number;
  /** The message under way, and what its answer or failure is told. */
  private exchange: Exchange | undefined;
  private onAnswer: (message: Message) => void = () => undefined;
  private onFailure: (error: OperationError) => void = () => undefined;
  private failure: OperationError | undefined;
  private retransmissions = 0;

  constructor(
    private readonly context: RequestContext,
    readonly peer: Peer,
    private readonly request: CoapRequest,
    private readonly settings: RequestSettings,
    private readonly observing?: Observing,
  ) {
    this.confirmable = context.layer.reliable || (settings.confirmable ?? true);
    this.stallTimeout = settings.stallTimeout ?? DEFAULT_STALL;
  }

  /** Sends the request and collects the answer. */
  run(): Promise<CoapResponse> {
    const { body = NO_BYTES } = this.request;
    const { observing, settings } = this;
    if (!observing && !settings.sink && body instanceof Uint8Array && body.length <= this.capacity.whole) {
      return this.runShort(body);
    }
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
    if (this.exchange) this.exchange.failed(error);
    else this.onFailure(error);
  }

  // -- one message of it

  transmitted(attempt: number): void {
    if (attempt > 0) this.retransmissions++;
    this.settings.onTransmit?.(attempt);
  }

  acknowledged(): void {
    this.settings.onAcknowledged?.();
  }

  answered(response: Message): void {
    this.exchange = undefined;
    const critical = criticalIn(this.peer, response);
    if (critical) this.onFailure(critical);
    else this.onAnswer(response);
  }

  failed(error: OperationError): void {
    this.exchange = undefined;
    this.onFailure(error);
  }

  private exchangeOf(token: Token, options: readonly CoapOption[], payload: Uint8Array): Promise<Message> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.onAnswer = resolve;
      this.onFailure = reject;
      this.send(token, options, payload);
    });
  }

  private send(token: Token, options: readonly CoapOption[], payload: Uint8Array): void {
    const draft = { code: this.request.method, token, options, payload };
    this.exchange = this.context.exchanges.start(this.peer, draft, this);
  }

  // -- all of it

  /** Most requests are one message and so are their answers: a single promise then, and nothing of what blocks need. */
  private runShort(body: Uint8Array): Promise<CoapResponse> {
    return new Promise((resolve, reject) => {
      let end = (): void => undefined;
      this.onAnswer = (answer) => {
        end();
        if (this.isWhole(answer)) resolve(toResponse(answer, answer.payload));
        else resolve(this.guarded(async () => this.receiveBody(await this.resized(answer))));
      };
      this.onFailure = (error) => {
        end();
        reject(error);
      };
      end = this.begin();
      try {
        this.send(this.context.newToken(this.peer), this.shortOptions(), body);
      } catch (error) {
        end();
        throw error;
      }
    });
  }

  /** Whether an answer is all that comes: neither refuses the size of our body nor is a block of its own. */
  private isWhole({ code, options, payload }: Message): boolean {
    if (!isSuccess(code)) return code !== Codes.REQUEST_ENTITY_TOO_LARGE;
    const limit = this.settings.maxBodyBytes ?? this.context.maxBodyBytes;
    return payload.length <= limit && findOption(options, OptionNumbers.BLOCK2) === undefined;
  }

  /** It is under way until what this returns is called. */
  private begin(): () => void {
    const { signal } = this.settings;
    const { runs } = this.context;
    if (signal?.aborted) throw abortError(signal);
    runs.add(this);
    if (!signal) return () => runs.delete(this);
    const onAbort = () => this.fail(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      signal.removeEventListener('abort', onAbort);
      runs.delete(this);
    };
  }

  private async guarded(work: () => Promise<CoapResponse>): Promise<CoapResponse> {
    const { sink } = this.settings;
    let sinkOpen = sink !== undefined;
    let end: (() => void) | undefined;
    try {
      end = this.begin();
      const response = await work();
      if (sink && isSuccess(response.code)) {
        sinkOpen = false;
        await sink.close();
      }
      return response;
    } finally {
      end?.();
      if (sinkOpen) await sink?.abort();
    }
  }

  // -- the request's body (Block1)

  private async sendBody(): Promise<Message> {
    const { size } = this;
    const { whole: limit, szx } = this.capacity;
    const token = this.observing?.token ?? this.context.newToken(this.peer);
    if (size > limit) return this.sendBlocks(size, szx, token);
    const whole = this.bodyNow(0, size) ?? (await this.readBody(0, size));
    return this.resized(await this.exchangeOf(token, this.shortOptions(), whole));
  }

  /** The options of a request in one message. */
  private shortOptions(): CoapOption[] {
    const options = this.baseOptions();
    this.addFirstAsk(options);
    return options;
  }

  /** The answer to a request in one message, which may have been too large for the peer. */
  private resized(answer: Message): Message | Promise<Message> {
    const { size } = this;
    const smaller = refusedSize(this.blockOf(answer, OptionNumbers.BLOCK1), answer, this.szx);
    return smaller === undefined || size <= blockSizeOf(smaller)
      ? answer
      : this.sendBlocks(size, smaller, this.context.newToken(this.peer));
  }

  private get size(): number {
    const { body = NO_BYTES } = this.request;
    return body instanceof Uint8Array ? body.length : body.size;
  }

  /** The largest block we ask for. */
  private get szx(): Szx {
    return this.settings.szx ?? this.context.szx;
  }

  /** What a message of ours may carry. */
  private get capacity(): Capacity {
    return this.context.layer.capacity(this.peer, this.szx);
  }

  private blockOf(message: Message, number: typeof OptionNumbers.BLOCK1 | typeof OptionNumbers.BLOCK2) {
    return findBlock(message.options, number, this.context.layer.reliable);
  }

  private baseOptions(): CoapOption[] {
    const options = requestOptions(this.request);
    if (this.observing) options.push(uintOption(OptionNumbers.OBSERVE, this.observing.register ? 0 : 1));
    return options;
  }

  private async sendBlocks(size: number, firstSzx: Szx, firstToken: Token): Promise<Message> {
    let endTurn = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.onFailure = reject;
        endTurn = this.context.turns.take(this.peer, this.request, resolve);
      });
      return await this.sendInTurn(size, firstSzx, firstToken);
    } finally {
      endTurn();
    }
  }

  private async sendInTurn(size: number, firstSzx: Szx, firstToken: Token): Promise<Message> {
    const base = this.baseOptions();
    let szx = firstSzx;
    // One token for the whole body: Zephyr finds its block context by it. A new one only for a new beginning.
    let token = firstToken;
    let offset = 0;
    for (;;) {
      const num = offset / blockSizeOf(szx);
      if (num > MAX_BLOCK_NUM) throw tooManyBlocks(this.peer, size, szx);
      const blockSize = szx === 7 ? Math.max(1024, this.capacity.block) : blockSizeOf(szx);
      const length = Math.min(blockSize, size - offset);
      const payload = this.bodyNow(offset, length) ?? (await this.readBody(offset, length));
      const more = offset + payload.length < size;
      const options = [...base, blockOption(OptionNumbers.BLOCK1, { num, more, szx })];
      if (offset === 0) options.push(uintOption(OptionNumbers.SIZE1, size));
      if (!more) this.addFirstAsk(options);
      const answer = await this.exchangeOf(token, options, payload);

      const smaller =
        offset === 0 ? refusedSize(this.blockOf(answer, OptionNumbers.BLOCK1), answer, szx) : undefined;
      if (smaller !== undefined) {
        szx = smaller;
        token = this.context.newToken(this.peer);
        continue;
      }
      const echoed = this.blockOf(answer, OptionNumbers.BLOCK1);
      if (echoed && isSuccess(answer.code) && echoed.num !== num) {
        throw protocolError(this.peer, `it acknowledged block ${echoed.num} where block ${num} was sent`);
      }
      if (isSuccess(answer.code)) this.progress('block1', offset + payload.length, size, szx);
      if (!isSuccess(answer.code)) return answer; // the peer's last word: 4.08 and all others are for the caller
      if (!more) {
        if (answer.code !== Codes.CONTINUE) return answer;
        throw protocolError(this.peer, `it asked for more after block ${num}, which was the last`);
      }
      // A success that names no block is of a peer that took this one for the whole.
      if (!echoed) throw protocolError(this.peer, `it answered block ${num} of a body without naming it`);
      offset += payload.length;
      if (echoed.szx < szx) szx = echoed.szx;
    }
  }

  /** A part of the body, where it is at hand. */
  private bodyNow(offset: number, length: number): Uint8Array | undefined {
    const { body = NO_BYTES } = this.request;
    if (body instanceof Uint8Array) {
      return offset === 0 && length === body.length ? body : body.subarray(offset, offset + length);
    }
    const bytes = body.readNow(offset, length);
    return bytes?.length === length ? bytes : undefined;
  }

  private async readBody(offset: number, length: number): Promise<Uint8Array> {
    const { body = NO_BYTES } = this.request;
    if (body instanceof Uint8Array) return body.subarray(offset, offset + length);
    const bytes = await body.read(offset, length);
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
      const block = this.blockOf(message, OptionNumbers.BLOCK2);
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
      if (block.more && !holds(block, message.payload.length)) {
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
    const most = this.context.layer.capacity(this.peer, 6).block;
    const again = method === Codes.FETCH && body instanceof Uint8Array && body.length <= most;
    const options = requestOptions(this.request, again);
    options.push(blockOption(OptionNumbers.BLOCK2, { num, more: false, szx }));
    return this.exchangeOf(this.context.newToken(this.peer), options, again ? body : NO_BYTES);
  }

  /** Early negotiation: a smaller block than the largest is asked for at once (RFC 7959 §2.4), by peers of short records too; and the size where bytes are counted. */
  private addFirstAsk(options: CoapOption[]): void {
    const { reliable } = this.context.layer;
    // The option is critical (RFC 7959 §2.1): for short records it stands only where a long answer can be expected.
    const largest = reliable || !this.repeatable ? this.szx : this.capacity.szx;
    const first = firstBlock(this.settings.soFar?.bytes ?? 0, largest);
    if (first.szx < (reliable ? 7 : 6) || first.num > 0)
      options.push(blockOption(OptionNumbers.BLOCK2, first));
    if (this.settings.sink || this.settings.onProgress) options.push(uintOption(OptionNumbers.SIZE2, 0));
  }

  private progress(direction: 'block1' | 'block2', bytes: number, total: number | undefined, szx: Szx): void {
    this.settings.onProgress?.({ direction, bytes, total, szx, retransmissions: this.retransmissions });
  }
}

/** The size a peer asks for instead, where it refused a first block as too large (RFC 7959 §2.9.3). */
function refusedSize(hint: Block | undefined, answer: Message, szx: Szx): Szx | undefined {
  if (answer.code !== Codes.REQUEST_ENTITY_TOO_LARGE) return undefined;
  return hint && hint.szx < szx ? hint.szx : undefined;
}

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
