import type { PresentedCertificate } from '../dtls/credentials';
import {
  dateFault,
  issuerFault,
  readCertificate,
  untrusted,
  useFault,
  Uses,
  type JudgedCertificate,
} from './certificateFault';
import { checkName } from './credential';
import type { KnownCredentials } from './credentialStore';
import { commonNameOf } from './publicMaterial';

/** By what the certificates of devices are judged. */
export interface DeviceTrust {
  readonly known: Pick<KnownCredentials, 'byPublicKey' | 'byCertificate'>;
  /** Our authority's certificate in DER, where there is one. */
  readonly authority: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly wallTime: number;
}

/**
 * Whether a device's certificate or raw public key is trusted; the name is its endpoint name. Trusted are the exact key or
 * certificate of a credential, which names its endpoint, and what our own authority signed, whose common name is the
 * endpoint name (RFC 7925 §4.4.2). Only the first certificate of a chain counts: our authority signs leaves only. Never throws.
 */
export function judgeDevice(presented: PresentedCertificate, trust: DeviceTrust): JudgedCertificate {
  if (presented.kind === 'rawPublicKey') {
    const credential = trust.known.byPublicKey(presented.publicKey);
    return credential
      ? { trusted: true, name: credential.endpointName }
      : untrusted('unknownKey', 'no device is known by this raw public key');
  }
  const [leaf] = presented.chain;
  const read = readCertificate(leaf);
  if (!leaf || !read) return untrusted('unreadable', 'it is no certificate');
  const pinned = trust.known.byCertificate(leaf);
  const outOfDate = dateFault(read.facts, trust.wallTime);
  if (pinned) return outOfDate ?? { trusted: true, name: pinned.endpointName };
  const fault = issuerFault(read.x509, trust.authority) ?? outOfDate ?? useFault(read.x509, Uses.CLIENT);
  if (fault) return fault;
  const name = commonNameOf(leaf);
  const checked = checkName('the common name', name ?? '');
  return checked.ok
    ? { trusted: true, name: checked.value }
    : untrusted('wrongName', `${checked.problem.message}, where the endpoint name should be`);
}
