import { NO_BYTES } from '../base/bytes';
import { seconds } from '../base/clock';
import type { SocketAddress } from '../transport/ports';
import { decodeClientHello, encodeHelloVerifyRequest, type ClientHello } from './clientHello';
import { CookieJar } from './cookie';
import {
  HandshakeTypes,
  PartialMessage,
  decodeFragments,
  encodeHandshake,
  type HandshakeFragment,
  type HandshakeMessage,
} from './handshakeMessage';
import { ContentTypes, DTLS_1_0, encodeRecord, type DtlsRecord } from './record';
import type { FullSettings } from './settings';

/** A ClientHello whose sender gets what is sent to its address. */
export interface ProvenHello {
  readonly hello: ClientHello;
  readonly message: HandshakeMessage;
  /** Number of its record: ours go on from there (RFC 6347 §4.2.1). */
  readonly recordSequence: number;
}

/** Pieces of ClientHellos of all strangers together: a fixed ring, the oldest is overwritten. */
const MAX_PARTIAL = 16;
const MAX_HELLO = 4096;
const PARTIAL_LIFETIME = seconds(20);

interface Partial {
  readonly key: string;
  readonly message: PartialMessage;
  readonly expires: number;
}

/** The door: answers ClientHellos with cookies, keeping nothing of who asks, and lets through those that bring one. */
export class HelloGate {
  private readonly jar: CookieJar;
  private readonly partial: Partial[] = [];

  constructor(
    private readonly settings: FullSettings,
    private readonly transmit: (datagram: Uint8Array, address: SocketAddress) => void,
  ) {
    this.jar = new CookieJar(settings.clock, settings.random);
  }

  /** A handshake record in clear from someone who is not in the middle of a handshake. */
  receive(record: DtlsRecord, address: SocketAddress): ProvenHello | undefined {
    const fragments = decodeFragments(record.fragment);
    if (!fragments.ok) return undefined;
    for (const fragment of fragments.value) {
      const message = this.whole(fragment, address);
      if (!message) continue;
      const decoded = decodeClientHello(message.body);
      if (!decoded.ok) {
        this.settings.observer({ kind: 'unreadableHello', address });
        return undefined;
      }
      const hello = decoded.value;
      if (this.jar.verifies(hello, address)) {
        return { hello, message, recordSequence: record.header.sequence };
      }
      this.askForCookie(hello, message, record, address);
      return undefined;
    }
    return undefined;
  }

  private askForCookie(
    hello: ClientHello,
    message: HandshakeMessage,
    { header }: DtlsRecord,
    address: SocketAddress,
  ): void {
    const { observer } = this.settings;
    observer({ kind: 'cookieAsked', address, hello, wrongCookie: hello.cookie.length > 0 });
    // Version 1.0 in both places, whatever is negotiated later (RFC 6347 §4.2.1).
    const body = encodeHelloVerifyRequest(DTLS_1_0, this.jar.cookieFor(hello, address));
    const reply = encodeHandshake({
      type: HandshakeTypes.HELLO_VERIFY_REQUEST,
      sequence: message.sequence,
      body,
    });
    const { sequence } = header;
    this.transmit(
      encodeRecord(
        { type: ContentTypes.HANDSHAKE, version: DTLS_1_0, epoch: 0, sequence, cid: NO_BYTES },
        reply,
      ),
      address,
    );
  }

  private whole(fragment: HandshakeFragment, address: SocketAddress): HandshakeMessage | undefined {
    const { type, sequence, length, bytes } = fragment;
    if (type !== HandshakeTypes.CLIENT_HELLO || length > MAX_HELLO) return undefined;
    if (bytes.length === length) return { type, sequence, body: bytes.slice() };
    const now = this.settings.clock.now();
    const key = `${address.host} ${address.port} ${sequence} ${length}`;
    let at = this.partial.findIndex((p) => p.key === key && p.expires > now);
    if (at < 0) {
      if (this.partial.length >= MAX_PARTIAL) this.partial.shift();
      const message = new PartialMessage(type, sequence, length);
      at = this.partial.push({ key, message, expires: now + PARTIAL_LIFETIME }) - 1;
    }
    const entry = this.partial[at];
    entry?.message.add(fragment);
    const whole = entry?.message.whole;
    if (whole) this.partial.splice(at, 1);
    return whole;
  }
}
