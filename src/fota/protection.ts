import { isEncrypted } from '../base/scheme';
import type { Scheme } from '../transport/ports';
import type { DeviceAbilities } from './abilities';
import type { UpdatePlan } from './run';
import type { Verdict } from './verdict';

/** The certificate that a device is going to judge: the host it asks for, and the hosts the certificate is for. */
export interface Presented {
  readonly host: string;
  readonly names: readonly string[] | undefined;
}

/** What is to be said about the security of a pull, each sentence with a space before it. */
export interface ProtectionWords {
  readonly words: string;
  readonly next?: string;
}

/**
 * What a pull by `scheme` means for the security of a device that registered as it did: that an image travels
 * unprotected, which keys or certificates it needs, that a certificate does not name the host. `presented` is absent
 * where the device has been in a session with this very listener.
 */
export function protectionWords(
  { local, endpointName }: Pick<DeviceAbilities, 'local' | 'endpointName'>,
  scheme: Scheme,
  presented: Presented | undefined,
): ProtectionWords {
  if (!isEncrypted(scheme))
    return {
      words: isEncrypted(local.scheme)
        ? ` The device registered by ${local.scheme}, and the image now travels unprotected: ${scheme} is not encrypted.`
        : '',
    };
  if (!presented) return { words: '' };
  const { host, names } = presented;
  const needs = needsOf(scheme, local.scheme);
  const next =
    scheme === 'coaps'
      ? `Give it a key with \`credentials generate --endpoint ${endpointName}\`.`
      : AUTHORITY;
  const wrongName = scheme !== 'coaps' && names !== undefined && !names.some((name) => isNamedBy(host, name));
  if (wrongName)
    return {
      words: `${needs} Warning: the server's certificate is for ${names.join(', ') || 'no host'} and not for ${host}, so a device that checks names refuses it.`,
      next: `Make a certificate that names it: \`certificates server --host ${host}\`.`,
    };
  return needs === '' || (scheme === 'coaps' && isEncrypted(local.scheme))
    ? { words: needs }
    : { words: needs, next };
}

const AUTHORITY =
  'Bring the authority’s certificate to the device: `certificates show` hands it out as PEM, C or AT%CMNG lines.';

function needsOf(scheme: Scheme, registeredBy: Scheme): string {
  if (scheme === registeredBy) return '';
  if (scheme === 'coaps')
    return isEncrypted(registeredBy)
      ? ''
      : ` The device registered by ${registeredBy}, so it must have a key (PSK) or certificate of this server for its downloads.`;
  return ` The device must trust the authority that signed the server's certificate for ${scheme}.`;
}

/** Whether a certificate's host is the one asked for; `*.` stands for one label (RFC 6125 §6.4.3). */
function isNamedBy(host: string, name: string): boolean {
  const asked = host.toLowerCase();
  const named = name.toLowerCase();
  if (!named.startsWith('*.')) return named === asked;
  const dot = asked.indexOf('.');
  return dot > 0 && asked.slice(dot) === named.slice(1);
}

/** Ends of a pull that a missing key or certificate looks like from here. */
const MAY_BE_KEYS = new Set(['RESULT_4', 'RESULT_7', 'RESULT_9', 'NEVER_FETCHED', 'URI_REFUSED']);

/** A failed secured pull, with what of keys and certificates it may come from: the device alone knows that. */
export function withKeysInMind(verdict: Verdict, plan: UpdatePlan | undefined): Verdict {
  if (plan?.method !== 'pull' || !isEncrypted(plan.protocol) || !MAY_BE_KEYS.has(verdict.code ?? ''))
    return verdict;
  const tag =
    plan.protocol === 'https'
      ? 'nRF Connect SDK fetches by https with a security tag of its own, CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG (16842753 unless set): it must hold the authority’s certificate, and be another than the server’s tag, from which the client deletes certificates.'
      : `nRF Connect SDK fetches by ${plan.protocol} with a security tag of its own, CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG (16842753 unless set): make it the tag that holds the server’s key, CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG (35724861 unless set).`;
  return {
    ...verdict,
    next: [verdict.next, plan.next, tag].filter((text) => text !== undefined).join(' '),
  };
}
