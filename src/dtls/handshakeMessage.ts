import { concatBytes } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { uint16, uint24, uint8, WireReader } from './wire';

/** Handshake messages (RFC 5246 §7.4, RFC 6347 §4.3.2). */
export const HandshakeTypes = {
  HELLO_REQUEST: 0,
  CLIENT_HELLO: 1,
  SERVER_HELLO: 2,
  HELLO_VERIFY_REQUEST: 3,
  CERTIFICATE: 11,
  SERVER_KEY_EXCHANGE: 12,
  CERTIFICATE_REQUEST: 13,
  SERVER_HELLO_DONE: 14,
  CERTIFICATE_VERIFY: 15,
  CLIENT_KEY_EXCHANGE: 16,
  FINISHED: 20,
} as const;

const NAMES = new Map<number, string>([
  [0, 'HelloRequest'],
  [1, 'ClientHello'],
  [2, 'ServerHello'],
  [3, 'HelloVerifyRequest'],
  [4, 'NewSessionTicket'],
  [11, 'Certificate'],
  [12, 'ServerKeyExchange'],
  [13, 'CertificateRequest'],
  [14, 'ServerHelloDone'],
  [15, 'CertificateVerify'],
  [16, 'ClientKeyExchange'],
  [20, 'Finished'],
]);

/** The standard's name of a handshake message. */
export const handshakeName = (type: number): string => NAMES.get(type) ?? `handshake message ${type}`;

/** A whole handshake message. */
export interface HandshakeMessage {
  readonly type: number;
  /** message_seq: counts the messages of one side from 0. */
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** A piece of a handshake message as one record carries it (RFC 6347 §4.2.3). */
export interface HandshakeFragment {
  readonly type: number;
  readonly length: number;
  readonly sequence: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Longest handshake message that is put together: a chain of certificates, not a stranger's whole memory. */
export const MAX_HANDSHAKE_MESSAGE = 16 << 10;
const HEADER = 12;

/** One fragment of a message: `length` bytes of the body from `offset`. */
export function encodeFragment(message: HandshakeMessage, offset: number, length: number): Uint8Array {
  const { type, sequence, body } = message;
  return concatBytes([
    uint8(type),
    uint24(body.length),
    uint16(sequence),
    uint24(offset),
    uint24(length),
    body.subarray(offset, offset + length),
  ]);
}

/** The message unfragmented: what the hash of the handshake covers (RFC 6347 §4.2.6). */
export const encodeHandshake = (message: HandshakeMessage): Uint8Array =>
  encodeFragment(message, 0, message.body.length);

/** The fragments of a message, each at most `room` bytes with its header. */
export function fragmentsOf(message: HandshakeMessage, room: number): Uint8Array[] {
  const step = Math.max(1, room - HEADER);
  const fragments: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < message.body.length; at += step) {
    fragments.push(encodeFragment(message, at, Math.min(step, message.body.length - at)));
  }
  return fragments;
}

/** The fragments in the plaintext of one handshake record. */
export function decodeFragments(plaintext: Uint8Array): Decoded<readonly HandshakeFragment[]> {
  const reader = new WireReader(plaintext);
  const fragments: HandshakeFragment[] = [];
  do {
    const start = reader.offset;
    const type = reader.uint8();
    const length = reader.uint24();
    const sequence = reader.uint16();
    const offset = reader.uint24();
    const bytes = reader.bytes(reader.uint24());
    if (reader.failed) return problem('the handshake message is cut short', start, 'SHORT');
    if (length > MAX_HANDSHAKE_MESSAGE)
      return problem(`a handshake message of ${length} bytes`, start, 'LIMIT');
    if (offset + bytes.length > length) return problem('a fragment outside its message', start, 'FRAGMENT');
    fragments.push({ type, length, sequence, offset, bytes });
  } while (reader.remaining > 0);
  return decoded(fragments);
}

/** A message of which pieces are missing. */
export class PartialMessage {
  private readonly body: Uint8Array;
  private readonly have: Uint8Array;
  private missing: number;

  constructor(
    readonly type: number,
    readonly sequence: number,
    length: number,
  ) {
    this.body = new Uint8Array(length);
    this.have = new Uint8Array(length);
    this.missing = length;
  }

  /** Whether the fragment is of this message: one that says otherwise is dropped. */
  fits(fragment: HandshakeFragment): boolean {
    return fragment.type === this.type && fragment.length === this.body.length;
  }

  /** Adds a piece, overlapping or not; the first bytes to arrive stay. */
  add({ offset, bytes }: HandshakeFragment): void {
    for (let i = 0; i < bytes.length; i++) {
      if (this.have[offset + i] === 1) continue;
      this.have[offset + i] = 1;
      this.body[offset + i] = bytes[i] ?? 0;
      this.missing--;
    }
  }

  /** The message, once nothing is missing. */
  get whole(): HandshakeMessage | undefined {
    return this.missing === 0 ? { type: this.type, sequence: this.sequence, body: this.body } : undefined;
  }
}

/** How far ahead of the next message one is kept, in messages: more than a flight has. */
const AHEAD = 10;
/** All unfinished messages of one peer together. */
const MAX_PARTIAL_BYTES = MAX_HANDSHAKE_MESSAGE + 4096;

/** Puts one side's messages together and gives them out in their order, each once. */
export class HandshakeReassembler {
  private readonly partial = new Map<number, PartialMessage>();
  private held = 0;

  constructor(
    /** message_seq of the next message. */
    private next: number,
  ) {}

  /** message_seq of the next message. */
  get expected(): number {
    return this.next;
  }

  /** Takes a fragment. `repeated`: it is of a message that was given out, so the peer did not hear our answer. */
  add(fragment: HandshakeFragment): 'taken' | 'repeated' | 'dropped' {
    const { sequence } = fragment;
    if (sequence < this.next) return 'repeated';
    if (sequence >= this.next + AHEAD) return 'dropped';
    let message = this.partial.get(sequence);
    if (!message) {
      if (this.held + fragment.length > MAX_PARTIAL_BYTES) return 'dropped';
      this.held += fragment.length;
      message = new PartialMessage(fragment.type, sequence, fragment.length);
      this.partial.set(sequence, message);
    }
    if (!message.fits(fragment)) return 'dropped';
    message.add(fragment);
    return 'taken';
  }

  /** The next message, if it is whole. */
  take(): HandshakeMessage | undefined {
    const message = this.partial.get(this.next)?.whole;
    if (!message) return undefined;
    this.partial.delete(this.next);
    this.held -= message.body.length;
    this.next++;
    return message;
  }
}
