import { decoded, problem, type Decoded } from '../../base/result';
import { checkName, type Credential, type PskCredential } from '../credential';
import { keyFromHex } from '../pskKey';
import { toPem } from '../publicMaterial';
import type { CertifiedKey } from '../authority';
import {
  MAX_IMPORT,
  hiddenNote,
  linesOf,
  shownKey,
  type Exported,
  type PastedFor,
  type Reveal,
} from './form';

/** What a security tag of a Nordic modem can hold, by the `type` of `AT%CMNG` (nRF91x1 AT Commands, %CMNG). */
export const CmngType = {
  ROOT_CA: 0,
  CLIENT_CERTIFICATE: 1,
  CLIENT_PRIVATE_KEY: 2,
  PSK: 3,
  PSK_IDENTITY: 4,
} as const;

/** The tag that nRF Connect SDK's client reads the server's credential from (`LWM2M_CLIENT_UTILS_SERVER_TLS_TAG`). */
export const SERVER_TLS_TAG = 35724861;

/** Where lines are to write. */
export interface CmngOptions extends Reveal {
  /** Security tag, 0 to 2147483647; default {@link SERVER_TLS_TAG}. */
  readonly secTag?: number;
}

/** The modem refuses writes while it is on (+CME ERROR: 518). */
const MODEM_OFF = 'AT+CFUN=4';
const MODEM_ON = 'AT+CFUN=1';

/** `AT%CMNG` lines that write a pre-shared key into a modem: the identity first, then the key. */
export function toAtCmng(credential: Credential, options: CmngOptions): Decoded<Exported> {
  if (credential.mode !== 'psk')
    return problem(
      'only the device has the private key that belongs to this: write it with its certificate',
      0,
    );
  const { identity, key } = credential;
  const wrong =
    wrongTag(options.secTag) ??
    (identity.includes('"') ? 'no quotation mark can be written with AT commands' : undefined);
  if (wrong !== undefined) return problem(wrong, 0);
  const tag = options.secTag ?? SERVER_TLS_TAG;
  return decoded({
    text: linesOf([
      MODEM_OFF,
      write(tag, CmngType.PSK_IDENTITY, identity),
      write(tag, CmngType.PSK, shownKey(credential, options)),
      MODEM_ON,
    ]),
    notes: [
      ...(key.length > 32 ? ["Nordic's modems take keys of 32 bytes at most."] : []),
      ...hiddenNote(options),
    ],
  });
}

/**
 * `AT%CMNG` lines that write certificates into a modem: an authority's, and a device's with its private key where one
 * is given. PEM takes several lines between its quotation marks, as the modem wants it.
 */
export function certificatesToAtCmng(
  authority: Uint8Array | undefined,
  device: CertifiedKey | undefined,
  options: CmngOptions,
): Decoded<Exported> {
  const wrong = wrongTag(options.secTag);
  if (wrong !== undefined) return problem(wrong, 0);
  const tag = options.secTag ?? SERVER_TLS_TAG;
  const pem = (label: string, der: Uint8Array) => toPem(label, der).trimEnd();
  return decoded({
    text: linesOf([
      MODEM_OFF,
      ...(authority ? [write(tag, CmngType.ROOT_CA, pem('CERTIFICATE', authority))] : []),
      ...(device
        ? [
            write(tag, CmngType.CLIENT_CERTIFICATE, pem('CERTIFICATE', device.certificate)),
            write(
              tag,
              CmngType.CLIENT_PRIVATE_KEY,
              options.reveal ? pem('PRIVATE KEY', device.privateKey) : '<hidden>',
            ),
          ]
        : []),
      MODEM_ON,
    ]),
    notes: device ? hiddenNote(options) : [],
  });
}

const write = (tag: number, type: number, content: string): string => `AT%CMNG=0,${tag},${type},"${content}"`;

const wrongTag = (tag: number | undefined): string | undefined =>
  tag === undefined || (Number.isInteger(tag) && tag >= 0 && tag <= 2147483647)
    ? undefined
    : `a security tag is a whole number from 0 to 2147483647, not ${tag}`;

/** What pasted `AT%CMNG` lines write into one tag. */
interface Written {
  identity?: string;
  key?: Uint8Array;
}

/** A line that writes an identity or a key, blanks where people put them; the quotation marks may be escaped. */
const WRITE =
  /%CMNG=[ \t]{0,9}0[ \t]{0,9},[ \t]{0,9}(\d{1,10})[ \t]{0,9},[ \t]{0,9}([34])[ \t]{0,9},[ \t]{0,9}\\?"([^"\\\r\n]{0,256})\\?"/gi;

/**
 * The pre-shared keys that pasted `AT%CMNG` lines write, by tag; quotation marks may be escaped, as Zephyr's shell
 * wants them. The endpoint name is the identity, as nRF Connect SDK's client has it; one key may come without, for the
 * endpoint that the user named (`ENDPOINT_NEEDED` where he didn't).
 */
export function credentialsFromAtCmng(text: string, known: PastedFor = {}): Decoded<readonly Credential[]> {
  if (text.length > MAX_IMPORT) return problem(`longer than ${MAX_IMPORT} characters`, MAX_IMPORT);
  const tags = new Map<string, Written>();
  for (const line of text.matchAll(WRITE)) {
    const [, tag = '', type, content = ''] = line;
    const written = tags.get(tag) ?? {};
    if (type === '4') written.identity = content;
    else {
      const key = keyFromHex(content);
      if (!key.ok) return problem(`tag ${tag}: ${key.problem.message}`, line.index);
      written.key = key.value;
    }
    tags.set(tag, written);
  }
  const credentials: Credential[] = [];
  const unnamed: [tag: string, key: Uint8Array][] = [];
  for (const [tag, { identity, key }] of tags) {
    if (!key) return problem(`tag ${tag} has an identity without a key`, 0);
    if (identity === undefined) {
      unnamed.push([tag, key]);
      continue;
    }
    const name = checkName(`tag ${tag}: the identity`, identity);
    if (!name.ok) return name;
    credentials.push({ mode: 'psk', endpointName: identity, identity, key });
  }
  const [only, another] = unnamed;
  if (only && another)
    return problem(`tags ${only[0]} and ${another[0]} have keys without an identity: paste one of them`, 0);
  if (only) {
    const credential = named(...only, known);
    if (!credential.ok) return credential;
    credentials.push(credential.value);
  }
  return credentials.length > 0
    ? decoded(credentials)
    : problem('no AT%CMNG line that writes a pre-shared key', 0);
}

function named(tag: string, key: Uint8Array, known: PastedFor): Decoded<PskCredential> {
  if (known.endpointName === undefined)
    return problem(`tag ${tag} has a key without an identity`, 0, 'ENDPOINT_NEEDED');
  const name = checkName('the endpoint name', known.endpointName);
  if (!name.ok) return name;
  const identity = checkName('the identity', known.identity ?? name.value);
  return identity.ok
    ? decoded({ mode: 'psk', endpointName: name.value, identity: identity.value, key })
    : identity;
}
