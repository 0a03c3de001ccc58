import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { errorText } from '../base/errors';
import type { Duration } from '../base/clock';
import type { KnownChains } from './knownChains';
import type { SocketAddress, TlsEvent, TlsSettings } from './ports';
import { refusalOf, type TlsRefusal } from './tlsRefusal';

/** One handshake under way. */
export interface HandshakeUnderWay {
  readonly role: 'server' | 'client';
  readonly address: SocketAddress;
  readonly settings: TlsSettings;
  readonly timeout: Duration;
  /** Pre-shared keys that this handshake asked for so far. */
  readonly keys: AskedKeys;
  /** What the peers of this listener presented: a session that is taken up brings the first certificate alone. */
  readonly chains?: KnownChains;
}

/** The identities of keys that a handshake asked for: the last one that we know, and the last one that we don't. */
export interface AskedKeys {
  known?: string;
  unknown?: string;
}

/** Who was proved to be there, and by what; nobody where none was asked. */
export interface Proved {
  readonly identity: string | undefined;
  readonly identityKind?: 'psk' | 'certificate';
}

/** How it ended: whoever is there is trusted, or it failed and the connection has been cut. */
export type HandshakeEnd =
  ({ readonly ok: true } & Proved) | { readonly ok: false; readonly refusal: TlsRefusal };

type Failed = Omit<Extract<TlsEvent, { kind: 'failed' }>, 'kind' | 'role' | 'address'>;
type Judged = Proved | { readonly failed: Failed };

/** Certificates of a chain that are looked at. */
const MAX_CHAIN = 8;

/** Follows a handshake to its end, judges the peer, and tells the observer and `done`, each once. */
export function followHandshake(
  socket: TLSSocket,
  underWay: HandshakeUnderWay,
  done: (end: HandshakeEnd) => void,
): void {
  const { role, keys } = underWay;
  let open = true;
  const fail = (failed: Failed) => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    socket.destroy();
    tellFailed(underWay, failed);
    done({ ok: false, refusal: failed });
  };
  const timer = setTimeout(
    () =>
      fail({
        code: 'HANDSHAKE_TIMEOUT',
        message: `the handshake was not complete after ${underWay.timeout / 1000} s`,
      }),
    underWay.timeout,
  );
  socket.on('error', (error) => fail({ ...refusalOf(error), ...presentedBy(socket) }));
  socket.once('close', () =>
    fail({ code: 'ECONNRESET', message: 'the other side closed the connection during the handshake' }),
  );
  socket.once(role === 'server' ? 'secure' : 'secureConnect', () => {
    if (!open) return;
    if (socket.getProtocol() === 'TLSv1.2') socket.disableRenegotiation();
    const judged = judge(socket, underWay);
    if ('failed' in judged) return fail(judged.failed);
    open = false;
    clearTimeout(timer);
    tell(underWay.settings, {
      kind: 'established',
      role,
      address: underWay.address,
      ...judged,
      suite: socket.getCipher().name,
      version: socket.getProtocol() ?? '',
      resumed: socket.isSessionReused() && !usedKey(socket, keys),
    });
    done({ ok: true, ...judged });
    if (role === 'client') watchLateRefusal(socket, underWay);
  });
}

/** Tells the observer of a handshake that failed, under the name of an unknown key where one was asked for. */
export function tellFailed(
  { role, address, settings, keys }: Pick<HandshakeUnderWay, 'role' | 'address' | 'settings' | 'keys'>,
  failed: Failed,
): void {
  const identity = keys.known ?? keys.unknown;
  const unknown = keys.known === undefined && keys.unknown !== undefined;
  tell(settings, {
    kind: 'failed',
    role,
    address,
    ...failed,
    ...(unknown
      ? {
          code: 'UNKNOWN_PSK_IDENTITY',
          message: `no key is known for the identity "${printable(keys.unknown ?? '')}"`,
        }
      : {}),
    ...(identity === undefined ? {} : { identity }),
  });
}

/**
 * In TLS 1.3 a client is done before the server has looked at its certificate (RFC 8446 §4.4.2.4): a refusal comes as an
 * alert on what looks like an established connection.
 */
function watchLateRefusal(socket: TLSSocket, underWay: HandshakeUnderWay): void {
  let heard = false;
  socket.once('data', () => (heard = true));
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (!heard && error.code?.startsWith('ERR_SSL_')) tellFailed(underWay, refusalOf(error));
  });
}

function judge(socket: TLSSocket, { role, address, settings, keys, chains }: HandshakeUnderWay): Judged {
  if (usedKey(socket, keys)) return { identity: keys.known, identityKind: 'psk' };
  const came = chainOf(socket);
  const presented = socket.isSessionReused() ? (chains?.complete(came) ?? came) : came;
  if (presented.length === 0) {
    if (role === 'server' && settings.certificateRequired !== true) return { identity: undefined };
    const whose = role === 'server' ? 'a client' : 'the server';
    return { failed: { code: 'CERTIFICATE_MISSING', message: `${whose} came without a certificate` } };
  }
  const refused = (message: string): Judged => ({
    failed: { code: 'CERTIFICATE_REFUSED', message, presented },
  });
  if (!settings.judge) {
    return role === 'server'
      ? { identity: undefined }
      : refused('nothing says which authorities are trusted');
  }
  try {
    const verdict = settings.judge(presented, address);
    if (!verdict.trusted) return refused(verdict.reason);
    // only of whom is trusted: nobody else's are kept
    chains?.complete(presented);
    return { identity: verdict.name, identityKind: 'certificate' };
  } catch (error) {
    return refused(errorText(error));
  }
}

/**
 * Whether a key proved who is there, and not only was asked for: in TLS 1.2 its suites say so; in TLS 1.3 a key counts as
 * a session taken up (RFC 8446 §2.2), and where keys are offered no other sessions are.
 */
function usedKey(socket: TLSSocket, keys: AskedKeys): boolean {
  if (keys.known === undefined) return false;
  return socket.getProtocol() === 'TLSv1.3'
    ? socket.isSessionReused()
    : socket.getCipher().name.includes('PSK-');
}

function presentedBy(socket: TLSSocket): { readonly presented?: readonly Uint8Array[] } {
  const presented = chainOf(socket);
  return presented.length > 0 ? { presented } : {};
}

/** The peer's certificates in DER, its own first. */
function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  // there may be none: a key, a client that has none, a handshake that did not come so far
  let next = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | null;
  while (next?.raw && chain.length < MAX_CHAIN) {
    chain.push(new Uint8Array(next.raw));
    // a root is its own issuer
    next = next.issuerCertificate === next ? null : (next.issuerCertificate ?? null);
  }
  return chain;
}

const MAX_IDENTITY = 64;

const printable = (identity: string): string =>
  identity.slice(0, MAX_IDENTITY).replace(/[^\x20-\x7e]/g, '?') + (identity.length > MAX_IDENTITY ? '…' : '');

const tell = (settings: TlsSettings, event: TlsEvent): void => settings.observer?.(event);
