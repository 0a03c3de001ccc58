import type { Offer } from '../firmware/offer';
import type { Registration } from '../lwm2m/registration/registration';
import type { OperationSettings } from '../lwm2m/server';
import { DEVICE_FIRMWARE_VERSION, readAbilities, type DeviceAbilities } from './abilities';
import { offerFor, type Offering } from './offering';
import { planUpdate } from './plan';
import type { Listening } from './planPull';
import type { RunContext } from './runContext';
import { couldNot, type Verdict } from './verdict';

/** What a plan is made with. */
export interface Planning extends Offering {
  readonly server: RunContext['server'];
  readonly listening: () => readonly Listening[];
}

/**
 * Asks the device what it can, plans, offers the image where the plan wants it fetched from here, and tells the plan;
 * a verdict where nothing can be planned. Throws what reading and `offer` throw.
 */
export async function planAndOffer(
  run: Planning,
  registration: Registration,
  asked: RunContext['asked'],
  settings: OperationSettings,
): Promise<
  { readonly abilities: DeviceAbilities; readonly offer: Offer | undefined } | { readonly verdict: Verdict }
> {
  const { server, timeline, image, listening } = run;
  const path = asked.versionPath ?? DEVICE_FIRMWARE_VERSION;
  const abilities = await readAbilities(server, registration, path, settings);
  const planned = planUpdate(abilities, image.facts, listening(), asked);
  if (!planned.ok) {
    const { code, cause, next } = planned.refusal;
    return { verdict: couldNot(code, cause, next) };
  }
  const offered = await offerFor(run, planned);
  if ('verdict' in offered) return offered;
  const { plan, offer } = offered;
  if (offer) timeline.offered(offer.id);
  timeline.plan(plan);
  return { abilities, offer };
}
