import parseRange from 'range-parser';
import { OperationError } from '../base/errors';
import { encodeUtf8, toHex } from '../base/bytes';
import type { HttpRequest, HttpResponse, Scheme } from '../transport/ports';
import type { LiveOffer } from './liveOffer';

/** Read and sent at a time: small, since a hundred devices may fetch at once and each holds two of them. */
const PIECE = 16 * 1024;

/** Bytes of the image, `end` not included. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Answers a request for an offered image (RFC 9110 §9.3, §13, §14); `undefined`: there is none at this path. */
export function httpDownload(
  offer: LiveOffer | undefined,
  request: HttpRequest,
  scheme: Scheme = 'http',
): HttpResponse {
  if (!offer) return plain(404, 'no such image is offered (any more)\n');
  const { method, headers: asked, peer } = request;
  if (method !== 'GET' && method !== 'HEAD')
    return plain(405, 'an image can only be fetched\n', { allow: 'GET, HEAD' });
  const total = offer.bytes.size;
  const etag = `"${toHex(offer.etag)}"`;
  const headers = { 'accept-ranges': 'bytes', etag };
  if (asked['if-match'] !== undefined && !names(asked['if-match'], etag))
    return { ...plain(412, 'the image has another ETag\n', headers) };
  const noneMatch = asked['if-none-match'];
  if (noneMatch !== undefined && names(noneMatch.replaceAll('W/', ''), etag)) return { status: 304, headers };
  const range = method === 'GET' ? rangeOf(asked, etag, total) : undefined;
  if (range === 'unsatisfiable')
    return plain(416, 'the image is shorter\n', { ...headers, 'content-range': `bytes */${total}` });
  const { start, end } = range ?? { start: 0, end: total };
  const head = {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-length': String(end - start),
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${total}` } : {}),
    },
  };
  if (method === 'HEAD') return head;
  const fetch = offer.asked(scheme, { address: peer }, start);
  return {
    ...head,
    body: pieces(offer, start, end, (upTo) => {
      // the last piece counts when the connection has taken it, which onSent tells
      if (upTo < end) fetch.sent(upTo);
    }),
    onSent: (sent, complete) => {
      if (complete) fetch.sent(start + sent);
      else fetch.cut(start + sent);
    },
  };
}

/** The answer to a peer that was proved to be another than the device the image is for (RFC 9110 §15.5.4). */
export const httpForbidden = (): HttpResponse => plain(403, 'this image is for another device\n');

/** Whether a list of entity tags has this one, or is `*`. */
const names = (list: string, etag: string): boolean =>
  list.split(',').some((one) => one.trim() === '*' || one.trim() === etag);

/** The range asked for; several that do not join, or a malformed one, get the whole (RFC 9110 §14.2). */
function rangeOf(
  headers: HttpRequest['headers'],
  etag: string,
  total: number,
): Span | 'unsatisfiable' | undefined {
  const { range, 'if-range': condition } = headers;
  if (range === undefined) return undefined;
  // A date can't match: the ETag is what tells images apart.
  if (condition !== undefined && condition.trim() !== etag) return undefined;
  if (!/^\s*bytes\s*=/i.test(range)) return undefined;
  const ranges = parseRange(total, range, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2) return undefined;
  const [only, ...others] = ranges;
  return only && others.length === 0 ? { start: only.start, end: only.end + 1 } : undefined;
}

/** Throws in the middle where the offer ends or the file can't be read: the connection is then cut. */
async function* pieces(
  offer: LiveOffer,
  from: number,
  to: number,
  taken: (upTo: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let offset = from; offset < to;) {
    const length = Math.min(PIECE, to - offset);
    // A view of what is at hand, where it is: a copy for each of a hundred devices would be as much garbage.
    const piece = offer.bytes.readNow(offset, length) ?? (await offer.bytes.read(offset, length));
    // The file became shorter: nothing more will come.
    if (piece.length === 0)
      throw new OperationError('UNREADABLE', `${offer.image.copy} ends at ${offset} bytes`);
    yield piece;
    offset += piece.length;
    taken(offset);
  }
}

const plain = (status: number, text: string, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { ...headers, 'content-type': 'text/plain', 'content-length': String(text.length) },
  body: encodeUtf8(text),
});
