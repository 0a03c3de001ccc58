import type { OperationError } from '../base/errors';
import type { Code } from './code';
import type { Message, Token } from './message';
import type { CoapOption } from './option';

/** A message to be sent, before the message layer gave it a type and an ID. */
export interface Draft {
  readonly code: Code;
  readonly token: Token;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** What becomes of a confirmable message; of the last three one is called, once. */
export interface Delivery {
  /** It goes out; `attempt` 0 is the first time. */
  transmitted(attempt: number): void;
  /** The acknowledgement: empty, or with the response in it. */
  acknowledged(ack: Message): void;
  reset(): void;
  failed(error: OperationError): void;
}
