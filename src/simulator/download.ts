import { millis, seconds, sleep, type Clock, type Duration } from '../base/clock';
import { errorText, isOperationError } from '../base/errors';
import type { ByteSink } from '../base/files';
import type { Logger } from '../base/log';
import { Codes, isSuccess } from '../coap/code';
import type { CoapEndpoint } from '../coap/endpoint';
import type { RequestSettings, ResponseSoFar } from '../coap/exchange';
import type { HttpFetch, TlsSettings } from '../transport/ports';
import type { DeviceScheme } from './deviceSecurity';
import type { PackageUri } from './packageUri';

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

/** Whom an image is asked of by CoAP; `close` lets go of it. */
export interface ImageSource {
  readonly endpoint: CoapEndpoint;
  close(): Promise<void>;
}

/** What a download is made with. */
export interface DownloadPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** A CoAP endpoint that reaches an address by its scheme: the device's own where it speaks with that server anyway. */
  reach(uri: PackageUri & { readonly scheme: DeviceScheme }): Promise<ImageSource>;
  readonly fetch: HttpFetch | undefined;
  /** What it trusts, and presents, by HTTPS. */
  readonly tls: TlsSettings | undefined;
  readonly stallTimeout: Duration;
}

/**
 * Fetches an image into `target`. Never throws: how it ended is the answer. A handshake that either side refuses is a
 * lost connection (4): the URI is right and its protocol known, so neither 7 nor 9 fits, and the clients of the field
 * tell 4 as well (observed: Zephyr).
 */
export async function download(
  ports: DownloadPorts,
  uri: PackageUri,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  try {
    return uri.scheme === 'http' || uri.scheme === 'https'
      ? await byHttp(ports, uri, target, signal)
      : await byCoap(ports, { ...uri, scheme: uri.scheme }, target, signal);
  } catch (error) {
    if (signal.aborted) return 'ended';
    ports.log.log('debug', `the download of ${uri.text} ended: ${errorText(error)}`);
    return 4;
  }
}

const IP_ADDRESS = /^[\d.]+$|:/;

async function byCoap(
  ports: DownloadPorts,
  uri: PackageUri & { readonly scheme: DeviceScheme },
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  // a device without a resolver, as this one, takes a name for an address that leads nowhere
  if (!IP_ADDRESS.test(uri.address.host)) return 7;
  const source = await ports.reach(uri);
  const { channel } = source.endpoint;
  const stallTimeout = uri.scheme === 'coap' ? ports.stallTimeout : stallWithin(ports.stallTimeout);
  try {
    let changed = false;
    let soFar: ResponseSoFar = { bytes: 0, etag: undefined };
    for (let fruitless = 0; ;) {
      const before = target.size;
      try {
        return await fetchOnce(source.endpoint, { signal, stallTimeout, soFar }, uri, target);
      } catch (error) {
        if (isOperationError(error, 'CHANGED_DURING_TRANSFER')) {
          // the image was exchanged for another in the middle: once more from its start
          if (changed) throw error;
          changed = true;
          soFar.etag = undefined;
        } else {
          fruitless = target.size > before ? 0 : fruitless + 1;
          if (signal.aborted || fruitless >= MAX_FRUITLESS || !mayReconnect(uri.scheme, error)) throw error;
          // over a session that the server knows no more nothing will ever come
          if (isOperationError(error, 'TIMEOUT')) channel.disconnect?.(channel.peerAt(uri.address));
          ports.log.log('debug', `${uri.text} broke off at ${target.size} bytes: ${errorText(error)}`);
          await sleep(ports.clock, pauseAfter(fruitless), signal);
        }
        if (target.size > 0 && !goesOn(soFar, target)) {
          target.restart();
          soFar = { bytes: 0, etag: undefined };
        }
      }
    }
  } finally {
    await source.close();
  }
}

async function fetchOnce(
  endpoint: CoapEndpoint,
  settings: Pick<RequestSettings, 'signal' | 'stallTimeout' | 'soFar'>,
  uri: PackageUri,
  target: DownloadTarget,
): Promise<DownloadOutcome> {
  const sink: ByteSink = {
    write: (bytes) => target.write(bytes),
    close: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
  const response = await endpoint.request(
    endpoint.channel.peerAt(uri.address),
    { method: Codes.GET, path: uri.path, query: uri.query },
    {
      ...settings,
      sink,
      onProgress: ({ total }) => {
        if (total !== undefined) target.total(total);
      },
    },
  );
  if (isSuccess(response.code)) return 'whole';
  return response.code >> 5 === 4 ? 7 : 4;
}

/** Whether a broken transfer can go on: its ETag tells whether the image is still the same, and a block is asked for by its number. */
const goesOn = ({ bytes, etag }: ResponseSoFar, target: DownloadTarget): boolean =>
  etag !== undefined && bytes === target.size && bytes % 16 === 0;

/** A connection or session that ended, or over which nothing comes, is made anew; one that was refused is not. */
function mayReconnect(scheme: DeviceScheme, error: unknown): boolean {
  if (scheme === 'coap' || !isOperationError(error) || GIVEN_UP.includes(error.code)) return false;
  return !(isOperationError(error.cause) && GIVEN_UP.includes(error.cause.code));
}
const GIVEN_UP: readonly string[] = [
  'ABORTED',
  'REFUSED_BY_DEVICE',
  'HANDSHAKE_FAILED',
  'TLS_REFUSED',
  'PROTOCOL',
];

/** A stalled connection is given up while there is time for another. */
const stallWithin = (transferTimeout: Duration): Duration => millis(transferTimeout / 3);
/** Attempts in a row that bring no byte. */
const MAX_FRUITLESS = 5;
const pauseAfter = (fruitless: number): Duration =>
  fruitless === 0 ? millis(100) : seconds(2 ** fruitless / 2);

async function byHttp(
  { fetch, clock, log, stallTimeout, tls }: DownloadPorts,
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
        ...(tls ? { tls } : {}),
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
      if (isOperationError(error, 'REFUSED_BY_DEVICE') || isOperationError(error, 'TLS_REFUSED')) throw error;
      log.log('debug', `${uri.text} broke off at ${target.size} bytes: ${errorText(error)}`);
    }
    fruitless = target.size > before ? 0 : fruitless + 1;
    await sleep(clock, pauseAfter(fruitless), signal);
  }
  return 4;
}

/** The first byte that a Content-Range tells (RFC 9110 §14.4). */
function startOf(contentRange: string | undefined): number | undefined {
  const match = /^bytes (\d+)-/.exec(contentRange ?? '');
  return match ? Number(match[1]) : undefined;
}
