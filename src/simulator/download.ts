import { millis, seconds, sleep, type Clock, type Duration } from '../base/clock';
import { errorText, isOperationError } from '../base/errors';
import type { ByteSink } from '../base/files';
import type { Logger } from '../base/log';
import { Codes, isSuccess } from '../coap/code';
import type { CoapEndpoint } from '../coap/endpoint';
import type { HttpFetch, SocketAddress } from '../transport/ports';

/** How a download ended: whole, or with the update result that says why not (4 connection lost, 7 invalid URI); 0 where it was called off. */
export type DownloadOutcome = 'whole' | 4 | 7 | 'ended';

/** Where the bytes go. */
export interface DownloadTarget extends Pick<ByteSink, 'write'> {
  /** Bytes that are there. */
  readonly size: number;
  /** The length of all, once known. */
  total(bytes: number): void;
  /** What came so far belongs to another image: begin anew. */
  restart(): void;
}

/** What a download is made with. */
export interface DownloadPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpoint: CoapEndpoint;
  readonly fetch: HttpFetch | undefined;
  readonly stallTimeout: Duration;
}

/** A Package URI, taken apart. Numbers of its protocol are those of 5/0/8. */
export interface PackageUri {
  readonly text: string;
  readonly protocol: number;
  readonly address: SocketAddress;
  readonly path: readonly string[];
  readonly query: readonly string[];
}

const PROTOCOLS: ReadonlyMap<string, readonly [protocol: number, port: number]> = new Map([
  ['coap', [0, 5683]],
  ['coaps', [1, 5684]],
  ['http', [2, 80]],
  ['https', [3, 443]],
  ['coap+tcp', [4, 5683]],
  ['coaps+tcp', [5, 5684]],
]);

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // a lone % or no UTF-8: the only way decodeURIComponent says so
    return undefined;
  }
}

/** A Package URI; `invalid` where it is none (result 7), `unsupported` where its scheme isn't known (result 9). */
export function parsePackageUri(text: string): PackageUri | 'invalid' | 'unsupported' {
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:.]+\]|[^/?#:@[\]\s]+)(?::(\d{1,5}))?(\/[^?#\s]*)?(?:\?([^#\s]*))?$/i.exec(
      text,
    );
  if (!match) return 'invalid';
  const [, scheme = '', host = '', port, path = '/', query = ''] = match;
  const known = PROTOCOLS.get(scheme.toLowerCase());
  if (!known) return 'unsupported';
  const segments = path.split('/').slice(1).map(percentDecoded);
  const queries = (query === '' ? [] : query.split('&')).map(percentDecoded);
  const isText = (one: string | undefined): one is string => one !== undefined;
  if (!segments.every(isText) || !queries.every(isText) || Number(port ?? 1) > 65_535) return 'invalid';
  return {
    text,
    protocol: known[0],
    address: {
      host: host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, ''),
      port: Number(port ?? known[1]),
    },
    path: segments.length === 1 && segments[0] === '' ? [] : segments,
    query: queries,
  };
}

/** Fetches an image into `target`. Never throws: how it ended is the answer. */
export async function download(
  ports: DownloadPorts,
  uri: PackageUri,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  try {
    return uri.protocol === 2 || uri.protocol === 3
      ? await byHttp(ports, uri, target, signal)
      : await byCoap(ports, uri, target, signal);
  } catch (error) {
    if (signal.aborted) return 'ended';
    ports.log.log('debug', `the download of ${uri.text} ended: ${errorText(error)}`);
    return 4;
  }
}

const IP_ADDRESS = /^[\d.]+$|:/;

async function byCoap(
  { endpoint, stallTimeout }: DownloadPorts,
  uri: PackageUri,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  // a device without a resolver, as this one, takes a name for an address that leads nowhere
  if (!IP_ADDRESS.test(uri.address.host)) return 7;
  const sink: ByteSink = {
    write: (bytes) => target.write(bytes),
    close: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await endpoint.request(
        endpoint.channel.peerAt(uri.address),
        { method: Codes.GET, path: uri.path, query: uri.query },
        {
          sink,
          signal,
          stallTimeout,
          onProgress: ({ total }) => {
            if (total !== undefined) target.total(total);
          },
        },
      );
      if (isSuccess(response.code)) return 'whole';
      return response.code >> 5 === 4 ? 7 : 4;
    } catch (error) {
      // the image was exchanged for another in the middle: once more from its start
      if (attempt > 0 || !isOperationError(error, 'CHANGED_DURING_TRANSFER')) throw error;
      target.restart();
    }
  }
}

/** A stalled connection is given up while there is time for another. */
const stallWithin = (transferTimeout: Duration): Duration => millis(transferTimeout / 3);
/** Attempts in a row that bring no byte. */
const MAX_FRUITLESS = 5;

async function byHttp(
  { fetch, clock, log, stallTimeout }: DownloadPorts,
  uri: PackageUri,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  if (!fetch) return 4;
  let etag: string | undefined;
  for (let fruitless = 0; fruitless < MAX_FRUITLESS;) {
    const before = target.size;
    try {
      const headers: Record<string, string> = {};
      if (before > 0) headers['range'] = `bytes=${before}-`;
      if (before > 0 && etag !== undefined) headers['if-range'] = etag;
      const response = await fetch.get({
        url: uri.text,
        headers,
        stallTimeout: stallWithin(stallTimeout),
        signal,
      });
      const { status } = response;
      if (status === 416 || (status >= 300 && status < 500)) return before > 0 && status === 416 ? 4 : 7;
      if (status === 200 || (status === 206 && startOf(response.headers['content-range']) === before)) {
        if (status === 200 && before > 0) target.restart();
        etag = response.headers['etag'];
        const length = Number(response.headers['content-length']);
        if (Number.isSafeInteger(length)) target.total(target.size + length);
        for await (const chunk of response.body) {
          if (signal.aborted) return 'ended';
          await target.write(chunk);
        }
        return 'whole';
      }
      log.log('debug', `${uri.text} answered ${status}`);
    } catch (error) {
      if (signal.aborted) return 'ended';
      if (isOperationError(error, 'REFUSED_BY_DEVICE')) throw error;
      log.log('debug', `${uri.text} broke off at ${target.size} bytes: ${errorText(error)}`);
    }
    fruitless = target.size > before ? 0 : fruitless + 1;
    await sleep(clock, fruitless === 0 ? millis(100) : seconds(2 ** fruitless / 2), signal);
  }
  return 4;
}

/** The first byte that a Content-Range tells (RFC 9110 §14.4). */
function startOf(contentRange: string | undefined): number | undefined {
  const match = /^bytes (\d+)-/.exec(contentRange ?? '');
  return match ? Number(match[1]) : undefined;
}
