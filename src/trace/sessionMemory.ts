import { equalBytes, toHex } from '../base/bytes';
import type { CapturedDatagram, SessionSecret } from './pcapng';

/** A DTLS session that a capture can still be made to read: its secret, and the handshake that Wireshark needs beside it. */
export interface KeptSession {
  readonly secret: SessionSecret;
  /** The two addresses of its handshake. */
  readonly key: string;
  readonly datagrams: readonly CapturedDatagram[];
}

interface Attempt {
  readonly key: string;
  readonly clientRandom: Uint8Array;
  readonly datagrams: CapturedDatagram[];
  bytes: number;
  /** Its secret is known. */
  kept: boolean;
}

/** Handshakes under way that are remembered; strangers can begin any number. */
const MOST_ATTEMPTS = 256;
const MOST_SESSIONS = 1024;
/** Of one handshake: certificates both ways fit. */
const MOST_DATAGRAMS = 32;
const MOST_BYTES = 24 * 1024;
/** Of all sessions. */
const MOST_BYTES_OF_ALL = 4 * 1024 * 1024;

const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
/** Record header 13, handshake header 12 (RFC 6347 §4.1, §4.2.2); then version 2 and random 32. */
const HELLO_TYPE = 13;
const FRAGMENT_OFFSET = 19;
const RANDOM = 27;

/** Whether a datagram begins with a record of a handshake (RFC 6347 §4.1). */
export const isHandshake = (bytes: Uint8Array): boolean =>
  (bytes[0] === HANDSHAKE || bytes[0] === CHANGE_CIPHER_SPEC) && bytes[1] === 0xfe;

/** The random of a ClientHello at the beginning of a datagram, its first fragment at least. */
function clientRandomIn(bytes: Uint8Array): Uint8Array | undefined {
  const epochZero = bytes[3] === 0 && bytes[4] === 0;
  const begins = [0, 1, 2].every((i) => bytes[FRAGMENT_OFFSET + i] === 0);
  const hello = bytes[0] === HANDSHAKE && epochZero && begins && bytes[HELLO_TYPE] === CLIENT_HELLO;
  return hello && bytes.length >= RANDOM + 32 ? bytes.slice(RANDOM, RANDOM + 32) : undefined;
}

/**
 * The handshakes of DTLS sessions with their secrets, in memory and bounded, those that were made longest ago go first. A
 * session outlives many captures: one begun after its handshake could not be read without them.
 */
export class SessionMemory {
  private readonly attempts = new Map<string, Attempt>();
  private readonly sessions = new Map<string, KeptSession>();
  private bytes = 0;

  /** A datagram between two addresses; only those of handshakes are kept. */
  datagram(key: string, datagram: CapturedDatagram): void {
    const { payload } = datagram;
    if (!isHandshake(payload)) return;
    const clientRandom = clientRandomIn(payload);
    let attempt = this.attempts.get(key);
    if (clientRandom && !(attempt && equalBytes(attempt.clientRandom, clientRandom))) {
      attempt = { key, clientRandom, datagrams: [], bytes: 0, kept: false };
      this.attempts.delete(key);
      this.attempts.set(key, attempt);
      dropOldest(this.attempts, MOST_ATTEMPTS);
    }
    if (!attempt || attempt.datagrams.length >= MOST_DATAGRAMS) return;
    if (attempt.bytes + payload.length > MOST_BYTES) return;
    attempt.datagrams.push({ ...datagram, payload: payload.slice() });
    attempt.bytes += payload.length;
    if (attempt.kept) this.grow(payload.length);
  }

  /** The secret of a handshake under way. */
  secret(secret: SessionSecret): KeptSession {
    const attempt = [...this.attempts.values()].find(({ clientRandom }) =>
      equalBytes(clientRandom, secret.clientRandom),
    );
    const session = { secret, key: attempt?.key ?? '', datagrams: attempt?.datagrams ?? [] };
    this.sessions.set(toHex(secret.clientRandom), session);
    if (attempt && !attempt.kept) {
      attempt.kept = true;
      this.grow(attempt.bytes);
    }
    while (this.sessions.size > MOST_SESSIONS) this.dropSession();
    return session;
  }

  /** Every session kept, or those of a handshake between two addresses. */
  of(key?: string): readonly KeptSession[] {
    return [...this.sessions.values()].filter((session) => key === undefined || session.key === key);
  }

  clear(): void {
    this.attempts.clear();
    this.sessions.clear();
    this.bytes = 0;
  }

  private grow(bytes: number): void {
    this.bytes += bytes;
    while (this.bytes > MOST_BYTES_OF_ALL && this.sessions.size > 1) this.dropSession();
  }

  private dropSession(): void {
    const [oldest] = this.sessions;
    if (!oldest) return;
    const [random, { key, datagrams, secret }] = oldest;
    this.sessions.delete(random);
    for (const { payload } of datagrams) this.bytes -= payload.length;
    const attempt = this.attempts.get(key);
    if (attempt && equalBytes(attempt.clientRandom, secret.clientRandom)) this.attempts.delete(key);
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
