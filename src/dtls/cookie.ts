import { timingSafeEqual } from 'node:crypto';
import { encodeUtf8 } from '../base/bytes';
import { minutes, type Clock } from '../base/clock';
import type { RandomSource } from '../base/random';
import type { SocketAddress } from '../transport/ports';
import type { ClientHello } from './clientHello';
import { hmacSha256 } from './prf';
import { uint16, vector16, vector8 } from './wire';

const LENGTH = 16;
const ROTATE_EVERY = minutes(5);

/**
 * Cookies that prove an address without anything being kept (RFC 6347 §4.2.1): a MAC over the address and what the
 * client must repeat unchanged. A secret lives for two periods of five minutes.
 */
export class CookieJar {
  private secret: Uint8Array;
  private previous: Uint8Array;
  private since: number;

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {
    this.secret = random.bytes(32);
    this.previous = random.bytes(32);
    this.since = clock.now();
  }

  cookieFor(hello: ClientHello, address: SocketAddress): Uint8Array {
    this.rotate();
    return cookie(this.secret, hello, address);
  }

  verifies(hello: ClientHello, address: SocketAddress): boolean {
    if (hello.cookie.length !== LENGTH) return false;
    this.rotate();
    return [this.secret, this.previous].some((secret) =>
      timingSafeEqual(cookie(secret, hello, address), hello.cookie),
    );
  }

  private rotate(): void {
    const age = this.clock.now() - this.since;
    if (age < ROTATE_EVERY) return;
    this.previous = age < 2 * ROTATE_EVERY ? this.secret : this.random.bytes(32);
    this.secret = this.random.bytes(32);
    this.since = this.clock.now();
  }
}

function cookie(secret: Uint8Array, hello: ClientHello, address: SocketAddress): Uint8Array {
  return hmacSha256(
    secret,
    vector8(encodeUtf8(address.host)),
    uint16(address.port),
    uint16(hello.version),
    hello.random,
    vector8(hello.sessionId),
    vector16(...hello.cipherSuites.map(uint16)),
    vector8(hello.compressionMethods),
  ).subarray(0, LENGTH);
}
