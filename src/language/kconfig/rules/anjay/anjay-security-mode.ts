import { choiceFix } from '../../choiceFix';
import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';

const URI = 'CONFIG_ANJAY_ZEPHYR_SERVER_URI';
const NOSEC = 'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC';
const PSK = 'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_PSK';
const CERT = 'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_CERT';
const KEY = 'CONFIG_ANJAY_ZEPHYR_PSK_KEY';
const PROVISIONED = 'CONFIG_ANJAY_ZEPHYR_FACTORY_PROVISIONING';
const DEMO_KEY = 'psk';

/** The same server without security: coap, and its port where that of coaps is written. */
const plain = (uri: string): string => uri.replace(/^coaps/i, 'coap').replace(/:5684(?=\/|$)/, ':5683');

function ofPlain(configuration: Configuration): KconfigFinding[] {
  const uri = configuration.string(URI) ?? '';
  const place = tellAt(configuration, NOSEC, URI);
  if (!/^coaps(\+tcp)?:/i.test(uri) || !place) return [];
  return [
    findingAt(place, `${NOSEC}=y has no security, but ${said(configuration, URI)} asks for it`, {
      fixes: [
        // A URI that nobody wrote is nobody's intention.
        setFix(configuration, place, [[URI, plain(uri)]], undefined, !placeOf(configuration, URI)),
        choiceFix(configuration, place, PSK, false),
      ],
    }),
  ];
}

function ofKey(configuration: Configuration): KconfigFinding[] {
  // Which mode is on by silence is not known.
  if (!configuration.isOn(PSK) && !placeOf(configuration, KEY)) return [];
  const isOther = configuration.isOn(CERT) || configuration.isOn(PROVISIONED);
  const place = tellAt(configuration, KEY, PSK);
  if (isOther || configuration.string(KEY) !== DEMO_KEY || !place) return [];
  return [
    findingAt(
      place,
      `${said(configuration, KEY)} is the key of Anjay's example, which everybody knows: give the device one of its own`,
    ),
  ];
}

export const rule: KconfigRule = {
  code: 'kconfig/anjay-security-mode',
  number: 71,
  severity: 'warning',
  document:
    'Without security (CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC) the server URI must begin with coap://; by default it is a ' +
    'coaps one. With pre-shared keys, CONFIG_ANJAY_ZEPHYR_PSK_KEY is "psk" unless a line says otherwise: the key of the ' +
    'example, for trying out only. Where the factory provisions the device it counts for nothing.',
  check: (configuration) => (configuration.isOn(NOSEC) ? ofPlain(configuration) : ofKey(configuration)),
};
