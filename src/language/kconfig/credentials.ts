import { CARRIER, CLIENT_UTILS } from './clientUtils';
import type { Configuration } from './configuration';
import { placeOf, tellAt, type Place } from './place';
import type { KconfigFinding } from './rule';

/** nRF Connect SDK's sample: the key it writes to the modem. */
export const APP_PSK = 'CONFIG_APP_LWM2M_PSK';
/** nRF Connect SDK's sample: what stands before the IMEI in the endpoint's name. */
export const ENDPOINT_PREFIX = 'CONFIG_APP_ENDPOINT_PREFIX';
/** Digits of an IMEI, which the sample puts after the prefix. */
export const IMEI_DIGITS = 15;

/** The samples' keys, each with what it is for. */
const PSKS: readonly (readonly [symbol: string, within: string])[] = [
  [APP_PSK, CLIENT_UTILS],
  ['CONFIG_LWM2M_APP_PSK', 'CONFIG_LWM2M'],
  ['CONFIG_NET_SAMPLE_LWM2M_PSK', 'CONFIG_LWM2M'],
  ['CONFIG_CARRIER_APP_PSK', CARRIER],
];

/** A text that an application's own symbol holds: shown by a fragment, the folder's Kconfig or a build. */
export interface StatedText {
  readonly symbol: string;
  readonly text: string;
  readonly place: Place;
}

/** A stated text, and where to tell of it: at its line, or at the one that turns the library on. */
export function statedText(configuration: Configuration, symbol: string): StatedText | undefined {
  const value = configuration.stated(symbol)?.value;
  const place = tellAt(configuration, symbol);
  return value?.type === 'string' && place ? { symbol, text: value.value, place } : undefined;
}

/** The keys that are shown, empty ones left out: an empty key means that none is written. */
export const statedPsks = (configuration: Configuration): readonly StatedText[] =>
  PSKS.flatMap(([symbol, within]) => {
    const psk = configuration.isOn(within) ? statedText(configuration, symbol) : undefined;
    return psk && psk.text !== '' ? [psk] : [];
  });

/** Whether a text is pairs of hexadecimal digits. */
export const isHexPairs = (text: string): boolean => /^([0-9A-Fa-f]{2})*$/.test(text);

/** Where a value that comes of the folder's Kconfig is written. */
export function kconfigOf(configuration: Configuration, symbol: string): Pick<KconfigFinding, 'related'> {
  const { kconfig } = configuration;
  const entry = kconfig?.symbols.get(symbol);
  return kconfig && entry && !placeOf(configuration, symbol)
    ? {
        related: [
          { uri: kconfig.uri, range: entry.range, message: 'Its default is in the folder’s own Kconfig' },
        ],
      }
    : {};
}

/** The endpoint's name as far as it is shown: its length, and the symbol that gives it. */
export interface EndpointName {
  readonly symbol: string;
  readonly length: number;
  /** For people: `urn:imei: and 15 digits`. */
  readonly shown: string;
  readonly place: Place;
}

const SAMPLE_NAMES = ['CONFIG_LWM2M_APP_ID', 'CONFIG_NET_SAMPLE_LWM2M_ID'];

/** The endpoint's name, where a fragment, the folder's Kconfig or a build shows it. */
export function endpointNames(configuration: Configuration): readonly EndpointName[] {
  const prefix = configuration.isOn(CLIENT_UTILS) ? statedText(configuration, ENDPOINT_PREFIX) : undefined;
  const names: EndpointName[] = prefix
    ? [
        {
          ...prefix,
          length: prefix.text.length + IMEI_DIGITS,
          shown: `“${prefix.text}” and the ${IMEI_DIGITS} digits of the IMEI`,
        },
      ]
    : [];
  if (configuration.isOn('CONFIG_LWM2M'))
    for (const symbol of SAMPLE_NAMES) {
      const name = statedText(configuration, symbol);
      if (name && name.text !== '')
        names.push({ ...name, length: name.text.length, shown: `“${name.text}”` });
    }
  return names;
}
