import { Emitter } from '../../src/base/event';
import type { FirmwareOffers, Offer, OfferActivity, OfferOptions } from '../../src/firmware/offer';
import type { StagedImage } from '../../src/firmware/stagedImage';

/** An offer whose activity the fake device makes. */
export interface FakeOffer extends Offer {
  readonly options: OfferOptions;
  readonly withdrawn: boolean;
  tell(activity: OfferActivity): void;
}

/** Offers without a server behind them. */
export class FakeOffers implements FirmwareOffers {
  readonly all: FakeOffer[] = [];

  offer(image: StagedImage, options: OfferOptions = {}): Promise<FakeOffer> {
    const activity = new Emitter<OfferActivity>();
    const id = options.id ?? `id${this.all.length}`;
    let withdrawn = false;
    const offer: FakeOffer = {
      id,
      options,
      path: `/f/${id}`,
      image,
      onActivity: activity.event,
      get withdrawn() {
        return withdrawn;
      },
      withdraw: () => {
        withdrawn = true;
      },
      tell: (told) => activity.fire(told),
    };
    this.all.push(offer);
    return Promise.resolve(offer);
  }

  get(id: string): FakeOffer | undefined {
    return this.all.find((offer) => offer.id === id && !offer.withdrawn);
  }

  byPath(path: string): FakeOffer | undefined {
    return this.all.find(
      (offer) =>
        !offer.withdrawn &&
        (offer.path === path || offer.options.path?.join('/') === path.replace(/^\//, '')),
    );
  }
}
