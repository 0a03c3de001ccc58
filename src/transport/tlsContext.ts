import { constants } from 'node:crypto';
import { createSecureContext, getCiphers, type SecureContext, type SecureContextOptions } from 'node:tls';
import { OperationError, errorText } from '../base/errors';
import type { TlsIdentity, TlsSettings } from './ports';

/** What is spoken within TLS, as ALPN names it (RFC 7301 §6, RFC 8323 §8.2). */
export type AlpnProtocol = 'coap' | 'http/1.1';

/** Suites with a certificate: TLS 1.3's first, those of small devices last. SHA-256 stands first for TLS 1.3 with keys. */
const CERTIFICATE_SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA256',
];
/** 64 bits of authentication count as none with OpenSSL; for LwM2M they are what every device has (RFC 7925 §4.2). */
const CERTIFICATE_SUITES_CCM = ['ECDHE-ECDSA-AES128-CCM', 'ECDHE-ECDSA-AES128-CCM8'];
/** RFC 5487, 5489, 6655. */
const KEY_SUITES = [
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-PSK-AES128-CBC-SHA256',
  'PSK-AES128-GCM-SHA256',
  'PSK-AES128-CCM',
  'PSK-AES128-CCM8',
  'PSK-AES256-GCM-SHA384',
  'PSK-AES128-CBC-SHA256',
];
/** What OpenSSL's security level would keep out is kept out by name: nothing that signs with SHA-1. */
const SIGNATURES = ['ECDSA', 'RSA-PSS', 'RSA']
  .flatMap((kind) => ['SHA256', 'SHA384', 'SHA512'].map((hash) => `${kind}+${hash}`))
  .concat('ed25519')
  .join(':');

/** What the runtime's TLS has. */
export interface TlsRuntime {
  /** OpenSSL with pre-shared keys; Electron's BoringSSL has neither them nor OpenSSL's words in a list of suites. */
  readonly psk: boolean;
}

/** The runtime of this process, told by a suite that OpenSSL alone has. */
export const tlsRuntime = (): TlsRuntime => ({ psk: getCiphers().includes('psk-aes128-gcm-sha256') });

/**
 * The TLS contexts of one listener, or of one channel that connects: a new one when the certificate has changed, whose
 * session tickets are then worth nothing either.
 */
export class TlsContexts {
  /** Whether pre-shared keys are offered. */
  readonly psk: boolean;
  private made: { readonly own: TlsIdentity | undefined; readonly context: SecureContext } | undefined;

  /** Throws `OperationError` `NO_CERTIFICATE`, `TLS_PSK_MISSING`. */
  constructor(
    private readonly settings: TlsSettings,
    private readonly role: 'server' | 'client',
    private readonly runtime: TlsRuntime = tlsRuntime(),
  ) {
    const wanted = role === 'server' ? settings.psk !== undefined : settings.ownPsk !== undefined;
    const own = settings.own?.();
    // a client without a certificate of its own may still be content with the server's
    const otherwise = role === 'server' ? own !== undefined : settings.judge !== undefined;
    if (wanted && !runtime.psk && !otherwise) throw pskMissing();
    if (role === 'server' && !wanted && !own) throw noCertificate();
    this.psk = wanted && runtime.psk;
    this.contextWith(own);
  }

  /** The context for the next handshake. Throws `OperationError` `NO_CERTIFICATE`. */
  current(): SecureContext {
    return this.contextWith(this.settings.own?.());
  }

  private contextWith(own: TlsIdentity | undefined): SecureContext {
    const { made } = this;
    const same = made?.own?.certificate === own?.certificate && made?.own?.privateKey === own?.privateKey;
    if (made && same) return made.context;
    try {
      const context = createSecureContext(this.options(own));
      this.made = { own, context };
      return context;
    } catch (cause) {
      throw noCertificate(errorText(cause), cause);
    }
  }

  private options(own: TlsIdentity | undefined): SecureContextOptions {
    const { psk } = this;
    // keys alone, where they are all that a client has to tell a server by
    const certificates = this.role === 'server' || this.settings.judge !== undefined || !psk;
    const openssl = this.runtime.psk;
    const suites = [
      ...(certificates ? CERTIFICATE_SUITES : []),
      ...(certificates && openssl ? CERTIFICATE_SUITES_CCM : []),
      ...(psk ? KEY_SUITES : []),
      ...(openssl ? ['@SECLEVEL=0'] : []),
    ];
    return {
      ...(own ? { cert: own.certificate, key: own.privateKey } : {}),
      // whom to trust is the judge's: no authority of the runtime is loaded, or named to the peer
      ca: [],
      minVersion: 'TLSv1.2',
      // few servers know keys in TLS 1.3, and one that does knows TLS 1.2
      maxVersion: certificates ? 'TLSv1.3' : 'TLSv1.2',
      ciphers: suites.join(':'),
      ...(openssl ? { sigalgs: SIGNATURES } : {}),
      honorCipherOrder: true,
      sessionIdContext: 'lwm2m-workbench',
      // a session with a key ends with that key, and a ticket doesn't tell whose it was
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (psk ? constants.SSL_OP_NO_TICKET : 0),
    };
  }
}

const noCertificate = (why?: string, cause?: unknown): OperationError =>
  new OperationError(
    'NO_CERTIFICATE',
    why === undefined
      ? 'TLS needs a certificate or pre-shared keys, and there is neither'
      : `the certificate for TLS can't be used: ${why}`,
    {
      next: "Make the server's certificate, or add a device's key.",
      ...(cause === undefined ? {} : { cause }),
    },
  );

const pskMissing = (): OperationError =>
  new OperationError('TLS_PSK_MISSING', 'this runtime (Electron/BoringSSL) has no TLS-PSK', {
    next: 'Use certificates, or coaps over UDP.',
  });
