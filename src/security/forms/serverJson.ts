import { fromHex, toHex } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import { checkName, type Credential } from '../credential';
import { keyFromHex, keyFromText, MAX_KEY_BYTES } from '../pskKey';
import { parsePublicKey } from '../publicMaterial';
import { MAX_IMPORT, hiddenNote, shownKey, type Exported, type Reveal } from './form';

/**
 * What Leshan's demo server takes at `PUT /api/security/clients` (observed: Leshan 2.0, its
 * `JacksonSecuritySerializer`): keys in hexadecimal. Of a certificate it wants to know no more than that there is one.
 */
export function toLeshan(credential: Credential, reveal: Reveal): Decoded<Exported> {
  const { endpointName: endpoint, mode } = credential;
  switch (mode) {
    case 'psk':
      return json(
        {
          endpoint,
          tls: { mode, details: { identity: credential.identity, key: shownKey(credential, reveal) } },
        },
        hiddenNote(reveal),
      );
    case 'rpk':
      return json({ endpoint, tls: { mode, details: { key: toHex(credential.publicKey) } } });
    case 'x509':
      return json({ endpoint, tls: { mode } }, [
        'Leshan trusts the certificate for its issuer: its trust store needs the authority.',
      ]);
  }
}

/** What Coiote IoT Device Management takes at `POST /api/coiotedm/v3/devices` (observed: its API documentation). */
export function toCoiote(credential: Credential, reveal: Reveal): Decoded<Exported> {
  if (credential.mode !== 'psk')
    return problem('Coiote takes public keys and certificates in its own pages only', 0);
  const { endpointName, identity } = credential;
  return json(
    {
      connectorType: 'management',
      properties: { endpointName },
      domain: '/',
      securityMode: 'psk',
      dtlsIdentity: identity,
      dtlsPsk: { HexadecimalPsk: shownKey(credential, reveal) },
    },
    ['Put your own domain in place of /.', ...hiddenNote(reveal)],
  );
}

const json = (value: object, notes: readonly string[] = []): Decoded<Exported> =>
  decoded({ text: JSON.stringify(value, undefined, 2) + '\n', notes });

/**
 * Credentials from JSON of Leshan (2.0 and 1.x) or Coiote: one device or a list of them. The offset of a problem is the
 * place in the list.
 */
export function credentialsFromServerJson(text: string): Decoded<readonly Credential[]> {
  if (text.length > MAX_IMPORT) return problem(`longer than ${MAX_IMPORT} characters`, MAX_IMPORT);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the parser's own message quotes the text, which is secret
    return problem('this is no JSON', 0);
  }
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const credentials: Credential[] = [];
  for (const [index, entry] of entries.entries()) {
    const credential = fromEntry(entry);
    if (!credential.ok) return problem(`device ${index}: ${credential.problem.message}`, index);
    credentials.push(credential.value);
  }
  return credentials.length > 0 ? decoded(credentials) : problem('the list is empty', 0);
}

function fromEntry(entry: unknown): Decoded<Credential> {
  if (get(entry, 'securityMode') !== undefined) return fromCoiote(entry);
  const name = checkName('the endpoint name', textAt(entry, 'endpoint'));
  if (!name.ok) return name;
  const tls = get(entry, 'tls');
  if (tls === undefined) {
    if (get(entry, 'psk') !== undefined) return pskFrom(name.value, get(entry, 'psk'));
    if (get(entry, 'rpk') !== undefined) return rpkFrom(name.value, get(entry, 'rpk'));
    return problem('it has no security that is known', 0);
  }
  switch (get(tls, 'mode')) {
    case 'psk':
      return pskFrom(name.value, get(tls, 'details'));
    case 'rpk':
      return rpkFrom(name.value, get(tls, 'details'));
    case 'x509':
      return problem("Leshan's form does not hold the certificate: import that itself", 0);
    default:
      return problem('its mode is none that is known', 0);
  }
}

const pskFrom = (endpointName: string, details: unknown): Decoded<Credential> =>
  psk(endpointName, textAt(details, 'identity'), keyFromHex(textAt(details, 'key')));

function rpkFrom(endpointName: string, details: unknown): Decoded<Credential> {
  const publicKey = parsePublicKey(fromHex(textAt(details, 'key')) ?? '');
  return publicKey.ok ? decoded({ mode: 'rpk', endpointName, publicKey: publicKey.value }) : publicKey;
}

function fromCoiote(entry: unknown): Decoded<Credential> {
  const name = checkName('the endpoint name', textAt(get(entry, 'properties'), 'endpointName'));
  if (!name.ok) return name;
  if (get(entry, 'securityMode') !== 'psk') return problem('only pre-shared keys are read from Coiote', 0);
  return psk(name.value, textAt(entry, 'dtlsIdentity'), coioteKey(get(entry, 'dtlsPsk')));
}

/** Coiote's three ways to write a key. */
function coioteKey(value: unknown): Decoded<Uint8Array> {
  const bytes = get(value, 'BinaryPsk');
  if (Array.isArray(bytes)) return keyFromNumbers(bytes);
  const text = textAt(value, 'PlainTextPsk');
  return text === '' ? keyFromHex(textAt(value, 'HexadecimalPsk')) : keyFromText(text);
}

function keyFromNumbers(numbers: readonly unknown[]): Decoded<Uint8Array> {
  const wrong = numbers.findIndex(
    (one) => !Number.isInteger(one) || (one as number) < -128 || (one as number) > 255,
  );
  if (wrong >= 0) return problem('its key has a number that is no byte', wrong);
  return keyFromHex(toHex(Uint8Array.from(numbers.slice(0, MAX_KEY_BYTES + 1) as number[])));
}

function psk(endpointName: string, identity: string, key: Decoded<Uint8Array>): Decoded<Credential> {
  const named = checkName('the identity', identity);
  if (!named.ok) return named;
  return key.ok ? decoded({ mode: 'psk', endpointName, identity, key: key.value }) : key;
}

const get = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const textAt = (value: unknown, name: string): string => {
  const text = get(value, name);
  return typeof text === 'string' ? text : '';
};
