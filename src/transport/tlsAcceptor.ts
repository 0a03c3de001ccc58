import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Duration } from '../base/clock';
import { isOperationError } from '../base/errors';
import { KnownChains } from './knownChains';
import type { SocketAddress, TlsSettings } from './ports';
import { TlsContexts, type AlpnProtocol, type TlsRuntime } from './tlsContext';
import { followHandshake, tellFailed, type AskedKeys, type Proved } from './tlsHandshake';

/** What is told of bytes that are no TLS. */
const MAX_FOREIGN = 64;
/** ContentType handshake, and the major version of every TLS (RFC 8446 §5.1). */
const HANDSHAKE_RECORD = 0x16;
const MAJOR_VERSION = 3;

/** The server's side of TLS, on sockets that a listener took. */
export interface TlsAcceptor {
  /** Does the handshake on a fresh socket; `ready` only where the client is trusted, else the socket is cut. */
  accept(raw: Socket, address: SocketAddress, ready: (socket: TLSSocket, proved: Proved) => void): void;
  /** Cuts the handshakes that are under way. */
  close(): void;
}

/**
 * Takes clients that offer `protocol` by ALPN (RFC 7301), and those that offer none. Throws `OperationError`
 * `NO_CERTIFICATE`, `TLS_PSK_MISSING`.
 */
export function tlsAcceptor(
  settings: TlsSettings,
  protocol: AlpnProtocol,
  timeout: Duration,
  runtime?: TlsRuntime,
): TlsAcceptor {
  const contexts = new TlsContexts(settings, 'server', runtime);
  const underWay = new Set<Socket>();
  const chains = new KnownChains();

  const begin: TlsAcceptor['accept'] = (raw, address, ready) => {
    const keys: AskedKeys = {};
    const attempt = { role: 'server', address, settings, keys, timeout, chains } as const;
    let secureContext;
    try {
      secureContext = contexts.current();
    } catch (error) {
      raw.destroy();
      const code = isOperationError(error) ? error.code : 'NO_CERTIFICATE';
      return tellFailed(attempt, { code, message: (error as Error).message });
    }
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext,
      requestCert: settings.judge !== undefined || settings.certificateRequired === true,
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
      ...(contexts.psk
        ? { pskCallback: (_: TLSSocket, identity: string) => keyOf(settings, identity, keys) }
        : {}),
    });
    followHandshake(socket, attempt, (end) => {
      underWay.delete(raw);
      if (end.ok) ready(socket, end);
      else raw.destroy();
    });
  };

  return {
    accept: (raw, address, ready) => {
      underWay.add(raw);
      raw.on('error', () => undefined);
      const attempt = { role: 'server', address, settings, keys: {} } as const;
      const timer = setTimeout(() => {
        raw.destroy();
        tellFailed(attempt, { code: 'HANDSHAKE_TIMEOUT', message: 'connected, and sent nothing' });
      }, timeout);
      raw.once('close', () => {
        clearTimeout(timer);
        underWay.delete(raw);
      });
      raw.once('readable', () => {
        clearTimeout(timer);
        const first = raw.read() as Buffer | null;
        // it left without a word: a probe of the port
        if (!first) return void raw.destroy();
        if (first[0] !== HANDSHAKE_RECORD || (first.length > 1 && first[1] !== MAJOR_VERSION)) {
          raw.destroy();
          return tellFailed(attempt, {
            code: 'NOT_TLS',
            message: 'what came is no TLS',
            notTls: new Uint8Array(first.subarray(0, MAX_FOREIGN)),
          });
        }
        raw.unshift(first);
        begin(raw, address, ready);
      });
    },
    close: () => {
      for (const raw of underWay) raw.destroy();
    },
  };
}

/** The key of an identity, and a note of which was asked for: one that is not ours ends the handshake (RFC 4279 §2). */
function keyOf(settings: TlsSettings, identity: string, keys: AskedKeys): Uint8Array | null {
  const key = settings.psk?.(identity);
  if (key) keys.known = identity;
  else keys.unknown = identity;
  return key ?? null;
}
