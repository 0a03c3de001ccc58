import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { HttpListener, HttpOpener, HttpRequest, HttpResponse, SocketAddress } from './ports';
import { bindError } from './bindError';

/** A head must come whole within this; a body may take as long as the device's link needs. */
const HEAD_TIMEOUT_MS = 30_000;
/** Connections at once: a classroom of devices, not a flood. */
const MAX_CONNECTIONS = 1000;

/** Opens HTTP/1.1 listeners, one address each. */
export const httpOpener = (): HttpOpener => ({
  listen: async (local, handle) => {
    const server = createServer(
      { headersTimeout: HEAD_TIMEOUT_MS, requestTimeout: 0 },
      (incoming, outgoing) => {
        void answer(incoming, outgoing, handle);
      },
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.timeout = 0;
    server.keepAliveTimeout = 15_000;
    await listening(server, local);
    return listener(server);
  },
});

async function listening(server: Server, local: SocketAddress): Promise<void> {
  server.listen({ host: local.host, port: local.port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw bindError(cause, 'http', local);
  }
}

function listener(server: Server): HttpListener {
  const { address, port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    scheme: 'http',
    local: { host: address, port },
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
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
    path: (incoming.url ?? '/').split('?')[0] ?? '/',
    headers,
    peer: { host: incoming.socket.remoteAddress ?? '', port: incoming.socket.remotePort ?? 0 },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<void> {
  incoming.resume();
  const response = await handle(requestOf(incoming)).catch((): HttpResponse => ({
    status: 500,
    headers: {},
  }));
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
  const gone = new Promise<void>((resolve) => outgoing.once('close', resolve));
  const pieces = body === undefined ? [] : body instanceof Uint8Array ? [body] : body;
  try {
    for await (const piece of pieces) {
      if (outgoing.destroyed) return { bytes, complete: false };
      if (!outgoing.write(piece)) await Promise.race([once(outgoing, 'drain'), gone]);
      if (outgoing.destroyed) return { bytes, complete: false };
      bytes += piece.length;
    }
  } catch {
    // an offer withdrawn or a file that can't be read any more: the device sees a cut body, never a wrong one
    outgoing.destroy();
    return { bytes, complete: false };
  }
  outgoing.end();
  await Promise.race([once(outgoing, 'finish'), gone]).catch(() => undefined);
  return { bytes, complete: outgoing.writableFinished };
}
