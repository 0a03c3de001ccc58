import { OperationError } from '../base/errors';
import { printAuthority } from '../base/socketAddress';
import type { SocketAddress } from './ports';

/** Why a TLS handshake failed: a code that is stable for the runtime, and words. */
export interface TlsRefusal {
  readonly code: string;
  readonly message: string;
}

const MAX_WORDS = 200;

/** What the runtime says about a failed handshake. OpenSSL's own text has addresses and file names; its reason is enough. */
export function refusalOf(error: Error): TlsRefusal {
  const { code, reason } = error as NodeJS.ErrnoException & { readonly reason?: string };
  return { code: code ?? 'TLS_FAILED', message: (reason ?? error.message).slice(0, MAX_WORDS) };
}

/** Whether it is TLS that failed, by the runtime's code: an alert, a record, a certificate that it does not trust. */
export function isTlsError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'EPROTO' ||
    /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
      code ?? '',
    )
  );
}

/** `TLS_REFUSED`: no secured connection with `address` (or `host:port`), and why. */
export function tlsRefused(address: SocketAddress | string, refusal: Error | TlsRefusal): OperationError {
  const { code, message } = refusal instanceof Error ? refusalOf(refusal) : refusal;
  const name = typeof address === 'string' ? address : printAuthority(address);
  return new OperationError('TLS_REFUSED', `no secured connection with ${name}: ${message}`, {
    next: nextFor(code),
    details: { reason: code },
    ...(refusal instanceof Error ? { cause: refusal } : {}),
  });
}

function nextFor(code: string): string {
  if (/PSK|CIPHER_OPERATION|BAD_RECORD_MAC|BINDER/.test(code))
    return 'Compare identity and key on both sides.';
  if (/WRONG_VERSION_NUMBER|NOT_TLS|HTTP_REQUEST/.test(code))
    return 'Check the port: what answers there speaks no TLS.';
  if (/NO_SHARED_CIPHER|HANDSHAKE_FAILURE|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code))
    return 'Compare what both sides have: certificate or key, versions and cipher suites.';
  if (/TIMEOUT/.test(code)) return 'Check that a TLS server listens on this port.';
  if (/CERT|CA$|ISSUER|SIGNED|ALTNAME/.test(code))
    return 'Check the certificates: who issued them, until when, and for which name.';
  return 'See what the other side says about this handshake.';
}
