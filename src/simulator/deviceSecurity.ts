import { encodeUtf8, concatBytes } from '../base/bytes';
import type { ClientCredentials } from '../dtls/credentials';
import type { SocketAddress, TlsSettings } from '../transport/ports';
import type { HandshakeFault } from './fault';

/** How a device reaches a server. */
export type DeviceScheme = 'coap' | 'coaps' | 'coap+tcp' | 'coaps+tcp';

/** What a device holds to prove who it is, and whom it trusts, over each kind of secured connection. */
export interface HandshakeMaterial {
  /** For `coaps`. */
  readonly dtls?: ClientCredentials;
  /** For `coaps+tcp`. */
  readonly tls?: TlsSettings;
  /** For `https`, where a device proves nothing of itself. */
  readonly https?: TlsSettings;
}

/** What a device holds for its server, and for images at an address: the same, where `download` is absent. */
export interface DeviceSecurity extends HandshakeMaterial {
  readonly download?: (address: SocketAddress) => HandshakeMaterial;
}

/** Security Mode, 0/0/2 (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.1): 0 PSK, 1 raw public key, 2 certificate, 3 NoSec. */
export function securityMode(scheme: DeviceScheme, { dtls, tls }: HandshakeMaterial): 0 | 1 | 2 | 3 {
  switch (scheme) {
    case 'coap':
    case 'coap+tcp':
      return 3;
    case 'coaps':
      if (dtls?.psk) return 0;
      return dtls?.certificate?.chain.length === 0 ? 1 : 2;
    case 'coaps+tcp':
      return tls?.ownPsk ? 0 : 2;
  }
}

/** What 0/0/3 holds: the PSK identity, or the public half of what it presents, as far as there is one. */
export function presentedIdentity(scheme: DeviceScheme, { dtls, tls }: HandshakeMaterial): Uint8Array {
  if (scheme === 'coaps') {
    const { psk, certificate } = dtls ?? {};
    return psk?.identity ?? certificate?.chain[0] ?? certificate?.publicKey ?? new Uint8Array(0);
  }
  return encodeUtf8(scheme === 'coaps+tcp' ? (tls?.ownPsk?.identity ?? tls?.own?.()?.certificate ?? '') : '');
}

const otherKey = (key: Uint8Array): Uint8Array => key.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
const STRANGER = '-unknown';

/** What a device with these faults uses in place of what it holds. */
export function spoiled(
  { dtls, tls, https }: HandshakeMaterial,
  faults: ReadonlySet<HandshakeFault>,
): HandshakeMaterial {
  const wrongKey = faults.has('wrong-key');
  const stranger = faults.has('unknown-identity');
  const psk = dtls?.psk && {
    identity: stranger ? concatBytes([dtls.psk.identity, encodeUtf8(STRANGER)]) : dtls.psk.identity,
    key: wrongKey ? otherKey(dtls.psk.key) : dtls.psk.key,
  };
  const ownPsk = tls?.ownPsk && {
    identity: stranger ? tls.ownPsk.identity + STRANGER : tls.ownPsk.identity,
    key: wrongKey ? otherKey(tls.ownPsk.key) : tls.ownPsk.key,
  };
  return {
    ...(dtls ? { dtls: { ...dtls, ...(psk ? { psk } : {}) } } : {}),
    ...(https ? { https } : {}),
    ...(tls ? { tls: { ...tls, ...(ownPsk ? { ownPsk } : {}) } } : {}),
  };
}
