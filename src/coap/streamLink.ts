import type { Timer } from '../base/clock';
import type { OperationError } from '../base/errors';
import type { Peer } from '../transport/ports';
import type { Delivery } from './delivery';
import type { Incoming } from './incoming';
import type { Token } from './message';
import type { Sending } from './messaging';
import { Reassembly } from './reassembly';
import type { CsmSignal } from './signal';
import { OUR_MESSAGE_SIZE, UNTOLD } from './streamCapacity';
import type { StreamMessage } from './streamMessage';

/** Pings whose answer waits for what came before them. */
const MAX_CUSTODY = 8;

/** One connection as the messages over it know it. */
export class StreamLink {
  readonly reassembly = new Reassembly(OUR_MESSAGE_SIZE);
  /** The peer's capabilities were told; all else before them is an error. */
  introduced = false;
  /** Until they must have come. */
  introduction: Timer | undefined;
  /** Bytes of the longest message that the peer takes. */
  maxMessageSize = UNTOLD.maxMessageSize;
  /** It has said that it takes blocks. */
  blockwise = UNTOLD.blockwise;
  /** Requests of ours without an answer. */
  readonly pending = new Set<StreamRequest>();
  /** Requests of ours that wait for their turn, first come first served. */
  readonly waiting: StreamRequest[] = [];
  /** Pings without their pong, the oldest first. */
  readonly pings = new Set<StreamRequest>();
  /** Requests of the peer's that we have not answered. */
  private readonly open = new Set<Incoming>();
  private readonly custody: { readonly token: Token; readonly before: Set<Incoming> }[] = [];
  /** Why no more requests begin here: the peer wants the connection to end, or it has ended. */
  refusal: OperationError | undefined;
  ended = false;

  constructor(readonly peer: Peer) {}

  learn({ maxMessageSize, blockwise }: CsmSignal): void {
    this.introduced = true;
    this.introduction?.cancel();
    this.maxMessageSize = maxMessageSize ?? this.maxMessageSize;
    this.blockwise ||= blockwise;
  }

  get serving(): number {
    return this.open.size;
  }

  /** Neither side waits for the other. */
  get settled(): boolean {
    return this.open.size === 0 && this.pending.size === 0;
  }

  asked(incoming: Incoming): void {
    this.open.add(incoming);
  }

  /** A request of the peer's was answered; gives the pings whose answer waited for that. */
  answered(incoming: Incoming): readonly Token[] {
    this.open.delete(incoming);
    for (const { before } of this.custody) before.delete(incoming);
    const due: Token[] = [];
    while (this.custody[0]?.before.size === 0) due.push(this.custody.shift()?.token ?? new Uint8Array());
    return due;
  }

  /** Whether a ping's answer waits until what came before it is answered (RFC 8323 §5.4.1). */
  takeCustody(token: Token): 'done' | 'waits' | 'refused' {
    if (this.open.size === 0) return 'done';
    if (this.custody.length >= MAX_CUSTODY) return 'refused';
    this.custody.push({ token, before: new Set(this.open) });
    return 'waits';
  }

  remove(request: StreamRequest): void {
    request.stall?.cancel();
    if (this.pings.delete(request) || this.pending.delete(request)) return;
    const at = this.waiting.indexOf(request);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  /** All that waits for this peer, which then waits no more. */
  takeAll(): readonly StreamRequest[] {
    const all = [...this.pings, ...this.pending, ...this.waiting];
    for (const { stall } of all) stall?.cancel();
    this.pings.clear();
    this.pending.clear();
    this.waiting.length = 0;
    return all;
  }

  end(error: OperationError): readonly StreamRequest[] {
    this.ended = true;
    this.refusal = error;
    this.introduction?.cancel();
    this.open.clear();
    this.custody.length = 0;
    return this.takeAll();
  }
}

/** A request, or a ping, and how long its answer may take. */
export class StreamRequest implements Sending {
  stall: Timer | undefined;

  constructor(
    readonly link: StreamLink,
    readonly message: StreamMessage,
    /** Milliseconds. */
    readonly stallTimeout: number,
    readonly delivery: Delivery,
  ) {}
}
