import type { Event } from '../base/event';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { StagedImage } from './stagedImage';

/** Something that happened to an offered image: a device asked for bytes of it, or had all of them. */
export interface OfferActivity {
  readonly protocol: Scheme;
  readonly from: SocketAddress;
  /** End of the furthest byte sent so far. */
  readonly bytes: number;
  readonly total: number;
  /** A request that began anew, resumed (range or block > 0), went on, or ended early. */
  readonly kind: 'begun' | 'resumed' | 'went-on' | 'cut' | 'complete';
}

/**
 * An image that can be fetched for as long as it is offered: under `/f/<id>`, a short path without a query
 * (Zephyr drops queries: lwm2m_pull_context.c), by CoAP Block2 and by HTTP with ranges, with the same ETag.
 */
export interface Offer {
  /** Unguessable, 8 characters. */
  readonly id: string;
  /** `/f/<id>` */
  readonly path: string;
  readonly image: StagedImage;
  readonly onActivity: Event<OfferActivity>;
  /** Ends the offer: 4.04 / 404 from then on; a transfer under way is cut. */
  withdraw(): void;
}

/** How an image is offered. */
export interface OfferOptions {
  /** Takes up an earlier offer under the same URI after a restart. */
  readonly id?: string;
  /** A path of the user's own, besides `/f/<id>`: decoded segments. */
  readonly path?: readonly string[];
  /** The device it is for; without one, whoever knows the path may fetch it. */
  readonly endpointName?: string;
}

/** The images offered now. */
export interface FirmwareOffers {
  /**
   * Throws `OperationError` `URI_PATH_TAKEN` (the server has this path itself), `URI_PATH_IN_USE` (an image is offered
   * there), `UNREADABLE`.
   */
  offer(image: StagedImage, options?: OfferOptions): Promise<Offer>;
  get(id: string): Offer | undefined;
}
