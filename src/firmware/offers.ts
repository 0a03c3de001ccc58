import parseRange from 'range-parser';
import { encodeUtf8, fromHex, toHex } from '../base/bytes';
import type { Clock } from '../base/clock';
import type { ByteSource } from '../base/files';
import type { HashPort } from '../base/hash';
import { Emitter } from '../base/event';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import { Codes } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import type { CoapService, OutgoingResponse } from '../coap/exchange';
import type { HttpRequest, HttpResponse, Scheme } from '../transport/ports';
import type { FirmwareOffers, Offer, OfferActivity } from './offer';
import type { StagedImage } from './stagedImage';

/** What the firmware server is given. */
export interface FirmwareOffersPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log: Logger;
}

/** The offers with the two ways they are fetched by. */
export interface ServedFirmwareOffers extends FirmwareOffers {
  /** Serves `/f/<id>` by GET with Block2; 4.04 for what is not offered. */
  readonly coapService: CoapService;
  /** Serves `/f/<id>` by GET and HEAD, with one range, If-Range and If-None-Match (RFC 9110 §13, §14). */
  http(request: HttpRequest): Promise<HttpResponse>;
}

/** First segment of every offer's path. */
const FOLDER = 'f';
/** `went-on` is told no more often than this. */
const TOLD_EVERY_MS = 250;
/** Bytes of the ETag: the first of the image's SHA-256 (at most 8 in CoAP, RFC 7252 §5.10.6). */
const ETAG_LENGTH = 8;
/** Read and sent at a time over HTTP. */
const PIECE = 64 * 1024;

interface LiveOffer {
  readonly offer: Offer;
  readonly source: ByteSource;
  readonly etag: Uint8Array;
  readonly activity: Emitter<OfferActivity>;
  withdrawn: boolean;
  toldAt: number;
}

/** Makes the firmware server's offers. */
export function createFirmwareOffers(ports: FirmwareOffersPorts): ServedFirmwareOffers {
  const live = new Map<string, LiveOffer>();

  async function offer(image: StagedImage, { id = freshId(ports.random) } = {}): Promise<Offer> {
    const source = await image.open();
    const activity = new Emitter<OfferActivity>();
    const path = `/${FOLDER}/${id}`;
    const made: LiveOffer = {
      source,
      activity,
      etag: (fromHex(image.facts.sha256) ?? new Uint8Array(ETAG_LENGTH)).slice(0, ETAG_LENGTH),
      withdrawn: false,
      toldAt: -Infinity,
      offer: {
        id,
        path,
        image,
        onActivity: activity.event,
        withdraw: () => {
          if (made.withdrawn) return;
          made.withdrawn = true;
          if (live.get(id) === made) live.delete(id);
          source.close().catch(() => undefined);
        },
      },
    };
    live.get(id)?.offer.withdraw();
    live.set(id, made);
    return made.offer;
  }

  /** Tells of a step; those in the middle of a transfer not one by one. */
  function tell(made: LiveOffer, step: OfferActivity): void {
    if (made.withdrawn) return;
    const now = ports.clock.now();
    if (step.kind === 'went-on' && now - made.toldAt < TOLD_EVERY_MS) return;
    made.toldAt = now;
    made.activity.fire(step);
  }

  const at = (path: string): LiveOffer | undefined => {
    const [, folder, id, ...rest] = path.split('/');
    return folder === FOLDER && rest.length === 0 && id !== undefined ? live.get(id) : undefined;
  };

  return {
    offer,
    get: (id) => live.get(id)?.offer,
    coapService: {
      handle: ({ method, path, peer }): OutgoingResponse => {
        const made = at(`/${path.join('/')}`);
        if (!made) return notOffered();
        if (method !== Codes.GET) return { code: Codes.METHOD_NOT_ALLOWED };
        const total = made.source.size;
        let furthest = 0;
        tell(made, { protocol: 'coap', from: peer.address, bytes: 0, total, kind: 'begun' });
        return {
          code: Codes.CONTENT,
          contentFormat: ContentFormats.OPAQUE,
          etag: made.etag,
          body: made.source,
          onProgress: ({ bytes }) => {
            const resumed = furthest === 0 && bytes > 2048;
            furthest = Math.max(furthest, bytes);
            const kind = bytes >= total ? 'complete' : resumed ? 'resumed' : 'went-on';
            tell(made, { protocol: 'coap', from: peer.address, bytes: furthest, total, kind });
          },
        };
      },
    },
    http: (request) => {
      const made = at(request.path);
      if (!made) return Promise.resolve(plain(404, 'no such image is offered\n'));
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return Promise.resolve({ ...plain(405, 'GET or HEAD\n'), headers: { allow: 'GET, HEAD' } });
      return Promise.resolve(httpAnswer(made, request, 'http', tell));
    },
  };
}

const notOffered = (): OutgoingResponse => ({
  code: Codes.NOT_FOUND,
  contentFormat: ContentFormats.TEXT,
  body: encodeUtf8('no such image is offered'),
});

const plain = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain', 'content-length': String(text.length) },
  body: encodeUtf8(text),
});

/** Unguessable, and short: Zephyr keeps the whole URI in 255 bytes. */
const freshId = (random: RandomSource): string => toHex(random.bytes(4));

type Tell = (made: LiveOffer, step: OfferActivity) => void;

function httpAnswer(made: LiveOffer, request: HttpRequest, protocol: Scheme, tell: Tell): HttpResponse {
  const total = made.source.size;
  const etag = `"${toHex(made.etag)}"`;
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    etag,
    'content-type': 'application/octet-stream',
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers };
  const range = rangeOf(request, etag, total);
  if (range === 'unsatisfiable')
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${total}`, 'content-length': '0' },
    };
  const { start, end } = range ?? { start: 0, end: total - 1 };
  const length = end - start + 1;
  headers['content-length'] = String(length);
  if (range) headers['content-range'] = `bytes ${start}-${end}/${total}`;
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers };
  const step = (kind: OfferActivity['kind'], bytes: number) =>
    tell(made, { protocol, from: request.peer, bytes, total, kind });
  step(start > 0 ? 'resumed' : 'begun', start);
  return {
    status,
    headers,
    body: pieces(made, start, end + 1, (bytes) => step('went-on', bytes)),
    onSent: (sent, complete) => {
      if (complete && start + sent === total) step('complete', total);
      else if (!complete) step('cut', start + sent);
    },
  };
}

/** The one range asked for; several, or a malformed one, get the whole (RFC 9110 §14.2). */
function rangeOf(
  { headers, method }: HttpRequest,
  etag: string,
  total: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const asked = headers['range'];
  if (asked === undefined || method !== 'GET') return undefined;
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = parseRange(total, asked);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}

/** Throws in the middle when the offer is withdrawn: the connection is then cut. */
async function* pieces(
  made: LiveOffer,
  from: number,
  to: number,
  sent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let offset = from; offset < to; offset += PIECE) {
    const piece = await made.source.read(offset, Math.min(PIECE, to - offset));
    yield piece;
    sent(offset + piece.length);
  }
}
