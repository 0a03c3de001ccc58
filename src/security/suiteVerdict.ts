import { CIPHER_SUITES, cipherSuite } from '../dtls/cipherSuite';
import { ECDSA_SHA256, SECP256R1 } from '../dtls/extension';
import { DTLS_1_0 } from '../dtls/record';
import { hostMeant, whoOf, type Attempt, type Offer } from './attempt';
import type { Verdict } from './handshakeAttempt';
import { isSignal, suiteName } from './offeredNames';

/** Suites of a list that a sentence names. */
const MAX_NAMED = 6;

/** What makes a Zephyr device with Mbed TLS offer the suite every LwM2M server has. */
const PSK_KCONFIG = 'CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=y\nCONFIG_MBEDTLS_CIPHER_CCM_ENABLED=y\n';
const ECDSA_KCONFIG =
  'CONFIG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED=y\nCONFIG_MBEDTLS_ECP_DP_SECP256R1_ENABLED=y\n';
const OUR_PSK_SUITE = 'TLS_PSK_WITH_AES_128_CCM_8';

/** What we could have agreed to. */
export interface OurSide {
  /** There is a certificate of ours. */
  readonly certificate: boolean;
  /** Suites that were possible, with what we hold. */
  readonly enabled: readonly number[];
  /** The hosts a certificate would be made for. */
  readonly hosts: readonly string[];
}

/** `NO_COMMON_SUITE`: what the device offers, what we have, and what has to be switched on where. */
export function noCommonSuite(attempt: Attempt, offer: Offer | undefined, ours: OurSide): Verdict {
  const who = whoOf(attempt);
  const code = 'NO_COMMON_SUITE';
  const offered = (offer?.cipherSuites ?? []).filter((id) => !isSignal(id));
  if (offered.length > 0 && offered.every((id) => id >> 8 === 0x13))
    return {
      code,
      message: `${who} speaks version 1.3 of DTLS only: it offers ${names(offered)}.`,
      next: 'Enable DTLS 1.2 in the device, in Zephyr with CONFIG_MBEDTLS_TLS_VERSION_1_2=y.',
      action: { kind: 'copyKconfig', lines: 'CONFIG_MBEDTLS_TLS_VERSION_1_2=y\n' },
    };
  const built = offered.flatMap((id) => cipherSuite(id) ?? []);
  const certified = built.filter(({ keyExchange }) => keyExchange === 'ECDHE_ECDSA');
  if (certified.length > 0 && !ours.certificate)
    return {
      code,
      message: `${who} offers suites with certificates only (${names(offered)}), and this server has no certificate.`,
      next: `Make one: lwm2m-workbench certificates server ${ours.hosts.map((host) => `--host ${host}`).join(' ')}; or give the device a pre-shared key.`,
      action: { kind: 'makeCertificate', hosts: ours.hosts },
    };
  const lacks = offer && lacking(offer);
  if (built.length > 0 && lacks !== undefined)
    return {
      code,
      message: `${who} offers ${names(built.map(({ id }) => id))}, but not ${lacks}, which they need here.`,
      next: `Enable ${lacks} in the device, in Zephyr with CONFIG_MBEDTLS_ECP_DP_SECP256R1_ENABLED=y.`,
      action: { kind: 'copyKconfig', lines: ECDSA_KCONFIG },
    };
  if (built.length > 0)
    return {
      code,
      message: `${who} offers ${names(offered)}; enabled here is ${names(ours.enabled)}.`,
      next: `Enable ${names(built.map(({ id }) => id))} in this server, or ${names(ours.enabled)} in the device.`,
    };
  const wantsCertificate = offered.length > 0 && offered.every((id) => !suiteName(id).includes('PSK'));
  const needed = wantsCertificate && ours.certificate ? 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8' : OUR_PSK_SUITE;
  const have = ours.enabled.length > 0 ? ours.enabled : CIPHER_SUITES.map(({ id }) => id);
  return {
    code,
    message: `${who} offers ${names(offered)}; this server has ${names(have)}.`,
    next: `Enable ${needed} in the device, in Zephyr with Mbed TLS by the lines offered here.`,
    action: { kind: 'copyKconfig', lines: needed === OUR_PSK_SUITE ? PSK_KCONFIG : ECDSA_KCONFIG },
  };
}

/** `NO_COMMON_SUITE` of a client whose version of DTLS is not ours. */
export const otherVersion = (attempt: Attempt, version: number): Verdict => ({
  code: 'NO_COMMON_SUITE',
  message: `${whoOf(attempt)} speaks ${version === DTLS_1_0 ? 'DTLS 1.0' : `version 0x${version.toString(16)} of DTLS`}; this server speaks DTLS 1.2.`,
  next: 'Enable DTLS 1.2 in the device.',
});

/** `NO_COMMON_SUITE` of a certificate whose key no suite here can verify. */
export const otherKeyKind = (attempt: Attempt): Verdict => ({
  code: 'NO_COMMON_SUITE',
  message: `${whoOf(attempt)} shows a certificate or key that can't be used here: EC P-256 is needed.`,
  next: 'Give the device a certificate with an EC P-256 key: lwm2m-workbench certificates device --endpoint NAME.',
});

/** `NO_COMMON_SUITE` of TLS, where this server has no certificate to show any more. */
export const noOwnCertificate = (attempt: Attempt): Verdict => ({
  code: 'NO_COMMON_SUITE',
  message: `${whoOf(attempt)} came by TLS, and this server has no certificate.`,
  next: `Make one: lwm2m-workbench certificates server --host ${hostMeant(attempt)}.`,
  action: { kind: 'makeCertificate', hosts: [hostMeant(attempt)] },
});

/** `NO_COMMON_SUITE` of TLS, where the runtime does not tell what was offered. */
export const noCommonTls = (attempt: Attempt, version: boolean): Verdict => ({
  code: 'NO_COMMON_SUITE',
  message: `${whoOf(attempt)} offers no ${version ? 'version of TLS' : 'cipher suite'} that this server has.`,
  next: version
    ? 'Enable TLS 1.2 in the device.'
    : 'Enable ECDHE_ECDSA with AES-128 in the device, or a pre-shared key if it is to use one.',
});

function lacking({ extensions }: Offer): string | undefined {
  const { supportedGroups, signatureAlgorithms } = extensions;
  if (supportedGroups && !supportedGroups.includes(SECP256R1)) return 'the curve secp256r1 (P-256)';
  if (signatureAlgorithms && !signatureAlgorithms.includes(ECDSA_SHA256))
    return 'signatures by ECDSA with SHA-256';
  return undefined;
}

function names(ids: readonly number[]): string {
  if (ids.length === 0) return 'no suite';
  const named = ids.slice(0, MAX_NAMED).map(suiteName).join(', ');
  return ids.length > MAX_NAMED ? `${named} and ${ids.length - MAX_NAMED} more` : named;
}
