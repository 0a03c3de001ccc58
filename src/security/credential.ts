import { createHash } from 'node:crypto';
import { encodeUtf8, toHex } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { keyWarnings } from './pskKey';
import { commonNameOf } from './publicMaterial';

/** A pre-shared key and the identity it is presented under (OMA-TS-LightweightM2M_Transport-V1_1_1 §5.2.8.1, RFC 4279). */
export interface PskCredential {
  readonly mode: 'psk';
  readonly endpointName: string;
  /** UTF-8 on the wire, at most 128 bytes (RFC 4279 §5.1, §5.3). */
  readonly identity: string;
  /** 1 to 64 bytes (RFC 4279 §5.3). Secret. */
  readonly key: Uint8Array;
}

/** A device's raw public key (RFC 7250): a P-256 SubjectPublicKeyInfo in DER. */
export interface RpkCredential {
  readonly mode: 'rpk';
  readonly endpointName: string;
  readonly publicKey: Uint8Array;
}

/** A device's own certificate in DER, with a P-256 key. */
export interface X509Credential {
  readonly mode: 'x509';
  readonly endpointName: string;
  readonly certificate: Uint8Array;
}

/** How the device of one endpoint name proves who it is. An endpoint name has one credential at most. */
export type Credential = PskCredential | RpkCredential | X509Credential;

/** What may be shown of a {@link Credential}: never the key. */
export interface CredentialSummary {
  readonly endpointName: string;
  readonly mode: Credential['mode'];
  /** The PSK identity, or the certificate's common name. */
  readonly identity?: string;
  readonly digest: string;
}

/** Bytes an endpoint name or a PSK identity may take in UTF-8 (RFC 4279 §5.3 asks for 128 of an identity). */
export const MAX_NAME_BYTES = 128;

/**
 * Tells credentials apart without telling the secret: SHA-256 in hexadecimal, of the DER of a public key or
 * certificate (what `openssl x509 -fingerprint -sha256` shows without its colons); of a pre-shared key the first
 * 16 digits only, so that it can be compared and is not a hash to be searched.
 */
export function credentialDigest(credential: Credential): string {
  switch (credential.mode) {
    case 'psk':
      return sha256Hex(credential.key).slice(0, 16);
    case 'rpk':
      return sha256Hex(credential.publicKey);
    case 'x509':
      return sha256Hex(credential.certificate);
  }
}

const sha256Hex = (bytes: Uint8Array): string => toHex(createHash('sha256').update(bytes).digest());

/** What may be shown of a credential. */
export function credentialSummary(credential: Credential): CredentialSummary {
  const { endpointName, mode } = credential;
  const identity = presentedIdentity(credential);
  const digest = credentialDigest(credential);
  return { endpointName, mode, ...(identity === undefined ? {} : { identity }), digest };
}

const presentedIdentity = (credential: Credential): string | undefined => {
  switch (credential.mode) {
    case 'psk':
      return credential.identity;
    case 'x509':
      return commonNameOf(credential.certificate);
    case 'rpk':
      return undefined;
  }
};

/** What a credential is known by when a device presents it; the secret key has no part in it. */
type Presented =
  | Pick<PskCredential, 'mode' | 'identity'>
  | Pick<RpkCredential, 'mode' | 'publicKey'>
  | Pick<X509Credential, 'mode' | 'certificate'>;

/** What a device presents in its handshake, as the key of a table: the same for the same device and no other. */
export function presentedName(presented: Presented): string {
  switch (presented.mode) {
    case 'psk':
      return `psk ${presented.identity}`;
    case 'rpk':
      return `rpk ${sha256Hex(presented.publicKey)}`;
    case 'x509':
      return `x509 ${sha256Hex(presented.certificate)}`;
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A text that can be an endpoint name or a PSK identity: 1 to 128 bytes of UTF-8 without control characters. */
export function checkName(what: string, text: string): Decoded<string> {
  if (text === '') return problem(`${what} is empty`, 0);
  const control = text.search(/[\u0000-\u001f\u007f-\u009f]/);
  if (control >= 0) return problem(`${what} has a control character in it`, control);
  if (LONE_SURROGATE.test(text)) return problem(`${what} is no Unicode text`, 0);
  const length = encodeUtf8(text).length;
  return length > MAX_NAME_BYTES
    ? problem(`${what} takes ${length} bytes, ${MAX_NAME_BYTES} are the most`, MAX_NAME_BYTES)
    : decoded(text);
}

/** What a user should know about a credential that is otherwise fine, as sentences that name no secret. */
export function credentialWarnings(credential: Credential): readonly string[] {
  switch (credential.mode) {
    case 'psk':
      return [
        ...keyWarnings(credential.key),
        ...(credential.identity === credential.endpointName
          ? []
          : [
              `The identity ${credential.identity} is not the endpoint name ${credential.endpointName}: nRF Connect SDK's client always presents its endpoint name.`,
            ]),
      ];
    case 'x509': {
      const name = commonNameOf(credential.certificate);
      return name === credential.endpointName
        ? []
        : [
            `The certificate's common name is ${name ?? 'absent'}, not ${credential.endpointName}: most servers take the common name for the endpoint name.`,
          ];
    }
    case 'rpk':
      return [];
  }
}
