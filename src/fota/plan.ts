import { isLoopback, printAuthority } from '../base/socketAddress';
import type { ImageFacts } from '../firmware/image/facts';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { DeviceAbilities } from './abilities';
import { missingObject, type Refusal } from './refusal';
import type { UpdatePlan, UpdateRequest } from './run';
import type { DeliveryMethod } from './vocabulary';
import { agrees } from './version';

/** A listener of ours: what a pull can come to. */
export interface Listening {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
}

/** A plan without the URI's path, which only the offer knows; or a refusal. */
export type Planned =
  | { readonly ok: true; readonly plan: UpdatePlan; readonly authority: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** What of the request decides. */
export type PlanWish = Pick<UpdateRequest, 'method' | 'protocol' | 'host'>;

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Whether a device that reached us at `local` can reach a listener too. */
const reaches = (listener: Listening, local: SocketAddress): boolean =>
  isWildcard(listener.address.host) ||
  listener.address.host === local.host ||
  (isLoopback(listener.address.host) && isLoopback(local.host));

const sameAddress = (a: SocketAddress, b: SocketAddress): boolean => a.host === b.host && a.port === b.port;

/**
 * Decides how the image comes to the device, and says why. Refuses by name what can't work, before anything is sent.
 * The Package URI's host is the address the device registered at, unless the request names one.
 */
export function planUpdate(
  device: DeviceAbilities,
  image: Pick<ImageFacts, 'version'>,
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
  ): Planned => {
    const host = wish.host ?? device.local.address.host;
    return {
      ok: true,
      authority: printAuthority({ host, port: address.port }),
      plan: { method, protocol, why: why + repeated, versionBefore: device.versionBefore, instanceId },
    };
  };

  const choice = chooseMethod(device, listening, wish);
  if ('code' in choice) return { ok: false, refusal: choice };
  if (choice.method === 'push') return made('push', device.local.scheme, choice.why);
  const pull = choosePull(device, listening, wish);
  if ('code' in pull) return { ok: false, refusal: pull };
  return made('pull', pull.listener.scheme, `${choice.why}${pull.why}`, pull.listener.address);
}

type Chosen = { readonly method: DeliveryMethod; readonly why: string } | Refusal;

function chooseMethod(device: DeviceAbilities, listening: readonly Listening[], wish: PlanWish): Chosen {
  const { deliveryMethod: offered, local } = device;
  const pushes = offered !== 0;
  const pulls = offered !== 1;
  const protocolAway = wish.protocol !== undefined && wish.protocol !== local.scheme;
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
  if ('code' in choosePull(device, listening, wish))
    return {
      method: 'push',
      why: 'Push, though the device takes both: nothing it could fetch from listens here.',
    };
  return {
    method: 'pull',
    why: 'Pull, of the two ways the device takes: it sets its own pace and can resume. ',
  };
}

type ChosenPull = { readonly listener: Listening; readonly why: string } | Refusal;

function choosePull(device: DeviceAbilities, listening: readonly Listening[], wish: PlanWish): ChosenPull {
  const { local, protocols } = device;
  const own = listening.find(
    ({ scheme, address }) => scheme === local.scheme && sameAddress(address, local.address),
  );
  const at = (scheme: Scheme): Listening | undefined => {
    const all = listening.filter((listener) => listener.scheme === scheme);
    if (own?.scheme === scheme) return own;
    return wish.host === undefined ? all.find((listener) => reaches(listener, local.address)) : all[0];
  };
  const offers = protocols ?? ['coap'];
  const named =
    protocols === undefined
      ? 'it names no protocol (5/0/8), so CoAP is taken'
      : `it offers ${protocols.join(', ') || 'nothing known'}`;
  if (wish.protocol !== undefined) {
    // a device that names none may still take what the user knows it takes
    if (protocols !== undefined && !protocols.includes(wish.protocol))
      return {
        code: 'PROTOCOL_NOT_OFFERED',
        cause: `The device does not fetch by ${wish.protocol}: ${named}`,
        next: `Choose ${protocols.join(' or ') || 'push'}, or leave the protocol out.`,
      };
    const listener = at(wish.protocol);
    if (listener) return { listener, why: `By ${wish.protocol}, as asked; ${named}.` };
    return notListening(wish.protocol, listening, local.address);
  }
  const ladder: readonly Scheme[] = [local.scheme, 'coap', 'http', 'coaps', 'https', 'coap+tcp', 'coaps+tcp'];
  for (const scheme of ladder) {
    const listener = offers.includes(scheme) ? at(scheme) : undefined;
    if (!listener) continue;
    const why =
      listener === own
        ? `By ${scheme} from the address it registered at, which it is known to reach; ${named}.`
        : `By ${scheme} from ${printAuthority(listener.address)}; ${named}.`;
    return { listener, why };
  }
  const [first = 'coap'] = offers;
  return notListening(first, listening, local.address);
}

function notListening(scheme: Scheme, listening: readonly Listening[], local: SocketAddress): Refusal {
  const unreachable = listening.find((listener) => listener.scheme === scheme);
  if (unreachable)
    return {
      code: 'NOT_LISTENING',
      cause: `${scheme} listens at ${printAuthority(unreachable.address)} only, which the device, registered at ${printAuthority(local)}, can't reach`,
      next: `Listen on ${scheme}://${printAuthority({ host: local.host, port: unreachable.address.port })}, or name the host it can reach.`,
    };
  return {
    code: 'NOT_LISTENING',
    cause: `Nothing here listens for ${scheme}, which the device would fetch by`,
    next: `Add a listener, ${scheme}://${printAuthority({ host: local.host, port: 0 })}, or choose another protocol or push.`,
  };
}
