import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isOperationError, type OperationError } from '../base/errors';
import type { Channel, SocketAddress, TlsSettings } from './ports';
import { StreamChannel, type BeginStream } from './streamChannel';
import type { Begun } from './streamConnection';
import { STREAM_LIMITS, type StreamLimits } from './streamLimits';
import { ANY, beginTcp, listenTcp } from './tcp';
import { tlsAcceptor } from './tlsAcceptor';
import { TlsContexts, type AlpnProtocol, type TlsRuntime } from './tlsContext';
import { followHandshake, type AskedKeys } from './tlsHandshake';
import { tlsRefused } from './tlsRefusal';

/** Opens channels over TLS (RFC 8323 §9): TLS 1.2 and 1.3. */
export const tlsOpener = (limits: StreamLimits = STREAM_LIMITS, runtime?: TlsRuntime) => ({
  open: async (local: SocketAddress, settings: TlsSettings): Promise<Channel> => {
    const acceptor = tlsAcceptor(settings, 'coap', limits.handshakeTimeout, runtime);
    const taken: { by?: StreamChannel } = {};
    const listener = await listenTcp(local, limits, (raw, address) =>
      acceptor.accept(raw, address, (socket, proved) => taken.by?.accept({ socket, proved }, address)),
    );
    return (taken.by = new StreamChannel({
      scheme: 'coaps+tcp',
      local: listener.local,
      begin: beginTls({ host: local.host, port: 0 }, settings, 'coap', limits, runtime),
      limits,
      stop: () => {
        acceptor.close();
        return listener.close();
      },
    }));
  },
  connect: (settings: TlsSettings, local: SocketAddress = ANY): Channel =>
    new StreamChannel({
      scheme: 'coaps+tcp',
      local,
      begin: beginTls(local, settings, 'coap', limits, runtime),
      limits,
      stop: () => Promise.resolve(),
    }),
});

/**
 * Begins TLS connections. Errors: `TLS_REFUSED`, and as {@link beginTcp}; throws `OperationError` `NO_CERTIFICATE`,
 * `TLS_PSK_MISSING` at once.
 */
export function beginTls(
  local: SocketAddress,
  settings: TlsSettings,
  protocol: AlpnProtocol,
  limits: Pick<StreamLimits, 'connectTimeout' | 'handshakeTimeout'>,
  runtime?: TlsRuntime,
): BeginStream {
  const contexts = new TlsContexts(settings, 'client', runtime);
  const beginPlain = beginTcp(local, limits);
  return (address, done) => {
    let open = true;
    const tell = (begun: Begun) => {
      if (!open) return;
      open = false;
      done(begun);
    };
    let callOff = beginPlain(address, (begun) => {
      if (!begun.ok) return tell(begun);
      const raw = begun.stream.socket;
      callOff = () => raw.destroy();
      const keys: AskedKeys = {};
      const socket = secured(raw, contexts, settings, protocol, nameFor(settings, address), keys);
      if (isOperationError(socket)) {
        raw.destroy();
        return tell({ ok: false, error: socket });
      }
      const underWay = { role: 'client', address, settings, keys, timeout: limits.handshakeTimeout } as const;
      followHandshake(socket, underWay, (end) => {
        if (end.ok)
          return tell({
            ok: true,
            stream: { socket, proved: end, nextIfUnheard: NEXT_IF_UNHEARD },
          });
        raw.destroy();
        tell({ ok: false, error: tlsRefused(address, end.refusal) });
      });
    });
    return () => {
      open = false;
      callOff();
    };
  };
}

/** TLS on a socket that is connected; the error where our own certificate can't be used any more. */
function secured(
  raw: Socket,
  contexts: TlsContexts,
  { ownPsk }: TlsSettings,
  protocol: AlpnProtocol,
  servername: string,
  keys: AskedKeys,
): TLSSocket | OperationError {
  try {
    return connectTls({
      socket: raw,
      secureContext: contexts.current(),
      servername,
      // on ports other than 5684 a server may ask for it (RFC 8323 §8.2)
      ALPNProtocols: [protocol],
      // our own judge decides, after the handshake and before anything is sent
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(contexts.psk && ownPsk
        ? {
            pskCallback: () => {
              keys.known = ownPsk.identity;
              return { psk: ownPsk.key, identity: ownPsk.identity };
            },
          }
        : {}),
    });
  } catch (error) {
    if (isOperationError(error)) return error;
    throw error;
  }
}

/** In TLS 1.3 a server may refuse our certificate by hanging up after we thought all was well (RFC 8446 §4.4.2.4). */
const NEXT_IF_UNHEARD =
  'The other side hung up right after the handshake: check that it trusts our certificate.';

/** SNI: a name that is no address (RFC 6066 §3). */
const nameFor = ({ serverName }: TlsSettings, { host }: SocketAddress): string => {
  const name = serverName ?? host;
  return isIP(name) === 0 && !name.includes('%') ? name : '';
};
