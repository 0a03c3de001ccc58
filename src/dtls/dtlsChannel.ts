import { OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import type { Channel, ChannelFault, Peer, Received, SocketAddress } from '../transport/ports';
import type { Association, SessionEnd } from './association';
import { alertName } from './alert';
import { identityText } from './credentials';
import { DtlsEndpoint } from './dtlsEndpoint';
import type { HandshakeFailure } from './handshakeEvents';
import type { DtlsSettings } from './settings';

/** A session as the protocol above knows it: it stays the same while its address moves, and over a client's new handshakes. */
interface SessionPeer {
  readonly key: string;
  address: SocketAddress;
  identity?: string;
  identityKind?: 'psk' | 'certificate';
}

/** Where a session stands, for whom we speak to. */
interface Line {
  readonly peer: SessionPeer;
  /** We may begin a handshake with it: it was not the peer that came to us. */
  readonly ours: boolean;
  association: Association | undefined;
  /** Messages that wait for the handshake. */
  readonly waiting: Uint8Array[];
}

/** Messages that wait for one handshake; CoAP has one or two under way (RFC 7252 §4.7). */
const MAX_WAITING = 16;
/** Lines to servers that are remembered. */
const MAX_LINES = 1024;

/** CoAP over DTLS: `coaps` over the datagrams of `below`, which is closed with it (RFC 7252 §9.1). */
export const createDtlsChannel = (below: Channel, settings: DtlsSettings): Channel =>
  new DtlsChannel(below, settings);

class DtlsChannel implements Channel {
  readonly scheme = 'coaps' as const;
  readonly reliable = false;
  private readonly endpoint: DtlsEndpoint;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  private readonly sessions = new Emitter<Peer>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  readonly onEstablished = this.sessions.event;
  private readonly lines = new Map<Association, Line>();
  private readonly ofPeer = new WeakMap<Peer, Line>();
  /** Lines that we began, by address. */
  private readonly ours = new Map<string, Line>();
  private count = 0;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly below: Channel,
    settings: DtlsSettings,
  ) {
    this.endpoint = new DtlsEndpoint(settings, {
      transmit: (datagram, address) => below.send(datagram, below.peerAt(address)),
      established: (association) => this.established(association),
      failed: (association, failure) => this.lost(association, failureError(failure)),
      ended: (association, end) => this.lost(association, endError(end)),
      message: (association, bytes) => this.message(association, bytes),
      moved: (association) => {
        const line = this.lines.get(association);
        if (line) line.peer.address = association.address;
      },
    });
    below.onMessage(({ bytes, peer }) => this.endpoint.receive(bytes, peer.address));
    below.onFault(({ peer, error, lasting }) => {
      const session = peer && this.at(peer.address)?.peer;
      this.faults.fire({ peer: session, error, ...(lasting === undefined ? {} : { lasting }) });
    });
  }

  get local(): SocketAddress {
    return this.below.local;
  }

  send(bytes: Uint8Array, peer: Peer): void {
    if (this.closing) return;
    const line = this.ofPeer.get(peer);
    if (!line) return this.fault(peer, noSession());
    const { association } = line;
    if (association && this.sent(association, line, bytes)) return;
    if (association?.state !== 'handshaking') {
      if (!line.ours) return this.fault(peer, noSession());
      // A server begins no handshake.
      if (!this.connect(line)) return this.fault(peer, noSession());
    }
    // What CoAP repeats while it waits is sent once; what is beyond the limit it repeats later.
    if (line.waiting.length < MAX_WAITING && !line.waiting.includes(bytes)) line.waiting.push(bytes);
  }

  peerAt(address: SocketAddress): Peer {
    const known = this.at(address);
    if (known) return known.peer;
    const line = this.newLine(address, true);
    if (this.ours.size >= MAX_LINES) {
      const [oldest] = this.ours.keys();
      if (oldest !== undefined) this.ours.delete(oldest);
    }
    this.ours.set(keyOf(address), line);
    return line.peer;
  }

  room(peer: Peer): number | undefined {
    const association = this.ofPeer.get(peer)?.association;
    return association?.state === 'established'
      ? association.flights.maxFragment
      : this.endpoint.settings.maxFragmentLength;
  }

  disconnect(peer: Peer): void {
    this.ofPeer.get(peer)?.association?.close({ kind: 'closed' });
  }

  close(): Promise<void> {
    return (this.closing ??= (async () => {
      this.endpoint.close();
      this.messages.dispose();
      this.faults.dispose();
      this.sessions.dispose();
      await this.below.close();
    })());
  }

  /** Whether nothing more is to be done for a message: it has gone out, or never will. */
  private sent(association: Association, { peer }: Line, bytes: Uint8Array): boolean {
    const sent = association.send(bytes);
    if (sent === 'tooLong') {
      const { maxFragment } = association.flights;
      const text = `a message of ${bytes.length} bytes, to a peer that takes ${maxFragment} in a record`;
      this.faults.fire({ peer, error: new OperationError('MESSAGE_TOO_LONG', text), message: bytes });
    }
    return sent !== 'notEstablished';
  }

  private at(address: SocketAddress): Line | undefined {
    const session = this.endpoint.sessionAt(address);
    return (session && this.lines.get(session)) ?? this.ours.get(keyOf(address));
  }

  private newLine(address: SocketAddress, ours: boolean): Line {
    const peer: SessionPeer = { key: `dtls:${++this.count}`, address };
    const line: Line = { peer, ours, association: undefined, waiting: [] };
    this.ofPeer.set(peer, line);
    return line;
  }

  /** Begins a handshake; `false` where that can't be. */
  private connect(line: Line): boolean {
    const association = this.endpoint.connect(line.peer.address);
    if (!association) return false;
    line.association = association;
    this.lines.set(association, line);
    return true;
  }

  private established(association: Association): void {
    let line = this.lines.get(association);
    if (!line) {
      line = this.newLine(association.address, false);
      line.association = association;
      this.lines.set(association, line);
    }
    const proved = association.facts?.identity;
    const identity = proved && identityText(proved);
    if (identity !== undefined && proved && proved.kind !== 'anonymous') {
      line.peer.identity = identity;
      line.peer.identityKind = proved.kind;
    }
    for (const bytes of line.waiting.splice(0)) this.sent(association, line, bytes);
    this.sessions.fire(line.peer);
  }

  private message(association: Association, bytes: Uint8Array): void {
    const line = this.lines.get(association);
    if (line) this.messages.fire({ bytes, peer: line.peer });
  }

  private lost(association: Association, error: OperationError): void {
    const line = this.lines.get(association);
    if (!line) return;
    this.lines.delete(association);
    if (line.association === association) line.association = undefined;
    line.waiting.length = 0;
    if (!this.closing) this.fault(line.peer, error);
  }

  private fault(peer: Peer, error: OperationError): void {
    this.faults.fire({ peer, error, lasting: true });
  }
}

const keyOf = ({ host, port }: SocketAddress): string => `${host} ${port}`;

const noSession = (): OperationError =>
  new OperationError('NO_SESSION', 'there is no DTLS session with this peer any more', {
    next: 'the device has to make a new handshake: its next message does',
  });

function failureError(failure: HandshakeFailure): OperationError {
  const what = failure.kind === 'peerAlert' ? alertName(failure.alert.description) : failure.kind;
  return new OperationError('HANDSHAKE_FAILED', `the DTLS handshake failed: ${what}`, {
    details: { failure: failure.kind },
  });
}

function endError(end: SessionEnd): OperationError {
  const what = end.kind === 'alert' ? alertName(end.alert.description) : end.kind;
  return new OperationError('CONNECTION_LOST', `the DTLS session ended: ${what}`, {
    details: { end: end.kind },
  });
}
