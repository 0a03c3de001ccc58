import { createPrivateKey } from 'node:crypto';
import { decodeUtf8, encodeUtf8, equalBytes } from '../base/bytes';
import type { Clock } from '../base/clock';
import type { OwnCertificate, PresentedCertificate, ServerCredentials } from '../dtls/credentials';
import type { Peer, TlsSettings } from '../transport/ports';
import type { CertifiedKey } from './authority';
import type { JudgedCertificate } from './certificateFault';
import type { PskCredential } from './credential';
import type { KnownCredentials } from './credentialStore';
import { judgeDevice } from './deviceCertificate';
import { endpointRefusal, type BindingRefusal } from './endpointBinding';
import { publicKeyOf, toPem } from './publicMaterial';

/** What a server's trust is made of; the functions are asked at each handshake, so that what is new counts at once. */
export interface TrustedHere {
  readonly known: KnownCredentials;
  /** Our own server certificate, where there is one. */
  readonly certificate: () => CertifiedKey | undefined;
  /** Our authority's certificate in DER, where there is one. */
  readonly authority: () => Uint8Array | undefined;
  readonly clock: Clock;
}

/** Who is trusted by our servers, and who a device has proved to be. */
export interface ServerTrust extends TrustedHere {
  /** For a DTLS listener. Clients without pre-shared key, certificate or raw public key are refused. */
  readonly dtls: ServerCredentials;
  /** For a `coaps+tcp` listener; HTTPS, whose clients prove nothing, takes `own` alone. */
  readonly tls: Required<Pick<TlsSettings, 'own' | 'judge' | 'psk' | 'certificateRequired'>>;
  /** Whether a device's certificate or raw public key is trusted. */
  judge(presented: PresentedCertificate): JudgedCertificate;
  /**
   * The endpoint that a secured peer proved to be, by `Peer.identityKind`: for a pre-shared key the endpoint that has
   * the identity now, for a certificate or raw public key the name it was trusted for. A PSK identity that happens to be
   * another endpoint's name is therefore never taken for that endpoint. Where a transport doesn't tell the kind, only an
   * identity that means the same endpoint either way proves anything. `undefined`: none.
   */
  provedEndpoint(peer: Pick<Peer, 'identity' | 'identityKind'>): string | undefined;
  /** Whether a peer may register as `endpointName`; `secured`: it came over DTLS or TLS. `undefined`: it may. */
  registrationRefusal(
    endpointName: string,
    peer: Pick<Peer, 'identity' | 'identityKind'>,
    secured: boolean,
  ): BindingRefusal | undefined;
}

/** Makes a server's trust from what is known of devices, our own certificate and our authority's. */
export function serverTrust(here: TrustedHere): ServerTrust {
  const { known, clock } = here;
  const own = remembered(ownCertificate);
  const pem = remembered(tlsIdentity);
  const judge = (presented: PresentedCertificate): JudgedCertificate =>
    judgeDevice(presented, { known, authority: here.authority(), wallTime: clock.wallTime() });
  const provedEndpoint: ServerTrust['provedEndpoint'] = ({ identity, identityKind }) => {
    if (identity === undefined || identityKind === 'certificate') return identity;
    const endpoint = known.byIdentity(identity)?.endpointName;
    if (identityKind === 'psk') return endpoint;
    return endpoint === undefined || endpoint === identity ? identity : undefined;
  };
  return {
    ...here,
    dtls: {
      psk: (identity) => pskOf(known, decodeIdentity(identity))?.key,
      get certificate() {
        return own(here.certificate());
      },
      judge,
      certificateRequired: true,
    },
    tls: {
      own: () => pem(here.certificate()),
      judge: (chain) => judge({ kind: 'x509', chain }),
      psk: (identity) => pskOf(known, identity)?.key,
      certificateRequired: true,
    },
    judge,
    provedEndpoint,
    registrationRefusal(endpointName, peer, secured) {
      const proved = secured ? provedEndpoint(peer) : undefined;
      if (secured && proved === undefined)
        return {
          code: 'IDENTITY_NOT_ENDPOINT',
          message: `The device registers as ${endpointName} over a session whose credential is no longer here.`,
          next: `Give ${endpointName} a credential, and have the device connect anew.`,
        };
      return endpointRefusal(endpointName, proved, known.ofEndpoint(endpointName));
    },
  };
}

/** A PSK identity as credentials have it; `undefined` where the bytes are no text, which no credential's are. */
function decodeIdentity(identity: Uint8Array): string | undefined {
  const text = decodeUtf8(identity);
  // The decoder takes a byte order mark away; the identity with it is another one.
  return text !== undefined && equalBytes(encodeUtf8(text), identity) ? text : undefined;
}

function pskOf(known: KnownCredentials, identity: string | undefined): PskCredential | undefined {
  const credential = identity === undefined ? undefined : known.byIdentity(identity);
  return credential?.mode === 'psk' ? credential : undefined;
}

/** A certificate and its key as DTLS takes them. The key must be EC P-256, as all that are made here. */
export const ownCertificate = ({ certificate, privateKey }: CertifiedKey): OwnCertificate => ({
  privateKey: createPrivateKey(toPem('PRIVATE KEY', privateKey)),
  chain: [certificate],
  publicKey: publicKeyOf(certificate),
});

/** A raw public key (RFC 7250) and its private key (DER, PKCS #8), EC P-256, as DTLS takes them. */
export const ownPublicKey = (
  own: Pick<OwnCertificate, 'publicKey'> & { readonly privateKey: Uint8Array },
) => ({
  privateKey: createPrivateKey(toPem('PRIVATE KEY', own.privateKey)),
  chain: [],
  publicKey: own.publicKey,
});

/** A certificate and its key as TLS takes them: PEM. */
export const tlsIdentity = ({ certificate, privateKey }: CertifiedKey) => ({
  certificate: toPem('CERTIFICATE', certificate),
  privateKey: toPem('PRIVATE KEY', privateKey),
});

/** The last answer again for the same question: a certificate changes seldom and is asked for at each handshake. */
function remembered<T>(make: (key: CertifiedKey) => T): (key: CertifiedKey | undefined) => T | undefined {
  let last: { readonly key: CertifiedKey; readonly made: T } | undefined;
  return (key) => {
    if (!key) return undefined;
    if (last?.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}
