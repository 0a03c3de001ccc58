import { isEncrypted, LISTENING_PORTS } from '../base/scheme';
import { isLoopback, isWildcard, printAuthority } from '../base/socketAddress';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { DeviceAbilities } from './abilities';
import type { Refusal } from './refusal';
import { protectionWords } from './protection';
import type { UpdateRequest } from './run';

/** A listener of ours: what a pull can come to. */
export interface Listening {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
  /** Hosts that the listener's certificate is for, where it presents one. */
  readonly names?: readonly string[];
}

/** What of the request decides. */
export type PlanWish = Pick<UpdateRequest, 'method' | 'protocol' | 'host' | 'uri' | 'external'>;

/** Where a pull comes to, and why; `next` is what is still to be prepared for it. */
export interface PullChoice {
  readonly listener: Listening;
  /** The host of the Package URI: the one that was asked for, or where the listener is. */
  readonly host: string;
  readonly why: string;
  readonly next?: string;
}

/** After the scheme the device registered by: what is nearest to it first. */
const SECURED_LADDER: readonly Scheme[] = ['coaps', 'coaps+tcp', 'https'];
const PLAIN_LADDER: readonly Scheme[] = ['coap', 'http', 'coap+tcp'];

/** Whether a device that reached us at `local` can reach a listener too. */
const reaches = (listener: Listening, local: SocketAddress): boolean =>
  isWildcard(listener.address.host) ||
  listener.address.host === local.host ||
  (isLoopback(listener.address.host) && isLoopback(local.host));

const sameAddress = (a: SocketAddress, b: SocketAddress): boolean => a.host === b.host && a.port === b.port;

/** What the device says it fetches by, in words. */
export const offersWords = ({ protocols, local }: DeviceAbilities): string =>
  protocols !== undefined
    ? `it offers ${protocols.join(', ') || 'nothing known'}`
    : local.scheme === 'coap'
      ? 'it names no protocol (5/0/8), so CoAP is taken'
      : `it names no protocol (5/0/8), so ${local.scheme}, by which it registered, is taken, or CoAP`;

/** A protocol that the device says it does not fetch by. */
export const notOffered = (device: DeviceAbilities, protocol: Scheme): Refusal | undefined =>
  // a device that names none may still take what the user knows it takes
  device.protocols === undefined || device.protocols.includes(protocol)
    ? undefined
    : {
        code: 'PROTOCOL_NOT_OFFERED',
        cause: `The device does not fetch by ${protocol}: ${offersWords(device)}`,
        next: `Choose ${device.protocols.join(' or ') || 'push'}, or leave the protocol out.`,
      };

/**
 * Chooses the listener a pull comes to. A device that registered securely is given what is secured, its own way first,
 * and anything plain only where nothing else that it offers listens; one that registered in plain is given what is
 * secured only when asked, or where it offers nothing else: its keys or certificates are not known here.
 */
export function choosePull(
  device: DeviceAbilities,
  listening: readonly Listening[],
  wish: PlanWish,
): PullChoice | Refusal {
  const { local, protocols } = device;
  const own = listening.find(
    ({ scheme, address }) => scheme === local.scheme && sameAddress(address, local.address),
  );
  const at = (scheme: Scheme): Listening | undefined => {
    const all = listening.filter((listener) => listener.scheme === scheme);
    const named = all.find(({ address }) => address.host === wish.host);
    if (named ?? own?.scheme === scheme) return named ?? own;
    if (wish.host !== undefined) return all[0];
    const same = all.find(({ address }) => address.host === local.address.host);
    return same ?? all.find((listener) => reaches(listener, local.address));
  };
  const chosen = (listener: Listening, why: string): PullChoice => {
    const { address } = listener;
    const host = wish.host ?? (isWildcard(address.host) ? local.address.host : address.host);
    const known = listener === own && wish.host === undefined;
    const { words, next } = protectionWords(
      device,
      listener.scheme,
      known ? undefined : { host, names: listener.names },
    );
    return { listener, host, why: `${why}${words}`, ...(next === undefined ? {} : { next }) };
  };
  const named = offersWords(device);
  if (wish.protocol !== undefined) {
    const refusal = notOffered(device, wish.protocol);
    if (refusal) return refusal;
    const listener = at(wish.protocol);
    if (listener) return chosen(listener, `By ${wish.protocol}, as asked; ${named}.`);
    return notListening(wish.protocol, listening, local.address);
  }
  const offers = protocols ?? [local.scheme, 'coap'];
  const ladder = ladderFor(local.scheme, offers);
  for (const scheme of ladder) {
    const listener = at(scheme);
    if (!listener) continue;
    return chosen(
      listener,
      listener === own
        ? `By ${scheme} from the address it registered at, which it is known to reach; ${named}.`
        : `By ${scheme} from ${printAuthority(listener.address)}; ${named}.`,
    );
  }
  return notListening(ladder[0] ?? 'coap', listening, local.address);
}

/** What is tried, in order; never empty of what the device offers alone. */
function ladderFor(own: Scheme, offers: readonly Scheme[]): readonly Scheme[] {
  const secured = SECURED_LADDER.filter((scheme) => offers.includes(scheme));
  const plain = PLAIN_LADDER.filter((scheme) => offers.includes(scheme));
  const rest = isEncrypted(own) ? [...secured, ...plain] : plain.length > 0 ? plain : secured;
  return offers.includes(own) ? [own, ...rest.filter((scheme) => scheme !== own)] : rest;
}

/** Nothing that a device could reach listens for `scheme`: names the listener to add. */
export function notListening(scheme: Scheme, listening: readonly Listening[], local: SocketAddress): Refusal {
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
    next: `Add a listener, ${scheme}://${printAuthority({ host: local.host, port: LISTENING_PORTS[scheme] })}, or choose another protocol or push.`,
  };
}
