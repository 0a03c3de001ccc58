import { decoded, type Decoded } from '../base/result';
import type { Code } from '../coap/code';
import { decodeMessage } from '../coap/message';
import type { CoapOption } from '../coap/option';
import { decodeStreamMessage } from '../coap/streamMessage';

/** A message in the form that datagrams and connections share. */
export interface WireForm {
  /** `CON` `NON` `ACK` `RST`; `TCP` over a connection, which has no types (RFC 8323 §2.2). */
  readonly type: string;
  readonly code: Code;
  /** Absent over a connection. */
  readonly messageId?: number;
  readonly token: Uint8Array;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

const TYPES = ['CON', 'NON', 'ACK', 'RST'] as const;

/** The name of a message's type. */
export const typeName = (type: number): string => TYPES[type & 3] ?? '?';

/** The message in a datagram, or in a frame of a connection. */
export function readWire(bytes: Uint8Array, overConnection: boolean): Decoded<WireForm> {
  if (overConnection) {
    const framed = decodeStreamMessage(bytes);
    return framed.ok ? decoded({ ...framed.value, type: 'TCP' }) : framed;
  }
  const message = decodeMessage(bytes);
  return message.ok ? decoded({ ...message.value, type: typeName(message.value.type) }) : message;
}

/** The type of a datagram that can't be read whole: its header may be right all the same. */
export const typeOfUnreadable = (bytes: Uint8Array, overConnection: boolean): string => {
  if (overConnection) return 'TCP';
  const [first = 0] = bytes;
  return bytes.length >= 4 && first >> 6 === 1 ? typeName((first >> 4) & 3) : '?';
};
