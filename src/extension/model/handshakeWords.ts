import type { DeviceView } from '../../contract/device';
import { printableText } from '../../base/printableText';
import type { HandshakeAttempt, VerdictAction, VerdictCode } from '../../security/handshakeAttempt';
import { modeWords } from './credentialRows';
import { safeName } from './words';

/** Verdicts in a row's few words; the sentence stands below. */
export const verdictWords: Readonly<Record<VerdictCode, string>> = {
  UNKNOWN_IDENTITY: 'unknown identity',
  WRONG_KEY: 'wrong key',
  NO_COMMON_SUITE: 'no common cipher suite',
  CERTIFICATE_EXPIRED: 'certificate expired',
  CERTIFICATE_WRONG_NAME: 'certificate of another name',
  CERTIFICATE_UNKNOWN_ISSUER: 'certificate of an unknown issuer',
  PLAIN_ON_SECURE_PORT: 'plain CoAP on the secured port',
  SECURE_ON_PLAIN_PORT: 'secured on the plain port',
  NO_ANSWER_TO_COOKIE: 'our answer does not arrive',
  LAST_FLIGHT_REPEATED: 'last flight repeated',
  RESUMED_WITH_OLD_KEY: 'resumed with an old key',
  IDENTITY_NOT_ENDPOINT: 'identity of another endpoint',
  PEER_ALERT: "the device's alert",
};

/** What a button that mends it says. */
export const fixWords: Readonly<Record<VerdictAction['kind'], string>> = {
  addCredential: 'Add Credential…',
  showCredential: 'Show Credential…',
  makeCertificate: 'Make Server Certificate…',
  showAuthority: "Copy Authority's Certificate…",
  showArrivals: 'Nothing Arrives?',
  copyKconfig: 'Copy Kconfig',
};

/** A suite as people say it: `CCM_8`, `ECDHE-ECDSA GCM`; its full name where it is no common one. */
export function suiteWords(suite: string): string {
  const known = /^TLS_(\w+?)_WITH_AES_128_(CCM_8|CCM|GCM|CBC)(?:_SHA(?:256)?)?$/.exec(suite);
  const [, exchange = '', cipher = ''] = known ?? [];
  if (!known) return safeName(suite);
  return exchange === 'PSK' ? cipher : `${exchange.replaceAll('_', '-')} ${cipher}`;
}

/** A URI's authority without its scheme: `192.0.2.7:40123`. */
export const withoutScheme = (uri: string): string => safeName(uri.replace(/^[\w+]+:\/\//, ''));

/** Whom an attempt is of, as far as it is known: the endpoint, else the identity, else the address. */
export const attemptName = ({ endpoint, identity, address }: HandshakeAttempt): string =>
  endpoint !== undefined
    ? safeName(endpoint)
    : identity !== undefined && identity !== ''
      ? safeName(identity)
      : withoutScheme(address);

/** `DTLS` or `TLS`. */
export const transportWords = ({ transport }: HandshakeAttempt): string => transport.toUpperCase();

/** The verdict's two sentences, harmless and bounded. */
export function verdictSentences({ verdict }: HandshakeAttempt): readonly [what: string, next: string] {
  return [printableText(verdict?.message ?? '', 400), printableText(verdict?.next ?? '', 400)];
}

/** The verdict's first sentence alone. */
export const causeSentence = (attempt: HandshakeAttempt): string =>
  verdictSentences(attempt)[0].split(/(?<=\.) (?=[A-Z])/)[0] ?? '';

/** How a registered device is secured: `coaps · PSK dev1 · CCM_8 · CID`; `undefined` where it is not. */
export function securityWords({ address, security }: DeviceView): string | undefined {
  if (!security) return undefined;
  const { mode, identity, suite, connectionId } = security;
  return [
    safeName(address.split(':')[0] ?? ''),
    `${modeWords[mode]} ${safeName(identity)}`,
    ...(suite === undefined ? [] : [suiteWords(suite)]),
    ...(connectionId === undefined ? [] : ['CID']),
  ].join(' · ');
}
