import { Alerts } from '../dtls/alert';
import type { TlsEvent } from '../transport/ports';
import { peerAlert } from './alertVerdict';
import type { Attempt } from './attempt';
import { deviceCertificateRefused, noDeviceCertificate, ownCertificateRefused } from './certificateVerdict';
import { nameIn } from './failureVerdict';
import type { Verdict } from './handshakeAttempt';
import { unknownIdentity, wrongKey } from './keyVerdict';
import type { ServerTrust } from './serverTrust';
import { noCommonTls, noOwnCertificate } from './suiteVerdict';

/** A TLS handshake that came to nothing. */
export type TlsFailure = Extract<TlsEvent, { readonly kind: 'failed' }>;

const ALERT_NUMBERS: Readonly<Record<string, number>> = { ...Alerts, UNKNOWN_PSK_IDENTITY: 115 };

/** The alert that a peer sent, by the runtime's code: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`, `ERR_SSL_SSL/TLS_ALERT_…`. */
function alertOf(code: string): number | undefined {
  const name = /ALERT_([A-Z_]+)$/.exec(code)?.[1];
  return name === undefined ? undefined : ALERT_NUMBERS[name];
}

/** The verdict on a TLS handshake that failed, by the runtime's code; `undefined` where none of the known causes is behind it. */
export function tlsVerdict(
  attempt: Attempt,
  failure: TlsFailure,
  trust: ServerTrust,
  search: () => boolean,
): Verdict | undefined {
  const { code, presented, identity } = failure;
  const alert = alertOf(code);
  if (alert !== undefined)
    return (
      ownCertificateRefused(attempt, alert, trust.certificate(), trust.clock.wallTime()) ??
      peerAlert(attempt, alert)
    );
  if (presented && presented.length > 0) {
    const judged = trust.judge({ kind: 'x509', chain: presented });
    if (!judged.trusted)
      return deviceCertificateRefused(
        attempt,
        judged.code,
        judged.reason,
        nameIn({ kind: 'x509', chain: presented }),
      );
  }
  if (code === 'NO_CERTIFICATE') return noOwnCertificate(attempt);
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE|^CERTIFICATE_MISSING$/.test(code))
    return noDeviceCertificate(attempt);
  if (/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE|UNKNOWN_PROTOCOL/.test(code))
    return noCommonTls(attempt, true);
  if (/NO_SHARED_(CIPHER|SIGNATURE|GROUP)|NO_SUITABLE_(KEY_SHARE|SIGNATURE)/.test(code))
    return noCommonTls(attempt, false);
  if (/PSK_IDENTITY/.test(code)) return unknownIdentity(attempt, identity, trust.known, search);
  const credential = identity === undefined ? undefined : trust.known.byIdentity(identity);
  if (
    /BINDER_DOES_NOT_VERIFY/.test(code) ||
    (credential && /BAD_RECORD_MAC|CIPHER_OPERATION_FAILED|DIGEST_CHECK/.test(code))
  )
    return wrongKey(attempt, credential?.mode === 'psk' ? credential : undefined, undefined);
  return undefined;
}
