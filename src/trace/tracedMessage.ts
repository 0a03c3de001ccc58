import type { JsonValue } from '../base/json';
import type { Scheme } from '../transport/ports';

/** A decoded CoAP message of a device, as a trace shows it. Plain JSON. */
export interface TracedMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly endpoint?: string;
  /** The peer, as a URI. */
  readonly address: string;
  readonly direction: 'in' | 'out';
  /** `CON` `NON` `ACK` `RST`; `TCP` over a connection. */
  readonly type: string;
  /** `GET`, `2.05`, `Empty`, `CSM`; `?` where the bytes are no message. */
  readonly code: string;
  readonly messageId?: number;
  /** Hexadecimal. */
  readonly token?: string;
  /** `/3/0/3`, of the request also for its response. */
  readonly path?: string;
  /** What the path means: `Device / 0 / Firmware Version`. */
  readonly name?: string;
  readonly query?: string;
  readonly observe?: number;
  /** `Block2 3/m/1024`, … */
  readonly block?: string;
  /** Content format by name. */
  readonly format?: string;
  /** Bytes of the payload. */
  readonly size: number;
  readonly values?: readonly { readonly path: string; readonly value: JsonValue; readonly type: string }[];
  /** A payload that is no value: text, or the first bytes in hexadecimal. */
  readonly text?: string;
  /** Sent before (1, 2, …), or arrived before. */
  readonly retransmission?: number;
  /** Milliseconds from the request, for a response. */
  readonly elapsed?: number;
  readonly scheme: Scheme;
  /** What is wrong with it, where it can't be read whole. */
  readonly problem?: string;
}
