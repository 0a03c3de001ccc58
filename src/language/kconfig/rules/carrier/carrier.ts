import type { Configuration } from '../../configuration';
import { versionIn } from '../../existence';
import { placeOf } from '../../place';
import { showValue } from '../../value';

export const CARRIER = 'CONFIG_LWM2M_CARRIER';
export const GENERIC = 'CONFIG_LWM2M_CARRIER_GENERIC';
export const URI = 'CONFIG_LWM2M_CARRIER_CUSTOM_URI';
export const IS_BOOTSTRAP = 'CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER';
export const LIFETIME = 'CONFIG_LWM2M_CARRIER_SERVER_LIFETIME';
export const TAG = 'CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG';

/** The operators a build can serve; one of them alone takes the server options. */
export const OPERATORS = [
  'CONFIG_LWM2M_CARRIER_VERIZON',
  'CONFIG_LWM2M_CARRIER_T_MOBILE',
  'CONFIG_LWM2M_CARRIER_BELL_CA',
  'CONFIG_LWM2M_CARRIER_LG_UPLUS',
  'CONFIG_LWM2M_CARRIER_SOFTBANK',
  'CONFIG_LWM2M_CARRIER_ATT',
];

/** Whether the carrier library is on, and of a release from `from` up to, not with, `before`. */
export const hasCarrier = (configuration: Configuration, from = '2.0', before?: string): boolean =>
  configuration.isOn(CARRIER) && versionIn(configuration.platform, configuration.symbols, from, before);

/** The custom server as it is written; empty: the operators' own. */
export function customUri(configuration: Configuration): string {
  const value = configuration.effective(URI)?.value;
  if (!value) return '';
  return value.type === 'string' ? value.value : showValue(value);
}

/** What the bindings were called before nRF Connect SDK 2.7. */
const FORMER_BINDINGS = {
  udp: 'CONFIG_LWM2M_CARRIER_SERVER_BINDING_U',
  nonIp: 'CONFIG_LWM2M_CARRIER_SERVER_BINDING_N',
};
const BINDINGS = {
  udp: 'CONFIG_LWM2M_CARRIER_SERVER_BINDING_UDP',
  nonIp: 'CONFIG_LWM2M_CARRIER_SERVER_BINDING_NONIP',
};

/** The symbols of the bindings in this release. */
export const bindingsOf = ({ platform, symbols }: Configuration): typeof BINDINGS =>
  versionIn(platform, symbols, '2.7') ? BINDINGS : FORMER_BINDINGS;

/** The tag of the custom server; 0: the library takes the operator's key. */
export const tagOf = (configuration: Configuration): bigint => configuration.number(TAG) ?? 0n;

/** Numbers that the carrier library writes to where its own tag is 0, and those of its sample's certificates. */
const RESERVED = [25n, 26n, 27n, 28n, 411n, 412n, 413n];
const TAG_SYMBOL = /_(SEC|TLS)_TAG$/;

/**
 * A tag that no line of the configuration uses, nor the four after it, which the carrier library writes to: from 1001 on.
 */
export function freeCarrierTag({ fragments }: Pick<Configuration, 'fragments'>): bigint {
  const used = [...RESERVED];
  for (const { fragment } of fragments)
    for (const { symbol, value } of fragment.assignments)
      if (TAG_SYMBOL.test(symbol) && value.type === 'int') used.push(value.value);
  for (let tag = 1001n; ; tag += 10n)
    if (!used.some((other) => other >= tag && other <= tag + 4n)) return tag;
}

/** Whether the custom server counts as a bootstrap server because no line says otherwise. */
export const isBootstrapBySilence = (configuration: Configuration): boolean =>
  configuration.isOn(IS_BOOTSTRAP) && placeOf(configuration, IS_BOOTSTRAP) === undefined;
