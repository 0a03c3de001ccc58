import type { SocketAddress } from '../transport/ports';
import type { Alert } from './alert';
import type { CipherSuite } from './cipherSuite';
import type { ClientHello } from './clientHello';
import type { PeerIdentity, PresentedCertificate } from './credentials';

/** Our side of a handshake. */
export type Role = 'client' | 'server';

/** Why a handshake did not end in a session: facts, from which a verdict in words is made. */
export type HandshakeFailure =
  | { readonly kind: 'unknownIdentity'; readonly identity: Uint8Array }
  /** The peer's Finished does not open with the key that is held for its identity. */
  | { readonly kind: 'wrongKey'; readonly identity: Uint8Array }
  | {
      readonly kind: 'noCommonSuite';
      readonly offered: readonly number[];
      readonly enabled: readonly number[];
    }
  | { readonly kind: 'unsupportedVersion'; readonly version: number }
  | {
      readonly kind: 'certificateRefused';
      readonly reason: string;
      /** The judge's own code for it, where it was judged. */
      readonly code?: string;
      readonly presented?: PresentedCertificate;
    }
  | { readonly kind: 'signatureWrong' }
  | { readonly kind: 'peerAlert'; readonly alert: Alert }
  /** The peer fell silent after this flight of ours. */
  | { readonly kind: 'noAnswer'; readonly flight: readonly string[]; readonly transmissions: number }
  | { readonly kind: 'malformed'; readonly message: string; readonly problem: string }
  | { readonly kind: 'unexpectedMessage'; readonly message: string }
  /** What the peer chose was not offered, or may not be chosen. */
  | { readonly kind: 'illegalChoice'; readonly what: string }
  | { readonly kind: 'finishedWrong' }
  /** The peer's new handshake took the place of this one. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'closed' };

/** Why a handshake began anew although the client asked to take a session up again. */
export type NotResumed = 'unknownSession' | 'keyChanged' | 'suiteDisabled' | 'otherServerName' | 'weaker';

/** What an established session is. */
export interface SessionFacts {
  readonly sessionId: Uint8Array;
  readonly suite: CipherSuite;
  readonly identity: PeerIdentity;
  readonly resumed: boolean;
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly maxFragmentLength: number | undefined;
  /** The connection ID in records to us, and in records to the peer; empty where there is none. */
  readonly ownCid: Uint8Array;
  readonly peerCid: Uint8Array;
  readonly serverName: string | undefined;
}

/** One step of a handshake. `attempt` counts the handshakes of an endpoint. */
export type HandshakeEvent =
  /** A datagram that is no DTLS: plain CoAP on the secured port. */
  | { readonly kind: 'notDtls'; readonly address: SocketAddress; readonly bytes: Uint8Array }
  /** A protected record of a session that is not known here, or no more: after a restart, or from a new address. */
  | { readonly kind: 'unknownSession'; readonly address: SocketAddress }
  /** A handshake was not begun: too many are under way. Nothing was sent, the client tries again. */
  | { readonly kind: 'tooMany'; readonly address: SocketAddress; readonly hello: ClientHello }
  /** A ClientHello that is cut short: no cookie can be made for it, so it is not answered. */
  | { readonly kind: 'unreadableHello'; readonly address: SocketAddress }
  /** A ClientHello without our cookie was answered with one; nothing of it is kept. */
  | {
      readonly kind: 'cookieAsked';
      readonly address: SocketAddress;
      readonly hello: ClientHello;
      readonly wrongCookie: boolean;
    }
  | {
      readonly kind: 'started';
      readonly attempt: number;
      readonly role: Role;
      readonly address: SocketAddress;
      /** What the client offers: the peer's where we serve. */
      readonly hello: ClientHello | undefined;
    }
  /** `transmission` is 1 for the first time, more where it was repeated. */
  | {
      readonly kind: 'sent';
      readonly attempt: number;
      readonly flight: readonly string[];
      readonly transmission: number;
    }
  | { readonly kind: 'received'; readonly attempt: number; readonly message: string }
  /** The peer sent its flight again: ours did not reach it in time. */
  | { readonly kind: 'peerRepeats'; readonly attempt: number }
  | { readonly kind: 'identity'; readonly attempt: number; readonly identity: Uint8Array }
  | { readonly kind: 'notResumed'; readonly attempt: number; readonly reason: NotResumed }
  /** A protected record that our key does not open; `opensWith` tries another key on it. */
  | {
      readonly kind: 'unverified';
      readonly attempt: number;
      readonly identity: Uint8Array;
      readonly opensWith: (psk: Uint8Array) => boolean;
    }
  | { readonly kind: 'peerAlert'; readonly attempt: number; readonly alert: Alert }
  | { readonly kind: 'established'; readonly attempt: number; readonly facts: SessionFacts }
  /** The first application data came: the peer has our last flight. */
  | { readonly kind: 'confirmed'; readonly attempt: number }
  | {
      readonly kind: 'failed';
      readonly attempt: number;
      readonly failure: HandshakeFailure;
      /** The alert we sent with it. */
      readonly alert: number | undefined;
    }
  /** The session's records come from another address now (RFC 9146 §6). */
  | {
      readonly kind: 'moved';
      readonly attempt: number;
      readonly from: SocketAddress;
      readonly to: SocketAddress;
    }
  | { readonly kind: 'renegotiationRefused'; readonly attempt: number };

/** Is told each step of each handshake. */
export type HandshakeObserver = (event: HandshakeEvent) => void;
