import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { CoapService } from '../coap/exchange';
import type { HttpRequest, HttpResponse, Peer, Scheme } from '../transport/ports';
import { coapDownload, coapForbidden } from './coapDownload';
import { httpDownload, httpForbidden } from './httpDownload';
import { LiveOffer, type Asking } from './liveOffer';
import type { FirmwareOffers, Offer, OfferOptions } from './offer';
import { decodedEach, decodedSegments, isReserved, keyOfPath, OFFERS_FOLDER } from './servedPath';
import type { StagedImage } from './stagedImage';

/** What the firmware server is given. */
export interface FirmwareOffersPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log: Logger;
  /**
   * Whether a peer may fetch an endpoint's image: `false` where it was proved to be somebody else. Without it the
   * unguessable path decides.
   */
  readonly mayFetch?: (peer: Pick<Peer, 'address' | 'identity'>, endpointName: string) => boolean;
}

/** The offers with the ways they are fetched by. */
export interface ServedFirmwareOffers extends FirmwareOffers {
  /** Serves `/f/<id>` and the users' own paths by GET with Block2; 4.04 for what is not offered. */
  readonly coapService: CoapService;
  /** {@link coapService} on a channel of this scheme, which is then told as the download's protocol. */
  coapServiceFor(scheme: Scheme): CoapService;
  /** Serves the same by GET and HEAD, with a range, If-Range, If-Match and If-None-Match (RFC 9110 §13, §14). */
  http(request: HttpRequest, scheme?: 'http' | 'https'): Promise<HttpResponse>;
  /** Whether a CoAP request for this path (decoded segments) is for the firmware server. */
  handles(path: readonly string[]): boolean;
}

/** Characters that need no escape in a path (RFC 3986 §2.3). */
const ID_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Makes the firmware server's offers. */
export function createFirmwareOffers({
  clock,
  random,
  log,
  mayFetch = () => true,
}: FirmwareOffersPorts): ServedFirmwareOffers {
  const live = new Map<string, LiveOffer>();
  const byPath = new Map<string, LiveOffer>();

  const ended = (offer: LiveOffer) => {
    if (live.get(offer.id) === offer) live.delete(offer.id);
    const key = offer.served && keyOfPath(offer.served);
    if (key !== undefined && byPath.get(key) === offer) byPath.delete(key);
  };
  const refuseTaken = (path: readonly string[], id: string) => {
    const text = `/${path.join('/')}`.slice(0, 80);
    if (isReserved(path[0] ?? '') || path.includes(''))
      throw new OperationError('URI_PATH_TAKEN', `No image can be served at ${JSON.stringify(text)}`, {
        next: 'Begin the path with another segment, such as /fw/….',
      });
    const other = byPath.get(keyOfPath(path));
    if (other && other.id !== id)
      throw new OperationError(
        'URI_PATH_IN_USE',
        `${other.image.file} is served at ${JSON.stringify(text)}${
          other.endpointName === undefined ? '' : ` for ${other.endpointName}`
        } at this moment`,
        { next: 'Wait for that update’s end, or put {endpoint} into the Package URI.' },
      );
  };
  const offer = async (
    image: StagedImage,
    { id = freshId(random), path, endpointName }: OfferOptions = {},
  ): Promise<Offer> => {
    const source = await image.open();
    try {
      if (path) refuseTaken(path, id);
    } catch (error) {
      await source.close();
      throw error;
    }
    const made = new LiveOffer(id, image, source, clock, log, ended, path, endpointName);
    live.get(id)?.withdraw();
    live.set(id, made);
    if (path) byPath.set(keyOfPath(path), made);
    return made;
  };
  /**
   * The offer at a path of a user's own, also where the request has it as it is spelled in the URI: Zephyr copies the
   * segments undecoded into Uri-Path (lwm2m_pull_context.c).
   */
  const servedAt = (segments: readonly string[]): LiveOffer | undefined => {
    const found = byPath.get(keyOfPath(segments));
    if (found || !segments.some((segment) => segment.includes('%'))) return found;
    const decoded = decodedEach(segments);
    return decoded && byPath.get(keyOfPath(decoded));
  };
  /** The offer at a path; who asks for another is told, and so is the log. */
  const at = (segments: readonly string[], { address }: Asking): LiveOffer | undefined => {
    const [folder, id, ...rest] = segments;
    const found =
      folder === OFFERS_FOLDER && id !== undefined && rest.length === 0 ? live.get(id) : servedAt(segments);
    if (!found)
      log.log(
        'info',
        `${address.host} asked for ${JSON.stringify(`/${segments.join('/')}`.slice(0, 80))}, which is not offered`,
      );
    return found;
  };
  const isForAnother = (found: LiveOffer | undefined, peer: Asking): boolean => {
    if (found?.endpointName === undefined || mayFetch(peer, found.endpointName)) return false;
    log.log(
      'warn',
      `${peer.address.host} asked for the image of ${found.endpointName} as ${JSON.stringify(peer.identity?.slice(0, 80))}: refused`,
    );
    return true;
  };

  const coapServiceFor = (scheme: Scheme): CoapService => ({
    handle: (request) => {
      const found = at(request.path, request.peer);
      return isForAnother(found, request.peer) ? coapForbidden() : coapDownload(found, request, scheme);
    },
  });
  return {
    offer,
    get: (id) => live.get(id),
    coapService: coapServiceFor('coap'),
    coapServiceFor,
    http: (request, scheme = 'http') => {
      const peer = { address: request.peer };
      const found = at(decodedSegments(request.path) ?? [request.path], peer);
      return Promise.resolve(
        isForAnother(found, peer) ? httpForbidden() : httpDownload(found, request, scheme),
      );
    },
    handles: (path) => path[0] === OFFERS_FOLDER || servedAt(path) !== undefined,
  };
}

/** 8 characters, unguessable for the time of an offer, and short: Zephyr keeps the whole URI in 255 bytes. */
const freshId = (random: RandomSource): string =>
  Array.from(random.bytes(8), (byte) => ID_DIGITS.charAt(byte & 63)).join('');
