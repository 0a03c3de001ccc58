import { fromBase64, toBase64 } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { checkName, type Credential } from './credential';
import { MAX_KEY_BYTES } from './pskKey';
import { parseCertificate, parsePublicKey } from './publicMaterial';

/** The version of the text's form, so that a later one can tell. */
const VERSION = 1;

/**
 * Credentials as they are kept: JSON `{"version":1,"credentials":[…]}`, bytes in base64. Secret.
 */
export const credentialsToText = (credentials: readonly Credential[]): string =>
  JSON.stringify({ version: VERSION, credentials: credentials.map(entryOf) }, undefined, 1) + '\n';

function entryOf(credential: Credential): object {
  const { mode, endpointName } = credential;
  switch (mode) {
    case 'psk':
      return { endpointName, mode, identity: credential.identity, key: toBase64(credential.key) };
    case 'rpk':
      return { endpointName, mode, publicKey: toBase64(credential.publicKey) };
    case 'x509':
      return { endpointName, mode, certificate: toBase64(credential.certificate) };
  }
}

/** The credentials of a kept text. The problem names an entry by its place and never quotes it. */
export function credentialsFromText(text: string): Decoded<readonly Credential[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's own message quotes the text, which is secret
    return problem('it is no JSON', 0);
  }
  if (field(value, 'version') !== VERSION) return problem(`it is not of version ${VERSION}`, 0);
  const entries = field(value, 'credentials');
  if (!Array.isArray(entries)) return problem('it has no list of credentials', 0);
  const credentials: Credential[] = [];
  const names = new Set<string>();
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    const credential = credentialFrom(entry);
    if (!credential.ok) return problem(`credential ${index}: ${credential.problem.message}`, index);
    if (names.has(credential.value.endpointName))
      return problem(`credential ${index}: its endpoint has another one`, index);
    names.add(credential.value.endpointName);
    credentials.push(credential.value);
  }
  return decoded(credentials);
}

function credentialFrom(entry: unknown): Decoded<Credential> {
  const name = checkName('the endpoint name', textOf(entry, 'endpointName'));
  if (!name.ok) return name;
  const endpointName = name.value;
  switch (field(entry, 'mode')) {
    case 'psk': {
      const identity = checkName('the identity', textOf(entry, 'identity'));
      if (!identity.ok) return identity;
      const key = fromBase64(textOf(entry, 'key'));
      if (!key || key.length === 0 || key.length > MAX_KEY_BYTES) return problem('its key is none', 0);
      return decoded({ mode: 'psk', endpointName, identity: identity.value, key });
    }
    case 'rpk': {
      const publicKey = parsePublicKey(fromBase64(textOf(entry, 'publicKey')) ?? '');
      return publicKey.ok ? decoded({ mode: 'rpk', endpointName, publicKey: publicKey.value }) : publicKey;
    }
    case 'x509': {
      const certificate = parseCertificate(fromBase64(textOf(entry, 'certificate')) ?? '');
      return certificate.ok
        ? decoded({ mode: 'x509', endpointName, certificate: certificate.value })
        : certificate;
    }
    default:
      return problem('its mode is none of psk, rpk, x509', 0);
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const textOf = (value: unknown, name: string): string => {
  const text = field(value, name);
  return typeof text === 'string' ? text : '';
};
