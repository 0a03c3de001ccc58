import { get as getPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import { OperationError, abortError, isOperationError } from '../base/errors';
import type { HttpFetch, HttpFetched, HttpGet } from './ports';

/** GETs by Node's HTTP client, a connection each: a device has no pool. Redirects are told, not followed. */
export const nodeFetch: HttpFetch = { get: (request) => getOnce(request) };

function getOnce({ url, headers, stallTimeout, signal }: HttpGet): Promise<HttpFetched> {
  return new Promise((resolve, reject) => {
    const target = URL.canParse(url) ? new URL(url) : undefined;
    if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
      return reject(new OperationError('BAD_URL', `${url} is no address to fetch from`));
    }
    if (signal?.aborted) return reject(abortError(signal));
    const options: RequestOptions = { headers, agent: false, ...(signal ? { signal } : {}) };
    const request = target.protocol === 'http:' ? getPlain(target, options) : getSecure(target, options);
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
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return UNREACHABLE.has(code)
    ? new OperationError('UNREACHABLE', `${url} can't be reached (${code})`, { cause: error })
    : new OperationError('CONNECTION_LOST', `${url}: the connection was lost`, { cause: error });
}
