import type { TextEdit, TextRange } from '../text';
import { DTLS } from './clientUtils';
import type { Configuration } from './configuration';
import { isLoopback, isOfEngine, parseServerAddress, SERVER_SYMBOLS } from './serverAddress';
import type { SymbolType } from './symbols';
import { tagsOf } from './tags';
import { isTagSymbol, tagOwner, tagUsers } from './tagUsers';
import { writeValue } from './value';

/** Something that can be written at the cursor. */
export interface KconfigCompletion {
  readonly label: string;
  readonly kind: 'symbol' | 'value';
  readonly edit: TextEdit;
  /** One line: whose tag it is, what kind of value. */
  readonly detail?: string;
  /** More, as plain text. */
  readonly document?: string;
  /** Ascending: the likely ones first. */
  readonly order: number;
}

/** The type of a symbol, by the libraries or the folder's own Kconfig. */
export function typeOf({ symbols, kconfig }: Configuration, symbol: string): SymbolType | undefined {
  if (symbol.startsWith('SB_CONFIG_')) return symbol.endsWith('_FILE') ? 'string' : 'bool';
  return kconfig?.symbols.get(symbol)?.type ?? symbols.symbol(symbol)?.type;
}

/** A value before its place is known. */
interface Value {
  readonly text: string;
  readonly detail?: string;
  readonly order?: number;
}

const QUERY = 'CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY';
const PREFIX = 'CONFIG_APP_ENDPOINT_PREFIX';
const ENDPOINTS = ['CONFIG_LWM2M_APP_ID', 'CONFIG_NET_SAMPLE_LWM2M_ID', 'CONFIG_ANJAY_ZEPHYR_ENDPOINT_NAME'];

/** What stands before the IMEI in an endpoint name. */
const PREFIXES: readonly Value[] = [
  { text: '"urn:imei:"', detail: 'urn:imei: and the IMEI' },
  { text: '"nrf-"', detail: 'nrf- and the IMEI' },
  { text: '"nrf91-"', detail: 'nrf91- and the IMEI' },
];

/** Forms of endpoint names: those of OMA-TS-LightweightM2M_Core-V1_1_1, and device URNs (RFC 9039 §4). */
const FORMS: readonly Value[] = [
  { text: '"urn:imei:000000000000000"', detail: 'by IMEI: 15 digits' },
  { text: '"urn:dev:mac:0000000000000000"', detail: 'by MAC address, as EUI-64' },
  { text: '"urn:dev:ow:0000000000000000"', detail: 'by 1-Wire address' },
  { text: '"urn:dev:os:00000-serial"', detail: 'by organisation and serial number' },
  { text: '"urn:uuid:00000000-0000-0000-0000-000000000000"', detail: 'by UUID' },
];

const FIXED: Readonly<Record<string, readonly Value[]>> = {
  [PREFIX]: PREFIXES,
  ...Object.fromEntries(ENDPOINTS.map((symbol) => [symbol, FORMS])),
  CONFIG_LWM2M_COAP_BLOCK_SIZE: [1024, 512, 256, 128, 64].map((size) => ({ text: String(size) })),
  CONFIG_LWM2M_PEER_PORT: [
    { text: '5684', detail: 'coaps' },
    { text: '5683', detail: 'coap' },
  ],
};

/** The tags of the configuration, each once with all whose it is. */
function tagValues(configuration: Configuration, symbol: string): readonly Value[] {
  const owners = new Map<bigint, Set<string>>();
  const add = (tag: bigint, owner: string): void => {
    const known = owners.get(tag);
    if (known) known.add(owner);
    else owners.set(tag, new Set([owner]));
  };
  for (const one of tagsOf(configuration))
    if (one.symbol !== symbol && one.tag >= 0n)
      add(one.tag, `${tagOwner(one.symbol)}${configuration.stated(one.symbol) ? '' : ', by default'}`);
  for (const user of tagUsers(configuration.fragments.map(({ fragment }) => fragment)))
    if (user.symbol !== symbol && !tagsOf(configuration).some((one) => one.symbol === user.symbol))
      add(user.tag, tagOwner(user.symbol));
  return [...owners].map(([tag, whose], index) => ({
    text: symbol === QUERY ? writeValue(String(tag)) : String(tag),
    detail: [...whose].join('; '),
    order: index,
  }));
}

/** The addresses of the local server that this client can use: those that fit its DTLS first, loopback last. */
function uriValues(
  configuration: Configuration,
  symbol: string,
  listening: readonly string[],
): readonly Value[] {
  const wantsDtls = isOfEngine(symbol)
    ? configuration.isOn(DTLS)
    : !configuration.isOn('CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC');
  return listening.flatMap((uri) => {
    const address = parseServerAddress(uri);
    if (!address || !/^coaps?(\+tcp)?$/.test(address.scheme)) return [];
    if (address.scheme.includes('+') && !symbol.startsWith('CONFIG_ANJAY_')) return [];
    const fits = address.scheme.startsWith('coaps') === wantsDtls;
    const isLocal = isLoopback(address.host);
    return [
      {
        text: writeValue(uri),
        detail: `the local server${isLocal ? ', from this computer alone' : ''}${fits ? '' : `; ${wantsDtls ? 'without' : 'with'} DTLS, which is ${wantsDtls ? 'on' : 'off'} here`}`,
        order: (fits ? 0 : 2) + (isLocal ? 1 : 0),
      },
    ];
  });
}

function valuesOf(
  configuration: Configuration,
  symbol: string,
  listening: readonly string[],
): readonly Value[] {
  if (SERVER_SYMBOLS.includes(symbol)) return uriValues(configuration, symbol, listening);
  if (isTagSymbol(symbol)) return tagValues(configuration, symbol);
  const fixed = Object.hasOwn(FIXED, symbol) ? FIXED[symbol] : undefined;
  if (fixed) return fixed.map((value, order) => ({ ...value, order }));
  if (typeOf(configuration, symbol) === 'bool')
    return [
      { text: 'y', detail: 'on', order: 0 },
      { text: 'n', detail: 'off', order: 1 },
    ];
  return [];
}

/** Values that are known for a symbol, in place of what stands behind its `=`. */
export function valueCompletions(
  configuration: Configuration,
  symbol: string,
  range: TextRange,
  listening: readonly string[],
): readonly KconfigCompletion[] {
  return valuesOf(configuration, symbol, listening).map(({ text, detail, order = 0 }) => ({
    label: text,
    kind: 'value',
    edit: { range, newText: text },
    ...(detail === undefined ? {} : { detail }),
    order,
  }));
}
