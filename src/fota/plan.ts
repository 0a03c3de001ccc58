import { isEncrypted } from '../base/scheme';
import { printAuthority } from '../base/socketAddress';
import type { ImageFacts } from '../firmware/image/facts';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { DeviceAbilities } from './abilities';
import { choosePull, offersWords, type Listening, type PlanWish } from './planPull';
import { planUri } from './planUri';
import { missingObject, type Refusal } from './refusal';
import type { UpdatePlan } from './run';
import type { DeliveryMethod } from './vocabulary';
import { agrees } from './version';

/**
 * A plan, or a refusal. Its `packageUri` stands where the URI was asked for, with the path that has to be served;
 * otherwise the offer makes the path behind `authority`.
 */
export type Planned =
  | {
      readonly ok: true;
      readonly plan: UpdatePlan;
      readonly authority: string;
      readonly serve?: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Decides how the image comes to the device, and says why. Refuses by name what can't work, before anything is sent.
 * The Package URI's host is the one of the listener that is chosen, which the device registered at or can reach too,
 * unless the request names one.
 */
export function planUpdate(
  device: DeviceAbilities,
  image: Pick<ImageFacts, 'version' | 'sha256'>,
  listening: readonly Listening[],
  wish: PlanWish,
): Planned {
  const { instanceId } = device;
  if (instanceId === undefined)
    return { ok: false, refusal: missingObject(device.endpointName, device.objectIds) };
  const repeated =
    image.version !== undefined &&
    device.versionBefore !== undefined &&
    agrees(image.version, device.versionBefore)
      ? ` It runs ${device.versionBefore} already: the same version is sent again.`
      : '';
  const made = (
    method: DeliveryMethod,
    protocol: Scheme,
    why: string,
    address: SocketAddress = device.local.address,
    more: Partial<UpdatePlan> = {},
    serve?: readonly string[],
  ): Planned => {
    const { versionBefore } = device;
    return {
      ok: true,
      authority: printAuthority(address),
      plan: { method, protocol, why: why + repeated, versionBefore, instanceId, ...more },
      ...(serve === undefined ? {} : { serve }),
    };
  };
  const refuse = (refusal: Refusal): Planned => ({ ok: false, refusal });

  const choice = chooseMethod(device, listening, wish);
  if ('code' in choice) return refuse(choice);
  if (choice.method === 'push') return made('push', device.local.scheme, choice.why);
  if (wish.uri !== undefined) {
    const { uri } = wish;
    const pull = planUri(device, image, listening, { ...wish, uri });
    if ('code' in pull) return refuse(pull);
    const { packageUri, protocol, why, next, serve } = pull;
    const more = {
      packageUri,
      ...(wish.external === true ? ({ external: true } as const) : {}),
      ...(next === undefined ? {} : { next }),
    };
    return made('pull', protocol, `${choice.why}${why}`, undefined, more, serve);
  }
  const pull = choosePull(device, listening, wish);
  if ('code' in pull) return refuse(pull);
  const { listener, host, why, next } = pull;
  const more = next === undefined ? {} : { next };
  return made('pull', listener.scheme, `${choice.why}${why}`, { host, port: listener.address.port }, more);
}

type Chosen = { readonly method: DeliveryMethod; readonly why: string } | Refusal;

function chooseMethod(device: DeviceAbilities, listening: readonly Listening[], wish: PlanWish): Chosen {
  const { deliveryMethod: offered, local } = device;
  const pushes = offered !== 0;
  const pulls = offered !== 1;
  const protocolAway = wish.protocol !== undefined && wish.protocol !== local.scheme;
  if (wish.uri !== undefined || wish.external === true) return pullFromUri(wish, pulls);
  if (wish.method === 'push') {
    if (!pushes)
      return {
        code: 'METHOD_NOT_OFFERED',
        cause: 'The device takes an image by pull only (Delivery Method 5/0/9 is 0)',
        next: 'Choose pull or auto.',
      };
    if (protocolAway)
      return {
        code: 'PROTOCOL_NOT_FOR_PUSH',
        cause: `A push goes by ${local.scheme}, the way the device registered, and not by ${wish.protocol}`,
        next: `Leave the protocol out, or choose pull for ${wish.protocol}.`,
      };
    return {
      method: 'push',
      why: `Push, as asked; ${offered === 1 ? 'the device takes nothing else' : offered === 2 ? 'the device takes both' : 'the device does not say what it takes'}.`,
    };
  }
  if (wish.method === 'pull') {
    if (!pulls)
      return {
        code: 'METHOD_NOT_OFFERED',
        cause: 'The device takes an image by push only (Delivery Method 5/0/9 is 1)',
        next: 'Choose push or auto. In a Zephyr build CONFIG_LWM2M_FIRMWARE_UPDATE_PULL_SUPPORT=y adds pull.',
      };
    return { method: 'pull', why: 'Pull, as asked. ' };
  }
  if (protocolAway) {
    if (pulls)
      return {
        method: 'pull',
        why: `Pull, since ${wish.protocol} was asked for and a push goes by ${local.scheme}. `,
      };
    return {
      code: 'METHOD_NOT_OFFERED',
      cause: `The device takes an image by push only (5/0/9 is 1), and a push goes by ${local.scheme}, not by ${wish.protocol}`,
      next: 'Leave the protocol out.',
    };
  }
  if (offered === 0) return { method: 'pull', why: 'Pull: the device takes nothing else (5/0/9 is 0). ' };
  if (offered === 1) return { method: 'push', why: 'Push: the device takes nothing else (5/0/9 is 1).' };
  if (offered === undefined)
    return {
      method: 'push',
      why: 'Push: the device does not say what it takes (5/0/9 is missing), and Package is the resource that every client has.',
    };
  if (device.queueMode)
    return {
      method: 'push',
      why: 'Push, though the device takes both: it registered in queue mode, each block keeps it awake, and a pull may sleep in the middle (seen with Zephyr 3.6).',
    };
  const pull = choosePull(device, listening, wish);
  if ('code' in pull)
    return {
      method: 'push',
      why:
        pull.code === 'NOT_LISTENING'
          ? 'Push, though the device takes both: nothing it could fetch from listens here.'
          : `Push, though the device takes both: ${offersWords(device)}.`,
    };
  if (isEncrypted(local.scheme) && !isEncrypted(pull.listener.scheme))
    return {
      method: 'push',
      why: `Push, though the device takes both: it registered by ${local.scheme}, and all it could fetch by here (${pull.listener.scheme}) would leave the image unprotected.`,
    };
  return {
    method: 'pull',
    why: 'Pull, of the two ways the device takes: it sets its own pace and can resume. ',
  };
}

function pullFromUri({ method, uri }: PlanWish, pulls: boolean): Chosen {
  if (uri === undefined)
    return {
      code: 'EXTERNAL_WITHOUT_URI',
      cause: 'Someone else is to serve the image, and no URI says where',
      next: 'Name the URI too.',
    };
  if (method === 'push')
    return {
      code: 'URI_NOT_FOR_PUSH',
      cause: 'A push has no Package URI',
      next: 'Leave the URI out, or choose pull or auto.',
    };
  if (!pulls)
    return {
      code: 'METHOD_NOT_OFFERED',
      cause: 'The device takes an image by push only (5/0/9 is 1), so it fetches from no Package URI',
      next: 'Leave the URI out. In a Zephyr build CONFIG_LWM2M_FIRMWARE_UPDATE_PULL_SUPPORT=y adds pull.',
    };
  return {
    method: 'pull',
    why: method === 'pull' ? 'Pull, as asked. ' : 'Pull, since a Package URI is given. ',
  };
}
