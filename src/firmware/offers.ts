import type { Clock } from '../base/clock';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { CoapService } from '../coap/exchange';
import type { HttpRequest, HttpResponse, SocketAddress } from '../transport/ports';
import { coapDownload } from './coapDownload';
import { httpDownload } from './httpDownload';
import { LiveOffer } from './liveOffer';
import type { FirmwareOffers, Offer } from './offer';
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
  /** Serves `/f/<id>` by GET and HEAD, with a range, If-Range, If-Match and If-None-Match (RFC 9110 §13, §14). */
  http(request: HttpRequest): Promise<HttpResponse>;
}

/** Characters that need no escape in a path (RFC 3986 §2.3). */
const ID_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** First segment of every offer's path. */
const FOLDER = 'f';

/** Makes the firmware server's offers. `offer` throws what opening the image throws (`UNREADABLE`). */
export function createFirmwareOffers({ clock, random, log }: FirmwareOffersPorts): ServedFirmwareOffers {
  const live = new Map<string, LiveOffer>();

  const ended = (offer: LiveOffer) => {
    if (live.get(offer.id) === offer) live.delete(offer.id);
  };
  const offer = async (image: StagedImage, { id = freshId(random) } = {}): Promise<Offer> => {
    const made = new LiveOffer(id, image, await image.open(), clock, log, ended);
    live.get(id)?.withdraw();
    live.set(id, made);
    return made;
  };
  /** The offer at a path, which begins with `/` or is segments; who asks for another is told, and so is the log. */
  const at = (segments: readonly string[], from: SocketAddress): LiveOffer | undefined => {
    const [folder, id, ...rest] = segments;
    const found = folder === FOLDER && id !== undefined && rest.length === 0 ? live.get(id) : undefined;
    if (!found)
      log.log(
        'info',
        `${from.host} asked for ${JSON.stringify(`/${segments.join('/')}`.slice(0, 80))}, which is not offered`,
      );
    return found;
  };

  return {
    offer,
    get: (id) => live.get(id),
    coapService: {
      handle: (request) => coapDownload(at(request.path, request.peer.address), request),
    },
    http: (request) =>
      Promise.resolve(httpDownload(at(request.path.split('/').slice(1), request.peer), request)),
  };
}

/** 8 characters, unguessable for the time of an offer, and short: Zephyr keeps the whole URI in 255 bytes. */
const freshId = (random: RandomSource): string =>
  Array.from(random.bytes(8), (byte) => ID_DIGITS.charAt(byte & 63)).join('');
