import { get as getPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { Duration } from '../base/clock';
import { OperationError, abortError, isOperationError } from '../base/errors';
import type { HttpFetch, HttpFetched, HttpGet, TlsSettings } from './ports';
import { ANY } from './tcp';
import { beginTls } from './tls';
import { isTlsError, tlsRefused } from './tlsRefusal';

/** GETs by Node's HTTP client, a connection each: a device has no pool. Redirects are told, not followed. */
export const nodeFetch: HttpFetch = { get: (request) => getOnce(request) };

async function getOnce(asked: HttpGet): Promise<HttpFetched> {
  const { url, headers, stallTimeout, signal, tls } = asked;
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    throw new OperationError('BAD_URL', `${url} is no address to fetch from`);
  }
  if (signal?.aborted) throw abortError(signal);
  const options: RequestOptions = { headers, agent: false, ...(signal ? { signal } : {}) };
  if (target.protocol === 'http:') return answerOf(getPlain(target, options), asked);
  if (!tls) return answerOf(getSecure(target, options), asked);
  const socket = await securedSocket(target, tls, stallTimeout, signal);
  // Node's client takes the one socket it is given only where it has no agent
  delete options.agent;
  return answerOf(getSecure(target, { ...options, createConnection: () => socket }), asked);
}

/** The head of the answer, with the body to be read. */
function answerOf(request: ClientRequest, { url, stallTimeout, signal }: HttpGet): Promise<HttpFetched> {
  return new Promise((resolve, reject) => {
    // the timer of the socket itself: it counts the connecting too, and every byte of the body restarts it
    const stall = { error: undefined as OperationError | undefined };
    request.setTimeout(stallTimeout, () => {
      stall.error = stalled(url, stallTimeout);
      request.destroy(stall.error);
    });
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      resolve({
        status: response.statusCode ?? 0,
        headers: plainHeaders(response),
        body: bodyOf(request, response, (error) => stall.error ?? failure(error, url, signal)),
      });
    });
    request.on('error', (error) => {
      if (!answered) reject(failure(error, url, signal));
    });
  });
}

/** A connection whose server the settings trust: nothing is asked of another one. */
function securedSocket(
  target: URL,
  tls: TlsSettings,
  stallTimeout: Duration,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = target.port === '' ? 443 : Number(target.port);
    const begin = beginTls(ANY, tls, 'http/1.1', {
      connectTimeout: stallTimeout,
      handshakeTimeout: stallTimeout,
    });
    const stop = () => {
      callOff();
      reject(abortError(signal));
    };
    signal?.addEventListener('abort', stop, { once: true });
    const callOff = begin({ host, port }, (begun) => {
      signal?.removeEventListener('abort', stop);
      if (begun.ok) resolve(begun.stream.socket);
      else reject(timedOut(begun.error) ? stalled(target.href, stallTimeout) : begun.error);
    });
  });
}

async function* bodyOf(
  request: ClientRequest,
  response: IncomingMessage,
  explained: (error: unknown) => OperationError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
    if (!response.complete) throw new Error('the connection was cut');
  } catch (error) {
    throw explained(error);
  } finally {
    request.destroy();
  }
}

function plainHeaders(response: IncomingMessage): HttpFetched['headers'] {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

const timedOut = ({ details }: OperationError): boolean =>
  details['reason'] === 'CONNECT_TIMEOUT' || details['reason'] === 'HANDSHAKE_TIMEOUT';

const stalled = (url: string, stallTimeout: number): OperationError =>
  new OperationError('TIMEOUT', `${url} brought nothing for ${Math.round(stallTimeout / 1000)} s`);

/** Nobody there, or no way to them. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
]);

function failure(error: unknown, url: string, signal: AbortSignal | undefined): OperationError {
  if (signal?.aborted) return abortError(signal);
  if (isOperationError(error)) return error;
  if (isTlsError(error)) return tlsRefused(new URL(url).host, error as Error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return UNREACHABLE.has(code)
    ? new OperationError('UNREACHABLE', `${url} can't be reached (${code})`, { cause: error })
    : new OperationError('CONNECTION_LOST', `${url}: the connection was lost`, { cause: error });
}
