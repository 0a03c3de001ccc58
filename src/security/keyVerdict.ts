import { whoOf, type Attempt } from './attempt';
import { credentialDigest, checkName, type PskCredential } from './credential';
import type { KnownCredentials } from './credentialStore';
import type { Verdict, VerdictAction } from './handshakeAttempt';
import { likelyKeys, nearestIdentity, type LikelyKey } from './keyMistakes';
import { quoted, shown } from './shownText';

/** Credentials that are compared with an identity nobody has. */
const MAX_COMPARED = 2_000;

/**
 * `UNKNOWN_IDENTITY`: no credential has the PSK identity. `search`: the nearest one may be looked for.
 */
export function unknownIdentity(
  attempt: Attempt,
  identity: string | undefined,
  known: KnownCredentials,
  search: () => boolean,
): Verdict {
  const keys = pskCredentials(known);
  const presented = identity === undefined ? 'an identity' : `the identity ${quoted(identity)}`;
  const message = `${whoOf(attempt)} presents ${presented}, which no credential here has.`;
  const action = { kind: 'addCredential', ...usableIdentity(identity) } as const;
  if (identity === undefined)
    return {
      code: 'UNKNOWN_IDENTITY',
      message,
      next: 'Compare the identity in the device with those of the credentials here.',
      action,
    };
  const ofEndpoint = known.ofEndpoint(identity);
  if (ofEndpoint)
    return {
      code: 'UNKNOWN_IDENTITY',
      message: `${message} It is the name of an endpoint whose credential is ${describe(ofEndpoint.mode, ofEndpoint.mode === 'psk' ? ofEndpoint.identity : '')}.`,
      next: `Give the credential of ${shown(identity, 64)} the identity that the device presents: nRF Connect SDK's client always presents its endpoint name.`,
      action: { kind: 'showCredential', endpoint: identity },
    };
  if (keys.length === 0)
    return {
      code: 'UNKNOWN_IDENTITY',
      message: `${message} No pre-shared key is known here at all.`,
      next: `Add the device's key: lwm2m-workbench credentials add --endpoint NAME --psk-identity ID.`,
      action,
    };
  const nearest = search()
    ? nearestIdentity(
        identity,
        keys.slice(0, MAX_COMPARED).map((one) => one.identity),
      )
    : undefined;
  const owner = nearest === undefined ? undefined : known.byIdentity(nearest);
  return {
    code: 'UNKNOWN_IDENTITY',
    message:
      nearest === undefined || !owner
        ? message
        : `${message} The nearest is ${quoted(nearest)}, of ${shown(owner.endpointName, 64)}.`,
    next:
      nearest === undefined
        ? "Add a credential with this identity and the device's key."
        : 'Correct the identity in the device, or add a credential with the one it presents.',
    action,
  };
}

const describe = (mode: 'psk' | 'rpk' | 'x509', identity: string): string =>
  mode === 'psk'
    ? `a key with the identity ${quoted(identity)}`
    : mode === 'rpk'
      ? 'a raw public key'
      : 'a certificate';

const usableIdentity = (identity: string | undefined): { readonly identity?: string } =>
  identity !== undefined && checkName('the identity', identity).ok ? { identity } : {};

const pskCredentials = (known: KnownCredentials): readonly PskCredential[] =>
  known.all.filter((one) => one.mode === 'psk');

/**
 * The mistake that explains a record which does not verify with the credential's key: each likely key is tried by
 * `opensWith`. What is answered holds no key. `undefined` where none opens it.
 */
export function mistakenKey(
  credential: PskCredential,
  known: KnownCredentials,
  opensWith: (key: Uint8Array) => boolean,
): Mistake | undefined {
  const found = likelyKeys(credential, pskCredentials(known)).find(({ key }) => opensWith(key));
  return found && { message: found.message, next: found.next };
}

/** What a device made of its key, in sentences that tell no key. */
export type Mistake = Pick<LikelyKey, 'message' | 'next'>;

/** `WRONG_KEY`: by the mistake that explains it, `none` where none does, `undefined` where none was looked for. */
export function wrongKey(
  attempt: Attempt,
  credential: PskCredential | undefined,
  mistake: Mistake | 'none' | undefined,
): Verdict {
  const who = whoOf(attempt);
  if (!credential)
    return {
      code: 'WRONG_KEY',
      message: `${who} holds another key than the one kept here for its identity.`,
      next: 'Compare identity and key on both sides.',
    };
  const action: VerdictAction = { kind: 'showCredential', endpoint: credential.endpointName };
  const lead = `${who} presents the identity ${quoted(credential.identity)} with another key than the one kept here.`;
  if (typeof mistake === 'object')
    return {
      code: 'WRONG_KEY',
      message: `${lead} ${shown(mistake.message, 256)}`,
      next: mistake.next,
      action,
    };
  return {
    code: 'WRONG_KEY',
    message: mistake === 'none' ? `${lead} None of the usual mistakes explains it.` : lead,
    next: `Compare the keys by their digests, the one here has SHA-256 ${credentialDigest(credential)}…, or write the key into the device again.`,
    action,
  };
}

/** `WRONG_KEY` of a certificate: the device does not hold the private key that belongs to it. */
export const wrongPrivateKey = (attempt: Attempt): Verdict => ({
  code: 'WRONG_KEY',
  message: `${whoOf(attempt)} signed with a private key that does not belong to the certificate or public key it shows.`,
  next: 'Write certificate and private key into the device again, both of the same pair.',
});

/** `RESUMED_WITH_OLD_KEY`: the device asked for a session from before its key or trust was changed here. */
export function resumedWithOldKey(attempt: Attempt, completed: boolean): Verdict {
  const { endpoint } = attempt;
  return {
    code: 'RESUMED_WITH_OLD_KEY',
    message: `${whoOf(attempt)} asked to resume a session that was made with a credential which has changed here since${completed ? '; a whole handshake with the new one followed.' : ', and could not prove the new one.'}`,
    next: completed
      ? 'Nothing, if this is the device that was given the new key; else see who holds it.'
      : "Write the new key into the device and clear its session cache: a modem's cached session outlives a key that was written.",
    ...(endpoint === undefined ? {} : { action: { kind: 'showCredential', endpoint } }),
  };
}
