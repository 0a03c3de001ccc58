import type { OperationError } from '../base/errors';
import type { Timer } from '../base/clock';
import type { Code } from './code';
import type { Message, MessageId, Token } from './message';
import type { CoapOption } from './option';
import type { PeerLink } from './peerLink';

/** A message to be sent, before the message layer gave it a type and an ID. */
export interface Draft {
  readonly code: Code;
  readonly token: Token;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** What becomes of a confirmable message; exactly one of the last three is called, once. */
export interface Delivery {
  /** It goes out; `attempt` 0 is the first time. */
  transmitted(attempt: number): void;
  /** The acknowledgement: empty, or with the response in it. */
  acknowledged(ack: Message): void;
  reset(): void;
  failed(error: OperationError): void;
}

/** A confirmable message under way (RFC 7252 §4.2). Made and driven by the message layer. */
export class Confirmable {
  /** Known from the first sending on. */
  messageId: MessageId | undefined;
  bytes: Uint8Array | undefined;
  attempt = 0;
  firstSentAt = 0;
  /** When it is given up without a sign of life. */
  deadline = 0;
  timeout = 0;
  factor = 2;
  timer: Timer | undefined;

  constructor(
    readonly link: PeerLink,
    readonly draft: Draft,
    /** Milliseconds. */
    readonly stallTimeout: number,
    /** Whether it takes one of the peer's NSTART places. */
    readonly counts: boolean,
    readonly delivery: Delivery,
  ) {}
}
