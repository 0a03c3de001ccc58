import { NO_BYTES, equalBytes, toHex } from '../base/bytes';
import type { SocketAddress } from '../transport/ports';
import { Association, type AssociationOwner, type AssociationStart, type SessionEnd } from './association';
import { ClientHandshake } from './clientHandshake';
import type { HandshakeContext } from './handshakeContext';
import type { HandshakeFailure, Role } from './handshakeEvents';
import { HelloGate, type ProvenHello } from './helloGate';
import { HandshakeTypes } from './handshakeMessage';
import { KeyOrCertificate } from './keyOrCertificate';
import { ContentTypes, decodeRecord, looksLikeDtls, type DtlsRecord } from './record';
import { ServerHandshake } from './serverHandshake';
import { SessionCache } from './sessionCache';
import { withDefaults, type DtlsSettings, type FullSettings } from './settings';

/** What an endpoint tells its user. */
export interface EndpointUser {
  transmit(datagram: Uint8Array, address: SocketAddress): void;
  established(association: Association): void;
  /** The handshake came to nothing. */
  failed(association: Association, failure: HandshakeFailure): void;
  ended(association: Association, end: SessionEnd): void;
  message(association: Association, bytes: Uint8Array): void;
  moved(association: Association): void;
}

/** Milliseconds. A client that restarts may begin with the random it had before: then this is how long it may have to wait. */
const HELLO_LIFETIME = 60_000;

/** The session at an address, and a handshake that may take its place. */
interface AtAddress {
  live: Association | undefined;
  pending: Association | undefined;
}

/**
 * DTLS 1.2 with many peers, as server and as client, without a socket: datagrams go in and out by address.
 * Nothing is kept of who has not brought a cookie, and a session ends by nothing that is not authenticated.
 */
export class DtlsEndpoint implements AssociationOwner {
  readonly settings: FullSettings;
  private readonly gate: HelloGate;
  private readonly addresses = new Map<string, AtAddress>();
  private readonly byCid = new Map<string, Association>();
  /** Established ones, the longest silent first. */
  private readonly sessions = new Set<Association>();
  /** The last of them. */
  private lastHeard: Association | undefined;
  private readonly handshakes = new Set<Association>();
  private readonly served: SessionCache;
  private readonly used: SessionCache;
  private readonly keyOrCertificate: KeyOrCertificate;
  private attempts = 0;

  constructor(
    settings: DtlsSettings,
    private readonly user: EndpointUser,
  ) {
    this.settings = withDefaults(settings);
    const { clock, limits } = this.settings;
    this.gate = new HelloGate(this.settings, (datagram, address) => user.transmit(datagram, address));
    this.served = new SessionCache(clock, limits.resumable, limits.resumableFor);
    this.keyOrCertificate = new KeyOrCertificate(clock);
    this.used = settings.clientSessions ?? new SessionCache(clock, limits.resumable, limits.resumableFor);
  }

  /** What is kept at the moment, for limits and their tests. */
  get counts(): { readonly sessions: number; readonly handshakes: number; readonly addresses: number } {
    return {
      sessions: this.sessions.size,
      handshakes: this.handshakes.size,
      addresses: this.addresses.size,
    };
  }

  /** Takes a datagram. What can't be used is dropped, as DTLS has it (RFC 6347 §4.1.2.7). */
  receive(datagram: Uint8Array, from: SocketAddress): void {
    if (!looksLikeDtls(datagram)) {
      return this.settings.observer({ kind: 'notDtls', address: from, bytes: datagram });
    }
    for (let at = 0; at < datagram.length;) {
      const read = decodeRecord(datagram, at, this.settings.cidLength ?? 0);
      if (!read.ok) return;
      this.record(read.value.record, from);
      at = read.value.next;
    }
  }

  /** The session at an address, where there is one. */
  sessionAt(address: SocketAddress): Association | undefined {
    return this.addresses.get(keyOf(address))?.live;
  }

  /** Begins a handshake as client, taking an earlier session with this server up again where both still know it. */
  connect(address: SocketAddress): Association | undefined {
    const { client } = this.settings;
    if (!client) return undefined;
    const earlier = this.used.get(keyOf(address));
    const start = { firstRecord: 0, nextReceived: 0, nextSent: 0 };
    return this.begin(
      'client',
      address,
      start,
      undefined,
      (context) => new ClientHandshake(context, client, earlier),
    );
  }

  /** Ends every session and handshake; peers with sessions are told. */
  close(): void {
    for (const association of [...this.handshakes, ...this.sessions]) association.close({ kind: 'closed' });
  }

  // AssociationOwner

  transmit(datagram: Uint8Array, address: SocketAddress): void {
    this.user.transmit(datagram, address);
  }

  newCid(): Uint8Array {
    const { random, cidLength = 0 } = this.settings;
    if (cidLength === 0) return NO_BYTES;
    for (;;) {
      const cid = random.bytes(cidLength);
      if (!this.byCid.has(toHex(cid))) return cid;
    }
  }

  resumable(association: Association): HandshakeContext['resumable'] {
    const cache = association.role === 'server' ? this.served : this.used;
    const key = (id: Uint8Array): string =>
      association.role === 'server' ? toHex(id) : keyOf(association.address);
    return {
      get: (id) => cache.get(key(id)),
      put: (session) => cache.set(key(session.id), session),
      drop: (id) => cache.delete(key(id)),
    };
  }

  established(association: Association): void {
    this.handshakes.delete(association);
    const key = keyOf(association.address);
    const entry = this.entry(key);
    if (entry.pending === association) entry.pending = undefined;
    const before = entry.live;
    entry.live = association;
    this.sessions.add(association);
    this.lastHeard = association;
    const cid = association.facts?.ownCid ?? NO_BYTES;
    if (cid.length > 0) this.byCid.set(toHex(cid), association);
    this.user.established(association);
    before?.close({ kind: 'superseded' });
    if (this.sessions.size <= this.settings.limits.sessions) return;
    const [silent] = this.sessions;
    silent?.close({ kind: 'evicted' });
  }

  failed(association: Association, failure: HandshakeFailure): void {
    this.forget(association);
    this.user.failed(association, failure);
  }

  ended(association: Association, end: SessionEnd): void {
    this.forget(association);
    this.user.ended(association, end);
  }

  message(association: Association, bytes: Uint8Array): void {
    this.user.message(association, bytes);
  }

  moved(association: Association, from: SocketAddress): void {
    const old = this.addresses.get(keyOf(from));
    if (old?.live === association) {
      old.live = undefined;
      this.tidy(keyOf(from));
    }
    // A session that is found by its address only is not displaced by one that is found by its ID.
    const entry = this.entry(keyOf(association.address));
    entry.live ??= association;
    this.user.moved(association);
  }

  private record(record: DtlsRecord, from: SocketAddress): void {
    const { header } = record;
    if (header.type === ContentTypes.TLS12_CID) {
      // The Finished is the first record with the ID, when the handshake is still known by its address only.
      const association = this.byCid.get(toHex(header.cid)) ?? this.addresses.get(keyOf(from))?.pending;
      if (!association) return this.settings.observer({ kind: 'unknownSession', address: from });
      if (association.receive(record, from) === 'taken') this.heard(association);
      return;
    }
    const at = this.addresses.get(keyOf(from));
    if (header.epoch === 0) {
      if (this.isClientHello(record) && at?.pending?.role !== 'client') return this.clientHello(record, from);
      at?.pending?.receive(record, from);
      return;
    }
    const { live, pending } = at ?? { live: undefined, pending: undefined };
    if (live?.receive(record, from) === 'taken') this.heard(live);
    else if (pending) pending.receive(record, from);
    else if (!live) this.settings.observer({ kind: 'unknownSession', address: from });
  }

  private isClientHello({ header, fragment }: DtlsRecord): boolean {
    return header.type === ContentTypes.HANDSHAKE && fragment[0] === HandshakeTypes.CLIENT_HELLO;
  }

  private clientHello(record: DtlsRecord, from: SocketAddress): void {
    const { server } = this.settings;
    if (!server) return;
    const proven = this.gate.receive(record, from);
    if (!proven) return;
    const { pending, live } = this.addresses.get(keyOf(from)) ?? {};
    const { random } = proven.hello;
    // The hello of a handshake under way is repeated by its flight; of one that has just ended well it is late.
    if (pending && equalBytes(pending.peerRandom, random)) return void pending.receive(record, from);
    if (live && equalBytes(live.peerRandom, random) && this.isNew(live)) return;
    if (this.tooMany(from)) {
      return this.settings.observer({ kind: 'tooMany', address: from, hello: proven.hello });
    }
    pending?.close({ kind: 'superseded' });
    this.serve(proven, from);
  }

  /** Its ClientHello may still be on its way. Of an old one it is a client that begins anew with the same random. */
  private isNew({ establishedAt }: Association): boolean {
    return this.settings.clock.now() - establishedAt < HELLO_LIFETIME;
  }

  private serve({ hello, message, recordSequence }: ProvenHello, from: SocketAddress): void {
    const { server } = this.settings;
    if (!server) return;
    const preference = this.keyOrCertificate.of(hello, from.host, server);
    const start: AssociationStart = {
      firstRecord: recordSequence,
      nextReceived: message.sequence + 1,
      nextSent: message.sequence,
    };
    this.begin(
      'server',
      from,
      start,
      hello,
      (context) => new ServerHandshake(context, server, hello, message, preference),
    );
  }

  private begin(
    role: Role,
    address: SocketAddress,
    start: AssociationStart,
    hello: ProvenHello['hello'] | undefined,
    makeSide: ConstructorParameters<typeof Association>[5],
  ): Association {
    const attempt = ++this.attempts;
    const association = new Association(attempt, role, address, this, start, makeSide);
    association.peerRandom = hello?.random ?? NO_BYTES;
    this.handshakes.add(association);
    this.entry(keyOf(address)).pending = association;
    this.settings.observer({ kind: 'started', attempt, role, address, hello });
    association.start();
    return association;
  }

  private tooMany(from: SocketAddress): boolean {
    const { handshakes, handshakesOfHost } = this.settings.limits;
    if (this.handshakes.size < Math.min(handshakes, handshakesOfHost)) return false;
    if (this.handshakes.size >= handshakes) return true;
    let ofHost = 0;
    for (const { address } of this.handshakes) if (address.host === from.host) ofHost++;
    return ofHost >= handshakesOfHost;
  }

  private heard(association: Association): void {
    // a transfer's records come one after another
    if (association === this.lastHeard || !this.sessions.delete(association)) return;
    this.sessions.add(association);
    this.lastHeard = association;
  }

  private forget(association: Association): void {
    this.handshakes.delete(association);
    this.sessions.delete(association);
    if (this.lastHeard === association) this.lastHeard = undefined;
    const cid = association.facts?.ownCid ?? NO_BYTES;
    if (cid.length > 0) this.byCid.delete(toHex(cid));
    const key = keyOf(association.address);
    const entry = this.addresses.get(key);
    if (!entry) return;
    if (entry.live === association) entry.live = undefined;
    if (entry.pending === association) entry.pending = undefined;
    this.tidy(key);
  }

  private entry(key: string): AtAddress {
    let entry = this.addresses.get(key);
    if (!entry) this.addresses.set(key, (entry = { live: undefined, pending: undefined }));
    return entry;
  }

  private tidy(key: string): void {
    const entry = this.addresses.get(key);
    if (entry && !entry.live && !entry.pending) this.addresses.delete(key);
  }
}

const keyOf = ({ host, port }: SocketAddress): string => `${host} ${port}`;
