import { Alerts } from '../dtls/alert';
import { cipherSuite } from '../dtls/cipherSuite';
import { hostMeant, whoOf, type Attempt } from './attempt';
import { certificateFacts, dayOf, type CertifiedKey } from './authority';
import { certificateFaults, type CertificateFault } from './certificateFault';
import type { Verdict, VerdictCode } from './handshakeAttempt';
import { shown } from './shownText';

const CODES: Readonly<Record<CertificateFault, VerdictCode>> = {
  expired: 'CERTIFICATE_EXPIRED',
  notYetValid: 'CERTIFICATE_EXPIRED',
  unknownIssuer: 'CERTIFICATE_UNKNOWN_ISSUER',
  unknownKey: 'CERTIFICATE_UNKNOWN_ISSUER',
  wrongName: 'CERTIFICATE_WRONG_NAME',
  notForThisUse: 'CERTIFICATE_WRONG_NAME',
  unreadable: 'CERTIFICATE_UNKNOWN_ISSUER',
};

const NEXT: Readonly<Record<CertificateFault, string>> = {
  expired: 'Make the device a new one: lwm2m-workbench certificates device --endpoint NAME.',
  notYetValid: "Check this machine's date, or make the device a new one.",
  unknownIssuer:
    'Make the device a certificate here (lwm2m-workbench certificates device --endpoint NAME), or add its own as a credential.',
  unknownKey:
    "Add the device's public key as a credential: lwm2m-workbench credentials add --endpoint NAME --public-key PEM.",
  wrongName: 'Make the device a certificate whose common name is its endpoint name.',
  notForThisUse: 'Give the device a certificate of its own, good for clients.',
  unreadable: 'Write the certificate into the device again.',
};

/** Whether a judge's code is one of {@link certificateFaults}. */
export const isCertificateFault = (code: string | undefined): code is CertificateFault =>
  (certificateFaults as readonly (string | undefined)[]).includes(code);

/** `CERTIFICATE_…`: what we found wrong with the device's certificate or raw public key. */
export function deviceCertificateRefused(
  attempt: Attempt,
  fault: CertificateFault,
  reason: string,
  commonName: string | undefined,
): Verdict {
  const what = fault === 'unknownKey' ? 'raw public key' : 'certificate';
  const named = commonName === undefined ? '' : ` for "${shown(commonName, 64)}"`;
  return {
    code: CODES[fault],
    message: `The ${what}${named} of ${lowerWho(attempt)} is not trusted: ${reason}.`,
    next: NEXT[fault],
    action: {
      kind: 'addCredential',
      ...(commonName === undefined || commonName !== shown(commonName) ? {} : { endpoint: commonName }),
    },
  };
}

/** `CERTIFICATE_UNKNOWN_ISSUER` of a device that has no certificate to show where one is asked for. */
export function noDeviceCertificate(attempt: Attempt): Verdict {
  const code = 'CERTIFICATE_UNKNOWN_ISSUER';
  const make = 'lwm2m-workbench certificates device --endpoint NAME';
  const keyed = attempt.hello?.cipherSuites.some((id) => {
    const suite = cipherSuite(id);
    return suite !== undefined && suite.keyExchange !== 'ECDHE_ECDSA';
  });
  // Its key was asked for first, unless it told of a certificate, or named an identity that is not known here.
  return keyed
    ? {
        code,
        message: `${whoOf(attempt)} offers suites with keys and with certificates; it was asked for a certificate, since its key is not known here or it told of one, and shows none.`,
        next: `Add the device's key with its identity (lwm2m-workbench credentials add --endpoint NAME), or make it a certificate (${make}).`,
      }
    : {
        code,
        message: `${whoOf(attempt)} chose a suite with certificates and shows none of its own.`,
        next: `Give the device a certificate (${make}), or a pre-shared key and suites for it.`,
      };
}

/**
 * `CERTIFICATE_…`: what the device found wrong with ours, as far as its alert tells (RFC 5246 §7.2.2; observed: Mbed TLS,
 * OpenSSL and GnuTLS send bad_certificate for a name that does not match); `undefined` for any other alert.
 */
export function ownCertificateRefused(
  attempt: Attempt,
  alert: number,
  own: CertifiedKey | undefined,
  wallTime: number,
): Verdict | undefined {
  const who = whoOf(attempt);
  const facts = own && certificateFacts(own.certificate);
  const hosts = [hostMeant(attempt)];
  const make = `lwm2m-workbench certificates server ${hosts.map((host) => `--host ${host}`).join(' ')}`;
  switch (alert) {
    case Alerts.CERTIFICATE_EXPIRED:
      return facts && facts.notAfter >= wallTime && facts.notBefore <= wallTime
        ? {
            code: 'CERTIFICATE_EXPIRED',
            message: `${who} takes this server's certificate for expired, which is good until ${dayOf(facts.notAfter)}: the device's clock is wrong.`,
            next: 'Have the device set its clock before it connects: it starts in 1970 or with the date of its build.',
          }
        : {
            code: 'CERTIFICATE_EXPIRED',
            message: `${who} refuses this server's certificate: it has expired${facts ? ` on ${dayOf(facts.notAfter)}` : ''}.`,
            next: `Make a new one: ${make}.`,
            action: { kind: 'makeCertificate', hosts: facts?.hosts.length ? facts.hosts : hosts },
          };
    case Alerts.UNKNOWN_CA:
      return {
        code: 'CERTIFICATE_UNKNOWN_ISSUER',
        message: `${who} does not know the authority that signed this server's certificate.`,
        next: "Give the device the authority's certificate: lwm2m-workbench certificates show.",
        action: { kind: 'showAuthority' },
      };
    case Alerts.BAD_CERTIFICATE: {
      const good = facts && facts.hosts.length > 0 ? facts.hosts.join(', ') : facts?.subject;
      return {
        code: 'CERTIFICATE_WRONG_NAME',
        message: `${who} refuses this server's certificate, most likely for its name${good === undefined ? '' : `: it is good for ${shown(good)}`}, and the device goes to ${shown(hosts.join(', '))}.`,
        next: `Make one for the host the device goes to: ${make}.`,
        action: { kind: 'makeCertificate', hosts },
      };
    }
    default:
      return undefined;
  }
}

const lowerWho = (attempt: Attempt): string => whoOf(attempt).replace(/^The /, 'the ');
