import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { minutes, type Duration } from '../base/clock';
import { errorText } from '../base/errors';
import { NO_LOG, type Logger } from '../base/log';
import type { HttpListener, HttpOpener, HttpRequest, HttpResponse, SocketAddress } from './ports';
import { bindError } from './bindError';
import { STREAM_LIMITS } from './streamLimits';
import { tlsAcceptor, type TlsAcceptor } from './tlsAcceptor';

/** A head must come whole within this; a body may take as long as the device's link needs. */
const HEAD_TIMEOUT_MS = 30_000;
/**
 * A connection that takes no byte for this long is given up: longer than a device erases flash or loses its cell, and
 * the end of those that never come back.
 */
const IDLE_TIMEOUT = minutes(15);
const KEEP_ALIVE_MS = 15_000;
/** Connections at once: a classroom of devices, not a flood. */
const MAX_CONNECTIONS = 1000;

type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** Opens HTTP/1.1 listeners, with `tls` over TLS, one address each. A handler that throws is answered 500 and logged. */
export const httpOpener = (
  log: Logger = NO_LOG,
  { idleTimeout = IDLE_TIMEOUT }: { readonly idleTimeout?: Duration } = {},
): HttpOpener => ({
  listen: async (local, handle, tls) => {
    const acceptor = tls && tlsAcceptor(tls, 'http/1.1', STREAM_LIMITS.handshakeTimeout);
    const server = createServer(
      { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: 0 },
      (incoming, outgoing) => {
        void answer(incoming, outgoing, handle, log);
      },
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.timeout = idleTimeout;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    if (acceptor) secure(server, acceptor);
    await listening(server, local, acceptor ? 'https' : 'http');
    return listener(server, acceptor);
  },
});

/** Puts TLS between what a server takes and how it speaks HTTP: only a client that is trusted gets so far. */
function secure(server: Server, acceptor: TlsAcceptor): void {
  const speakHttp = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (raw: Socket) => {
    const { remoteAddress: host, remotePort: port } = raw;
    if (host === undefined || port === undefined) return void raw.destroy();
    acceptor.accept(raw, { host, port }, (socket) => {
      for (const speak of speakHttp) speak.call(server, socket);
    });
  });
}

async function listening(server: Server, local: SocketAddress, kind: 'http' | 'https'): Promise<void> {
  server.listen({ host: local.host, port: local.port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw bindError(cause, kind, local);
  }
}

function listener(server: Server, acceptor: TlsAcceptor | undefined): HttpListener {
  const { address, port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    scheme: acceptor ? 'https' : 'http',
    local: { host: address, port },
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        acceptor?.close();
        server.closeAllConnections();
      })),
  };
}

function requestOf(incoming: IncomingMessage): HttpRequest {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: pathOf(incoming.url ?? '/'),
    headers,
    peer: { host: incoming.socket.remoteAddress ?? '', port: incoming.socket.remotePort ?? 0 },
  };
}

/** The path of a request's target, which may be a whole URI (RFC 9112 §3.2.2), as it stands there. */
const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?]*/i, '').replace(/\?.*$/s, '') || '/';

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: Handle,
  log: Logger,
): Promise<void> {
  incoming.resume();
  // Whoever is gone is noticed by the close that follows.
  outgoing.on('error', () => undefined);
  const response = await handle(requestOf(incoming)).catch((error: unknown): HttpResponse => {
    log.log('error', `an HTTP request could not be served: ${errorText(error)}`);
    return { status: 500, headers: { 'content-length': '0' } };
  });
  outgoing.writeHead(response.status, response.headers);
  const sent = await sendBody(outgoing, incoming.method === 'HEAD' ? undefined : response.body);
  response.onSent?.(sent.bytes, sent.complete);
}

/** Sends a body no faster than the connection takes it; ends early when the other side is gone. */
async function sendBody(
  outgoing: ServerResponse,
  body: HttpResponse['body'],
): Promise<{ readonly bytes: number; readonly complete: boolean }> {
  let bytes = 0;
  const pieces = body === undefined ? [] : body instanceof Uint8Array ? [body] : body;
  try {
    for await (const piece of pieces) {
      if (outgoing.destroyed) return { bytes, complete: false };
      if (!outgoing.write(piece)) await eventOrClose(outgoing, 'drain');
      if (outgoing.destroyed) return { bytes, complete: false };
      bytes += piece.length;
    }
  } catch {
    // an offer withdrawn or a file that can't be read any more: the device sees a cut body, never a wrong one
    outgoing.destroy();
    return { bytes, complete: false };
  }
  outgoing.end();
  if (!outgoing.writableFinished) await eventOrClose(outgoing, 'finish');
  return { bytes, complete: outgoing.writableFinished };
}

/** Waits for an event, or for the end of the connection. */
function eventOrClose(outgoing: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
  if (outgoing.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off(event, done).off('close', done);
      resolve();
    };
    outgoing.on(event, done).on('close', done);
  });
}
