import { printAuthority } from '../base/socketAddress';
import { isSuccess } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import type { Offer, OfferActivity } from '../firmware/offer';
import type { Answer } from '../lwm2m/server';
import { firmwarePath } from './abilities';
import type { Delivery } from './delivery';
import { answerText, carried, type RunContext } from './runContext';
import { FirmwareUpdateResources as R } from './vocabulary';

/** A delivery that the device's answer to the Package URI can end. */
export interface PullDelivery extends Delivery {
  failed(answer: Answer): void;
}

/** A delivery whose bytes the device fetches, followed by what it asks of the offer. */
export function followOffer(context: RunContext, offer: Offer): PullDelivery {
  const { timeline, patience } = context;
  const total = offer.image.facts.size;
  let bytes = 0;
  let begun = false;
  let complete = false;
  let failure: { readonly answer: Answer } | undefined;
  const followed = offer.onActivity((activity) => {
    begun = true;
    bytes = activity.bytes;
    if (activity.kind === 'complete') complete = true;
    const text = wordsFor(activity);
    if (text !== undefined) timeline.step(text);
    timeline.tell({ kind: 'progress', bytes, total: activity.total, retransmissions: 0 });
    patience.touch();
  });
  return {
    total,
    bytes: () => bytes,
    begun: () => begun,
    complete: () => complete,
    failure: () => failure,
    failed: (answer) => {
      failure = { answer };
    },
    stop: () => followed.dispose(),
  };
}

function wordsFor({ kind, protocol, from, bytes, total }: OfferActivity): string | undefined {
  const where = printAuthority(from);
  switch (kind) {
    case 'begun':
      return `The device fetches the image by ${protocol} from ${where}`;
    case 'resumed':
      return `The device resumes the download by ${protocol} from ${where}, at ${bytes} of ${total} bytes`;
    case 'cut':
      return `The download was cut at ${bytes} of ${total} bytes`;
    case 'complete':
      return 'The device has fetched all of the image';
    case 'went-on':
      return undefined;
  }
}

/** A delivery that someone else's server makes: nothing of it is seen here, the device's state alone tells. */
export function unseenDelivery({ image }: RunContext): PullDelivery {
  let failure: { readonly answer: Answer } | undefined;
  return {
    total: image.facts.size,
    unseen: true,
    bytes: () => 0,
    begun: () => false,
    complete: () => false,
    failure: () => failure,
    failed: (answer) => {
      failure = { answer };
    },
    stop: () => undefined,
  };
}

/**
 * Writes the Package URI (5/0/1), as text: some versions of Zephyr want the format named. Without an offer someone else
 * serves the image. Throws what the server throws.
 */
export async function transferPull(
  context: RunContext,
  offer: Offer | undefined,
  packageUri: string,
): Promise<Delivery> {
  const { server, endpointName, instanceId, limits, timeline, done, signal } = context;
  const delivery = offer ? followOffer(context, offer) : unseenDelivery(context);
  const path = firmwarePath(instanceId, R.PACKAGE_URI);
  done.add('packageUri');
  try {
    const answer = await server.write(
      endpointName,
      path,
      [{ path, value: { type: 'string', value: packageUri } }],
      { ...carried(context, signal, limits.transfer), format: ContentFormats.TEXT },
    );
    const { code, diagnostic } = answerText(answer);
    timeline.step(`Package URI written: ${packageUri}${diagnostic}`, code);
    if (!isSuccess(answer.code)) delivery.failed(answer);
    return delivery;
  } catch (error) {
    delivery.stop();
    throw error;
  }
}
