import { decoded, problem, type Decoded } from '../../base/result';
import { checkName, type Credential } from '../credential';
import { keyFromHex } from '../pskKey';
import { commonNameOf, parseCertificate, parsePublicKey, pemBlock } from '../publicMaterial';
import { credentialsFromAtCmng } from './atCmng';
import { MAX_IMPORT, type PastedFor } from './form';
import { kconfigCredential, keysFromKconfig } from './kconfig';
import { credentialsFromServerJson } from './serverJson';

/**
 * Credentials from whatever was pasted: PEM of a certificate or public key, JSON of Leshan or Coiote, `AT%CMNG` lines,
 * Kconfig, or a key in hexadecimal. A problem with code `ENDPOINT_NEEDED` asks for the endpoint name; one with
 * `PRIVATE_KEY` says that what was pasted belongs to the device alone.
 */
export function credentialsFromPaste(text: string, known: PastedFor): Decoded<readonly Credential[]> {
  if (text.length > MAX_IMPORT) return problem(`longer than ${MAX_IMPORT} characters`, MAX_IMPORT);
  if (text.trim() === '') return problem('nothing was pasted', 0);
  if (text.includes('-----BEGIN ')) return one(fromPem(text, known));
  if (/^\s*[[{]/.test(text)) return credentialsFromServerJson(text);
  if (/%CMNG=/i.test(text)) return credentialsFromAtCmng(text, known);
  if (/^CONFIG_[A-Z0-9_]+=/m.test(text)) return fromKconfig(text, known);
  return one(fromHexKey(text, known));
}

const one = (credential: Decoded<Credential>): Decoded<readonly Credential[]> =>
  credential.ok ? decoded([credential.value]) : credential;

function endpointOf({ endpointName }: PastedFor, otherwise?: string): Decoded<string> {
  const name = endpointName ?? otherwise;
  return name === undefined
    ? problem('what was pasted does not tell the endpoint name', 0, 'ENDPOINT_NEEDED')
    : checkName('the endpoint name', name);
}

function fromPem(text: string, known: PastedFor): Decoded<Credential> {
  if (pemBlock(text)?.label === 'CERTIFICATE') {
    const certificate = parseCertificate(text);
    if (!certificate.ok) return certificate;
    const name = endpointOf(known, commonNameOf(certificate.value));
    return name.ok
      ? decoded({ mode: 'x509', endpointName: name.value, certificate: certificate.value })
      : name;
  }
  const publicKey = parsePublicKey(text);
  if (!publicKey.ok) return publicKey;
  const name = endpointOf(known);
  return name.ok ? decoded({ mode: 'rpk', endpointName: name.value, publicKey: publicKey.value }) : name;
}

function fromHexKey(text: string, known: PastedFor): Decoded<Credential> {
  const key = keyFromHex(text);
  if (!key.ok) return key;
  const name = endpointOf(known);
  if (!name.ok) return name;
  const identity = checkName('the identity', known.identity ?? name.value);
  return identity.ok
    ? decoded({ mode: 'psk', endpointName: name.value, identity: identity.value, key: key.value })
    : identity;
}

function fromKconfig(text: string, known: PastedFor): Decoded<readonly Credential[]> {
  const keys = keysFromKconfig(text);
  if (!keys.ok) return keys;
  const credentials: Credential[] = [];
  for (const key of keys.value) {
    const credential = kconfigCredential(key, known.endpointName);
    if (!credential.ok) return credential;
    credentials.push(credential.value);
  }
  return credentials.length > 0 ? decoded(credentials) : problem('no symbol in it holds a key', 0);
}
