import type { FirmwareOffers, Offer, OfferOptions } from '../firmware/offer';
import type { StagedImage } from '../firmware/stagedImage';
import { MAX_PACKAGE_URI, tooLong } from './packageUri';
import type { Planned } from './plan';
import { servedBefore } from './recordFacts';
import type { UpdatePlan } from './run';
import type { Timeline } from './timeline';
import { couldNot, type Verdict } from './verdict';

/** What an offer is made with. */
export interface Offering {
  readonly offers: FirmwareOffers;
  readonly image: StagedImage;
  readonly timeline: Timeline;
}

const optionsFor = ({ timeline }: Offering, path: readonly string[] | undefined): OfferOptions => ({
  endpointName: timeline.record.endpointName,
  ...(path === undefined ? {} : { path }),
});

/**
 * Offers the image where the plan wants it fetched from here, and completes the plan with the URI as it is written;
 * a verdict where 5/0/1 can't hold that. Throws what `offer` throws.
 */
export async function offerFor(
  run: Offering,
  { plan, authority, serve }: Planned & { readonly ok: true },
): Promise<{ readonly plan: UpdatePlan; readonly offer: Offer | undefined } | { readonly verdict: Verdict }> {
  if (plan.method === 'push' || plan.external) return { plan, offer: undefined };
  const offer = await run.offers.offer(run.image, optionsFor(run, serve));
  const packageUri = plan.packageUri ?? `${plan.protocol}://${authority}${offer.path}`;
  if (packageUri.length <= MAX_PACKAGE_URI) return { plan: { ...plan, packageUri }, offer };
  offer.withdraw();
  const { message } = tooLong(packageUri).problem;
  return { verdict: couldNot('URI_TOO_LONG', message, 'Name a shorter host, or push instead.') };
}

/** Takes up the offer of an earlier process under the URI that the device has. Throws what `offer` throws. */
export const offerAgain = (run: Offering, id: string): Promise<Offer> =>
  run.offers.offer(run.image, { ...optionsFor(run, servedBefore(run.timeline.record)), id });
