import { NO_BYTES } from '../base/bytes';
import { seconds, type Clock, type Timer } from '../base/clock';
import type { ByteSource } from '../base/files';
import type { HashPort } from '../base/hash';
import type { Peer } from '../transport/ports';
import { ByPeer } from './byPeer';
import { Codes, isSuccess, type Code } from './code';
import { blockSizeOf, type OutgoingResponse, type Szx } from './exchange';
import { OptionNumbers, type CoapOption } from './option';
import type { Capacity, Messaging } from './messaging';
import type { ResourceKey } from './requestHead';
import { blockOption, encodeUint, textOption, uintOption, type Block } from './optionValue';

/** One message's share of a response. */
export interface Part {
  readonly code: Code;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** What of a response is asked for. */
export interface Wanted {
  /** Names the resource, and what was fetched of it, within the peer; see `resourceKey`. */
  readonly key: ResourceKey;
  readonly block: Block | undefined;
  readonly size: boolean;
}

/** Bodies kept for the blocks still to be asked for: how many, how much memory they may hold, how long without a question. */
const MAX_KEPT = 1024;
const MAX_KEPT_BYTES = 8 << 20;
const KEPT_FOR = 247_000;
const SWEEP_EVERY = seconds(30);
/** How much of a body that is not in memory goes into an ETag made for it. */
const ETAG_SAMPLE = 1024;

/**
 * Gives out the bodies of responses in blocks (RFC 7959 §2.4). The handler is asked at block 0; the body it gave is kept
 * until its last block went out, so that a handler may make a fresh one each time. Found by peer and resource, never by
 * token; any block may be asked for, in any size.
 */
export class BodyServer {
  private readonly kept = new ByPeer<string, ServedBody>();
  private readonly oldestFirst = new Set<ServedBody>();
  private keptBytes = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly hash: HashPort,
    private readonly szx: Szx,
    private readonly messaging: Pick<Messaging, 'capacity'>,
  ) {}

  /** The first share of a fresh response, or the share asked for. Its `options` are complete but for Observe and Block1. */
  begin(peer: Peer, response: OutgoingResponse, wanted: Wanted): Part | Promise<Part> {
    const { body = NO_BYTES } = response;
    const size = body instanceof Uint8Array ? body.length : body.size;
    // A refusal is not a share of what was asked for: whoever asks for block 7 of what is gone gets the whole of it.
    const asked = isSuccess(response.code) ? wanted.block : undefined;
    const capacity = this.messaging.capacity(peer, this.szx);
    const block = asked ?? { num: 0, more: false, szx: capacity.szx };
    if (!asked && size <= capacity.whole) {
      const options = headOptions(response, response.etag);
      if (wanted.size) options.push(uintOption(OptionNumbers.SIZE2, size));
      return andThen(readOf(body, 0, size), (payload) => ({ code: response.code, options, payload }));
    }
    return andThen(this.etagOf(response), (etag) => {
      const served = new ServedBody(peer, wanted.key, response, body, size, etag);
      if (size > this.sizeFor(peer, block).block) this.keep(served);
      return this.part(served, block, wanted.size);
    });
  }

  /** A later share of a response given before, or `undefined` where it is not kept (any more). */
  continue(peer: Peer, wanted: Wanted): Part | Promise<Part> | undefined {
    const served = this.found(peer, wanted);
    if (!served || !wanted.block) return undefined;
    served.expires = this.clock.now() + KEPT_FOR;
    return this.part(served, wanted.block, wanted.size);
  }

  /** Lets go of a body that can't be read any more. */
  abandon(peer: Peer, wanted: Wanted): void {
    const served = this.found(peer, wanted);
    if (served) this.drop(served);
  }

  private found(peer: Peer, { block, key }: Wanted): ServedBody | undefined {
    // Not the newest of another FETCH's, where this one's is no longer kept: its blocks would pass for this one's.
    return block && this.kept.get(peer, key.exact);
  }

  forget(peer: Peer): void {
    for (const served of new Set(this.kept.of(peer))) this.drop(served);
  }

  dispose(): void {
    this.timer?.cancel();
  }

  /** The blocks that a peer gets who asks for `asked`. */
  private sizeFor(peer: Peer, asked: Block): Capacity {
    return this.messaging.capacity(peer, Math.min(asked.szx, this.szx) as Szx);
  }

  private part(served: ServedBody, asked: Block, wantsSize: boolean): Part | Promise<Part> {
    const { szx, block } = this.sizeFor(served.peer, asked);
    const num = asked.num * (blockSizeOf(asked.szx) / blockSizeOf(szx));
    const offset = num * blockSizeOf(szx);
    const { size, body, response } = served;
    if (offset >= size && offset > 0) {
      return { code: Codes.BAD_REQUEST, options: [], payload: NO_BYTES };
    }
    const length = Math.min(block, size - offset);
    const more = offset + length < size;
    const options = [...served.head, blockOption(OptionNumbers.BLOCK2, { num, more, szx })];
    if (wantsSize || num === 0) options.push(uintOption(OptionNumbers.SIZE2, size));
    return andThen(readOf(body, offset, length), (payload) => {
      if (offset < served.given) served.repeated++;
      served.given = offset + length;
      response.onProgress?.({
        direction: 'block2',
        bytes: offset + length,
        total: size,
        szx,
        retransmissions: served.repeated,
      });
      // Whoever got the last block asks for no more; a duplicate of the question is answered by the message layer.
      if (!more) this.drop(served);
      return { code: response.code, options, payload };
    });
  }

  private etagOf(response: OutgoingResponse): Uint8Array | Promise<Uint8Array> {
    if (response.etag) return response.etag;
    const { body = NO_BYTES } = response;
    const whole = body instanceof Uint8Array;
    const sample = whole ? body : readOf(body, 0, Math.min(ETAG_SAMPLE, body.size));
    return andThen(sample, (bytes) => {
      const hasher = this.hash.sha256();
      if (!whole) hasher.update(encodeUint(body.size));
      hasher.update(bytes);
      return hasher.digest().subarray(0, 8);
    });
  }

  private keep(served: ServedBody): void {
    const { exact, loose } = served.key;
    const before = this.kept.get(served.peer, exact);
    if (before) this.drop(before);
    served.expires = this.clock.now() + KEPT_FOR;
    this.kept.set(served.peer, exact, served);
    // Who asks for the rest of a FETCH without repeating its body gets that of the newest.
    this.kept.set(served.peer, loose, served);
    this.oldestFirst.add(served);
    this.keptBytes += served.heldBytes;
    for (const oldest of this.oldestFirst) {
      // The newest is always kept: its next block is what will be asked for.
      if (oldest === served || (this.oldestFirst.size <= MAX_KEPT && this.keptBytes <= MAX_KEPT_BYTES)) break;
      this.drop(oldest);
    }
    this.timer ??= this.clock.after(SWEEP_EVERY, this.sweep);
  }

  private drop(served: ServedBody): void {
    if (!this.oldestFirst.delete(served)) return;
    for (const key of [served.key.exact, served.key.loose]) {
      if (this.kept.get(served.peer, key) === served) this.kept.delete(served.peer, key);
    }
    this.keptBytes -= served.heldBytes;
  }

  private readonly sweep = (): void => {
    const now = this.clock.now();
    for (const served of this.oldestFirst) if (served.expires <= now) this.drop(served);
    this.timer = this.oldestFirst.size > 0 ? this.clock.after(SWEEP_EVERY, this.sweep) : undefined;
  };
}

/** A response whose body takes more than one message. */
class ServedBody {
  expires = 0;
  /** Up to where it was given out, and how often a part was given again. */
  given = 0;
  repeated = 0;
  readonly head: readonly CoapOption[];

  constructor(
    readonly peer: Peer,
    readonly key: ResourceKey,
    readonly response: OutgoingResponse,
    readonly body: Uint8Array | ByteSource,
    readonly size: number,
    etag: Uint8Array,
  ) {
    this.head = headOptions(response, etag);
  }

  get heldBytes(): number {
    return this.body instanceof Uint8Array ? this.size : 0;
  }
}

/** The options of a response that are the same in each of its messages, in their order. */
function headOptions(response: OutgoingResponse, etag: Uint8Array | undefined): CoapOption[] {
  const options: CoapOption[] = [];
  if (etag) options.push({ number: OptionNumbers.ETAG, value: etag });
  for (const segment of response.locationPath ?? []) {
    options.push(textOption(OptionNumbers.LOCATION_PATH, segment));
  }
  if (response.contentFormat !== undefined) {
    options.push(uintOption(OptionNumbers.CONTENT_FORMAT, response.contentFormat));
  }
  if (response.maxAge !== undefined) options.push(uintOption(OptionNumbers.MAX_AGE, response.maxAge));
  if (response.options) options.push(...response.options);
  return options;
}

function readOf(
  body: Uint8Array | ByteSource,
  offset: number,
  length: number,
): Uint8Array | Promise<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    const atHand = body.readNow(offset, length);
    return atHand === undefined ? body.read(offset, length) : atHand;
  }
  return offset === 0 && length === body.length ? body : body.subarray(offset, offset + length);
}

/** Goes on at once where the value is at hand: a promise a block would cost more than the block. */
export function andThen<T, R>(value: T | Promise<T>, use: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
