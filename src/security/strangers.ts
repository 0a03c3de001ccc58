import type { ClientHello } from '../dtls/clientHello';
import type { SocketAddress } from '../transport/ports';
import type { Attempt, Place } from './attempt';
import type { AttemptLog } from './attemptLog';
import { IN_VAIN, noAnswerToCookie } from './deliveryVerdict';
import { plainMessage, plainOnSecurePort, secureMessage, secureOnPlainPort } from './portVerdict';

/** A client that asks so often, and for as long as {@link IN_VAIN}, does not get our answers. */
const ASKED = 5;
/** After this long (milliseconds) it is another attempt of the same address. */
const SILENCE = 120_000;

/** What comes of addresses that nobody has proved: one line each, in a ring of its own. */
export class Strangers {
  constructor(
    private readonly log: AttemptLog,
    /** The secured listeners, for whoever came to a plain one. */
    private readonly secured: () => readonly Place[],
  ) {}

  /** A ClientHello was answered with a cookie. */
  cookieAsked(local: Place, address: SocketAddress, hello: ClientHello): void {
    const { log } = this;
    const attempt = this.beforeCookie(local, address);
    const now = log.clock.now();
    const at = (attempt.changedAt = log.clock.wallTime());
    if (++attempt.times === 1) attempt.offers(hello);
    attempt.flight(at, 'in', ['ClientHello'], attempt.times);
    attempt.flight(at, 'out', ['HelloVerifyRequest'], attempt.times);
    const elapsed = now - attempt.since;
    if (!attempt.failure) attempt.outcome = 'underway';
    if (attempt.times < ASKED || elapsed < IN_VAIN) return;
    const before = attempt.failure;
    attempt.failure = noAnswerToCookie(attempt, attempt.times, elapsed);
    attempt.outcome = 'failed';
    if (!before) log.tell(attempt);
  }

  /** A ClientHello that can't be read, and is not answered: none of the known causes is behind it. */
  unreadable(local: Place, address: SocketAddress): void {
    const attempt = this.beforeCookie(local, address);
    const at = (attempt.changedAt = this.log.clock.wallTime());
    attempt.flight(at, 'in', ['ClientHello'], 1);
    if (attempt.outcome === 'failed') return;
    attempt.outcome = 'failed';
    this.log.tell(attempt);
  }

  /** It brought its cookie: its handshake goes on as one of a proved address. */
  cookieBrought(local: Place, address: SocketAddress): Attempt | undefined {
    const attempt = this.known('beforeCookie', local, address);
    if (attempt) this.log.strangers.delete(attempt);
    return attempt;
  }

  /** No DTLS, or no TLS (`stream`), at a secured listener. Whether it was plain CoAP or HTTP. */
  plain(local: Place, address: SocketAddress, bytes: Uint8Array, stream: boolean): boolean {
    const message = plainMessage(bytes, stream);
    if (!message) return false;
    const scheme = local.scheme === 'https' ? 'http' : stream ? 'coap+tcp' : 'coap';
    this.wrongPort(local, address, stream ? 'tls' : 'dtls', scheme, (attempt) => {
      if (message.endpoint !== undefined) attempt.endpoint = message.endpoint;
      return plainOnSecurePort(attempt, message);
    });
    return true;
  }

  /** What came to a plain listener. Whether it was a ClientHello. */
  secure(local: Place, address: SocketAddress, bytes: Uint8Array, stream: boolean): boolean {
    const message = secureMessage(bytes, stream);
    if (!message) return false;
    const scheme = local.scheme === 'http' ? 'https' : stream ? 'coaps+tcp' : 'coaps';
    this.wrongPort(local, address, stream ? 'tls' : 'dtls', scheme, (attempt) => {
      if (message.hello && attempt.times === 1) attempt.offers(message.hello);
      return secureOnPlainPort(attempt, message.protocol, scheme, this.secured());
    });
    return true;
  }

  private wrongPort(
    local: Place,
    address: SocketAddress,
    transport: Attempt['transport'],
    scheme: Place['scheme'],
    judge: (attempt: Attempt) => NonNullable<Attempt['failure']>,
  ): void {
    const { log } = this;
    const attempt =
      this.known('wrongPort', local, address) ?? this.begin('wrongPort', transport, local, address, scheme);
    attempt.times++;
    attempt.changedAt = log.clock.wallTime();
    const before = attempt.failure?.message;
    attempt.failure = judge(attempt);
    attempt.outcome = 'failed';
    if (attempt.failure.message !== before) log.tell(attempt);
  }

  private known(sort: Attempt['sort'], local: Place, address: SocketAddress): Attempt | undefined {
    const { strangers, clock } = this.log;
    const found = strangers.newestAt(address, (one) => one.sort === sort && one.local === local);
    if (!found || clock.wallTime() - found.changedAt > SILENCE) return undefined;
    strangers.renew(found);
    return found;
  }

  private beforeCookie(local: Place, address: SocketAddress): Attempt {
    return (
      this.known('beforeCookie', local, address) ??
      this.begin('beforeCookie', 'dtls', local, address, 'coaps')
    );
  }

  private begin(
    sort: Attempt['sort'],
    transport: Attempt['transport'],
    local: Place,
    address: SocketAddress,
    scheme: Place['scheme'],
  ): Attempt {
    return this.log.begin(sort, transport, local, { scheme, address });
  }
}
