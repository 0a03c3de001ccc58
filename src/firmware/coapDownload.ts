import { encodeUtf8, equalBytes } from '../base/bytes';
import { Codes } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import { blockSizeOf, type IncomingHead, type OutgoingResponse } from '../coap/exchange';
import { OptionNumbers } from '../coap/option';
import { blockOffset, findBlock } from '../coap/optionValue';
import type { Scheme } from '../transport/ports';
import type { LiveOffer } from './liveOffer';

/** A body up to this long goes in one message where no block is asked for. */
const ONE_MESSAGE = blockSizeOf(6);

/** Answers a request for an offered image (RFC 7252 §5.8.1, RFC 7959 §2.4); `undefined`: there is none at this path. */
export function coapDownload(
  offer: LiveOffer | undefined,
  { method, peer, accept, options }: Pick<IncomingHead, 'method' | 'peer' | 'accept' | 'options'>,
  scheme: Scheme = 'coap',
): OutgoingResponse {
  if (!offer) return refusal(Codes.NOT_FOUND, 'no such image is offered (any more)');
  if (method !== Codes.GET) return refusal(Codes.METHOD_NOT_ALLOWED, 'an image can only be fetched');
  if (accept !== undefined && accept !== ContentFormats.OPAQUE)
    return refusal(Codes.NOT_ACCEPTABLE, `an image is given as ${ContentFormats.OPAQUE}`);
  const block = findBlock(options, OptionNumbers.BLOCK2);
  const offset = block ? blockOffset(block) : 0;
  const known = options.some(
    ({ number, value }) => number === OptionNumbers.ETAG && equalBytes(value, offer.etag),
  );
  if (known && offset === 0) return { code: Codes.VALID, etag: offer.etag };
  const total = offer.bytes.size;
  // beyond the end nothing is fetched; the endpoint says so
  const fetch = offset < total || offset === 0 ? offer.asked(scheme, peer, offset) : undefined;
  if (!block && total <= ONE_MESSAGE) fetch?.sent(total);
  return {
    code: Codes.CONTENT,
    contentFormat: ContentFormats.OPAQUE,
    etag: offer.etag,
    body: offer.bytes,
    onProgress: ({ bytes }) => fetch?.sent(bytes),
  };
}

/** The answer to a peer that was proved to be another than the device the image is for (RFC 7252 §5.9.2.4). */
export const coapForbidden = (): OutgoingResponse =>
  refusal(Codes.FORBIDDEN, 'this image is for another device');

const refusal = (code: number, why: string): OutgoingResponse => ({
  code,
  contentFormat: ContentFormats.TEXT,
  body: encodeUtf8(why),
});
