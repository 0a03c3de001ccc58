import { encodeUtf8 } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import { checkName, type PskCredential, type Credential } from '../credential';
import { keyFromHex, keyFromText } from '../pskKey';
import { MAX_IMPORT, hiddenNote, linesOf, shownKey, type Exported, type Reveal } from './form';

/** Whose Kconfig symbols: nRF Connect SDK's `lwm2m_client` sample, Zephyr's, or Anjay-zephyr's. */
export type KconfigClient = 'ncs' | 'zephyr' | 'anjay';

/** What a snippet is to say besides the credential. */
export interface KconfigOptions extends Reveal {
  /** Default: `ncs` where the endpoint name ends with an IMEI, as that sample's does, else `zephyr`. */
  readonly client?: KconfigClient;
  /** The server's URI, `coaps://192.0.2.1:5684`. */
  readonly server?: string;
}

/** A name that ends with an IMEI (3GPP TS 23.003 §6.2.1: 15 digits), and what is before it. */
const PREFIX_AND_IMEI = /^(.*?)(\d{15})$/;
/** Where the resources 0/x/3 and 0/x/5 fit a name of the usual length (nRF Connect SDK's sample: 33). */
const USUAL_KEY_SIZE = 33;
/** Zephyr's LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH, the terminating zero within: a longer name is cut without a word. */
const USUAL_NAME_SIZE = 33;
/** Bytes of a CoAP option that Zephyr takes without COAP_EXTENDED_OPTIONS_LEN, and with what the samples have. */
const PLAIN_OPTION = 12;
const USUAL_OPTION = 40;

/** A Kconfig fragment that gives a device this credential. Only pre-shared keys have symbols. */
export function toKconfig(credential: Credential, options: KconfigOptions): Decoded<Exported> {
  if (credential.mode !== 'psk')
    return problem(
      'no Kconfig symbol takes a public key or certificate: they are written into the device',
      0,
    );
  const imei = PREFIX_AND_IMEI.exec(credential.endpointName);
  const client = options.client ?? (imei ? 'ncs' : 'zephyr');
  const make = { ncs, zephyr, anjay }[client];
  const { text, notes } = make(credential, options);
  return decoded({ text, notes: [...notes, ...hiddenNote(options)] });
}

function ncs(credential: PskCredential, options: KconfigOptions): Exported {
  const { endpointName } = credential;
  const prefix = PREFIX_AND_IMEI.exec(endpointName)?.[1];
  const notes = identityNotes(credential, "nRF Connect SDK's client");
  if (prefix === undefined)
    notes.push(`The sample's endpoint name is its prefix and the IMEI: it can't be ${endpointName}.`);
  if (credential.key.length > 32) notes.push('The client takes keys of 32 bytes at most.');
  return {
    text: linesOf([
      `# ${endpointName}: nRF Connect SDK, samples/cellular/lwm2m_client`,
      'CONFIG_LWM2M_DTLS_SUPPORT=y',
      ...(options.server === undefined ? [] : [`CONFIG_LWM2M_CLIENT_UTILS_SERVER=${quoted(options.server)}`]),
      `CONFIG_LWM2M_SECURITY_KEY_SIZE=${keySize(credential)}`,
      ...(prefix === undefined
        ? []
        : [...roomForName(endpointName), `CONFIG_APP_ENDPOINT_PREFIX=${quoted(prefix)}`]),
      `CONFIG_APP_LWM2M_PSK=${quoted(shownKey(credential, options))}`,
    ]),
    notes,
  };
}

function zephyr(credential: PskCredential, options: KconfigOptions): Exported {
  return {
    text: linesOf([
      `# ${credential.endpointName}: Zephyr, samples/net/lwm2m_client`,
      'CONFIG_LWM2M_DTLS_SUPPORT=y',
      'CONFIG_LWM2M_PEER_PORT=5684',
      ...(options.server === undefined ? [] : [`CONFIG_LWM2M_APP_SERVER=${quoted(options.server)}`]),
      `CONFIG_LWM2M_SECURITY_KEY_SIZE=${keySize(credential)}`,
      ...roomForName(credential.endpointName),
      `CONFIG_LWM2M_APP_ID=${quoted(credential.endpointName)}`,
      `CONFIG_LWM2M_APP_PSK=${quoted(shownKey(credential, options))}`,
    ]),
    notes: [
      ...identityNotes(credential, "Zephyr's sample"),
      'Later Zephyr calls the symbols CONFIG_NET_SAMPLE_LWM2M_ID, …_PSK and …_SERVER.',
    ],
  };
}

/** Its shell takes any key (observed: Anjay-zephyr's options `psk` and `psk_hex`), its Kconfig text alone. */
function anjay(credential: PskCredential, options: KconfigOptions): Exported {
  const text = printable(credential.key);
  const key = shownKey(credential, options);
  return {
    text: linesOf([
      `# ${credential.endpointName}: Anjay-zephyr-client`,
      'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_PSK=y',
      ...(options.server === undefined ? [] : [`CONFIG_ANJAY_ZEPHYR_SERVER_URI=${quoted(options.server)}`]),
      'CONFIG_ANJAY_ZEPHYR_AUTOGENERATE_ENDPOINT_NAME=n',
      `CONFIG_ANJAY_ZEPHYR_ENDPOINT_NAME=${quoted(credential.endpointName)}`,
      `CONFIG_ANJAY_ZEPHYR_PSK_IDENTITY=${quoted(credential.identity)}`,
      ...(text === undefined
        ? [
            '# CONFIG_ANJAY_ZEPHYR_PSK_KEY takes text, which this key is not. In the shell of the device:',
            `#   anjay config set psk_hex ${key}`,
            '#   anjay config save',
          ]
        : [`CONFIG_ANJAY_ZEPHYR_PSK_KEY=${quoted(options.reveal ? text : key)}`]),
    ]),
    notes:
      text === undefined
        ? [
            'Anjay’s Kconfig takes the key as text, which this one is not: until its shell is given it (psk_hex), the device has the key of its example.',
          ]
        : [],
  };
}

/** The resources for identity and key have one size; what Zephyr's client presents is its endpoint name. */
const keySize = ({ endpointName, identity, key }: PskCredential): number =>
  Math.max(USUAL_KEY_SIZE, encodeUtf8(endpointName).length + 1, encodeUtf8(identity).length + 1, key.length);

/** What Zephyr needs to keep an endpoint name whole, and to send it (`ep=`, in one CoAP option). */
function roomForName(endpointName: string): string[] {
  const { length } = encodeUtf8(endpointName);
  return [
    ...(length < USUAL_NAME_SIZE ? [] : [`CONFIG_LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH=${length + 1}`]),
    ...('ep='.length + length <= PLAIN_OPTION
      ? []
      : [
          'CONFIG_COAP_EXTENDED_OPTIONS_LEN=y',
          `CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=${Math.max(USUAL_OPTION, 'ep='.length + length)}`,
        ]),
  ];
}

const identityNotes = ({ identity, endpointName }: PskCredential, who: string): string[] =>
  identity === endpointName
    ? []
    : [`${who} presents its endpoint name, ${endpointName}, as identity, not ${identity}.`];

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const printable = (key: Uint8Array): string | undefined =>
  key.every((byte) => byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(...key) : undefined;

/** A key that a project's Kconfig gives its devices. */
export interface KconfigKey {
  /** The symbol that holds it, without `CONFIG_`. */
  readonly symbol: string;
  /** Where its line begins in the text, in characters. */
  readonly offset: number;
  readonly key: Uint8Array;
  /** Who presents it, where the text says so. */
  readonly endpointName?: string;
  readonly identity?: string;
  /** What stands before the IMEI in the endpoint name, where the name is made of both. */
  readonly endpointPrefix?: string;
}

interface Assignment {
  readonly value: string;
  readonly offset: number;
}

/** Symbols of keys: who else names the device beside them, and how the key is written. */
const KEY_SYMBOLS = [
  { symbol: 'APP_LWM2M_PSK', prefix: 'APP_ENDPOINT_PREFIX', defaultPrefix: 'urn:imei:' },
  { symbol: 'LWM2M_APP_PSK', name: 'LWM2M_APP_ID' },
  { symbol: 'NET_SAMPLE_LWM2M_PSK', name: 'NET_SAMPLE_LWM2M_ID' },
  {
    symbol: 'ANJAY_ZEPHYR_PSK_KEY',
    name: 'ANJAY_ZEPHYR_ENDPOINT_NAME',
    identity: 'ANJAY_ZEPHYR_PSK_IDENTITY',
    text: true,
  },
] as const;

/**
 * The keys in Kconfig text: a fragment, several one after the other, or a build's `.config`. Of several assignments
 * the last counts, as in a build. A key that is none is a problem at its line.
 */
export function keysFromKconfig(text: string): Decoded<readonly KconfigKey[]> {
  if (text.length > MAX_IMPORT) return problem(`longer than ${MAX_IMPORT} characters`, MAX_IMPORT);
  const assigned = assignments(text);
  const keys: KconfigKey[] = [];
  for (const known of KEY_SYMBOLS) {
    const found = assigned.get(known.symbol);
    if (!found || found.value === '') continue;
    const key = 'text' in known ? keyFromText(found.value) : keyFromHex(found.value);
    if (!key.ok) return problem(`CONFIG_${known.symbol}: ${key.problem.message}`, found.offset);
    const endpointName = 'name' in known ? valueOf(assigned, known.name) : undefined;
    const identity = ('identity' in known ? valueOf(assigned, known.identity) : undefined) ?? endpointName;
    const endpointPrefix =
      'prefix' in known ? (assigned.get(known.prefix)?.value ?? known.defaultPrefix) : undefined;
    keys.push({
      symbol: known.symbol,
      offset: found.offset,
      key: key.value,
      ...(endpointName === undefined ? {} : { endpointName }),
      ...(identity === undefined ? {} : { identity }),
      ...(endpointPrefix === undefined ? {} : { endpointPrefix }),
    });
  }
  return decoded(keys);
}

const valueOf = (assigned: ReadonlyMap<string, Assignment>, symbol: string): string | undefined => {
  const value = assigned.get(symbol)?.value ?? '';
  return checkName('it', value).ok ? value : undefined;
};

function assignments(text: string): ReadonlyMap<string, Assignment> {
  const found = new Map<string, Assignment>();
  for (const line of text.matchAll(/^CONFIG_([A-Z0-9_]+)="((?:[^"\\\n]|\\.)*)"[ \t]*\r?$/gm)) {
    const [, symbol = '', value = ''] = line;
    found.set(symbol, { value: value.replace(/\\(.)/g, '$1'), offset: line.index });
  }
  return found;
}

/** The credential of one device that has a key of a project. `endpointName` where Kconfig doesn't tell it. */
export function kconfigCredential(key: KconfigKey, endpointName?: string): Decoded<PskCredential> {
  const named = endpointName ?? key.endpointName;
  if (named === undefined)
    return problem(
      key.endpointPrefix === undefined
        ? 'Kconfig does not tell the endpoint name'
        : `the endpoint name is ${key.endpointPrefix} and the device's IMEI, which Kconfig does not tell`,
      key.offset,
      'ENDPOINT_NEEDED',
    );
  const name = checkName('the endpoint name', named);
  if (!name.ok) return name;
  return decoded({
    mode: 'psk',
    endpointName: name.value,
    identity: key.identity ?? name.value,
    key: key.key,
  });
}
