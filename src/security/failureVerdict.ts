import type { HandshakeFailure } from '../dtls/handshakeEvents';
import { identityText, type PresentedCertificate } from '../dtls/credentials';
import { peerAlert } from './alertVerdict';
import { hostMeant, type Attempt } from './attempt';
import {
  deviceCertificateRefused,
  isCertificateFault,
  noDeviceCertificate,
  ownCertificateRefused,
} from './certificateVerdict';
import { noAnswerToFlight } from './deliveryVerdict';
import type { Verdict } from './handshakeAttempt';
import { resumedWithOldKey, unknownIdentity, wrongKey, wrongPrivateKey } from './keyVerdict';
import { commonNameOf } from './publicMaterial';
import type { ServerTrust } from './serverTrust';
import { noCommonSuite, otherKeyKind, otherVersion } from './suiteVerdict';

/** A PSK identity as text: what is no UTF-8 in hexadecimal digits after `0x`. */
export const identityOf = (identity: Uint8Array): string => identityText({ kind: 'psk', identity }) ?? '';

/** The verdict on a DTLS handshake that failed; `undefined` where none of the known causes is behind it. `search`: as much may be computed for it as takes milliseconds. */
export function failureVerdict(
  attempt: Attempt,
  failure: HandshakeFailure,
  trust: ServerTrust,
  search: () => boolean,
): Verdict | undefined {
  switch (failure.kind) {
    case 'unknownIdentity':
      return unknownIdentity(attempt, identityOf(failure.identity), trust.known, search);
    case 'wrongKey':
      return keyVerdict(attempt, failure.identity, trust);
    case 'noCommonSuite':
      return noCommonSuite(attempt, attempt.hello, {
        certificate: trust.certificate() !== undefined,
        enabled: failure.enabled,
        hosts: [hostMeant(attempt)],
      });
    case 'unsupportedVersion':
      return otherVersion(attempt, failure.version);
    case 'certificateRefused':
      if (isCertificateFault(failure.code))
        return deviceCertificateRefused(attempt, failure.code, failure.reason, nameIn(failure.presented));
      return failure.reason === 'the client has none' ? noDeviceCertificate(attempt) : otherKeyKind(attempt);
    case 'signatureWrong':
      return wrongPrivateKey(attempt);
    case 'peerAlert': {
      if (attempt.wrongKey) return attempt.wrongKey;
      const { description } = failure.alert;
      const ours = attempt.certified
        ? ownCertificateRefused(attempt, description, trust.certificate(), trust.clock.wallTime())
        : undefined;
      return ours ?? peerAlert(attempt, description);
    }
    case 'noAnswer':
      return attempt.wrongKey ?? noAnswerToFlight(attempt, failure.flight, failure.transmissions);
    case 'superseded':
    case 'closed':
      return attempt.wrongKey;
    default:
      return undefined;
  }
}

function keyVerdict(attempt: Attempt, identity: Uint8Array, trust: ServerTrust): Verdict {
  // What it held before is what it asked to resume with.
  if (attempt.keyChanged && !attempt.keyExplained) return resumedWithOldKey(attempt, false);
  const credential = trust.known.byIdentity(identityOf(identity));
  return (
    attempt.wrongKey ?? wrongKey(attempt, credential?.mode === 'psk' ? credential : undefined, undefined)
  );
}

/** The common name in what a peer presented. */
export const nameIn = (presented: PresentedCertificate | undefined): string | undefined =>
  presented?.kind === 'x509' && presented.chain[0] ? commonNameOf(presented.chain[0]) : undefined;
