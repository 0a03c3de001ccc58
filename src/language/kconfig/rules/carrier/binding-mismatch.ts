import type { Configuration } from '../../configuration';
import { choiceFix } from '../../choiceFix';
import { removeFix, setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { findingAt } from '../../telling';
import { bindingsOf, customUri, hasCarrier, IS_BOOTSTRAP, URI } from './carrier';

const APN = 'CONFIG_LWM2M_CARRIER_CUSTOM_APN';
const PDN = 'CONFIG_LWM2M_CARRIER_PDN_';
const PDN_NONIP = `${PDN}NONIP`;
const IP_TYPES = ['IPV4V6', 'IPV4', 'IPV6'].map((type) => PDN + type);

/** The type of the custom APN's PDN fits the binding; without an APN of one's own it is not looked at. */
function ofPdn(configuration: Configuration, binding: string, isNonIp: boolean): KconfigFinding[] {
  const apn = configuration.string(APN) ?? '';
  if (apn === '') return [];
  const chosen = [PDN_NONIP, ...IP_TYPES].find((symbol) => configuration.isOn(symbol));
  if (chosen === undefined || (chosen === PDN_NONIP) === isNonIp) return [];
  const place = tellAt(configuration, binding, chosen, APN);
  if (!place) return [];
  const wanted = isNonIp ? PDN_NONIP : `${PDN}IPV4V6`;
  return [
    findingAt(
      place,
      `${binding}=y does not fit ${chosen}=y of ${APN}="${apn}": the binding needs ${isNonIp ? 'a non-IP' : 'an IP'} PDN`,
      { fixes: [choiceFix(configuration, place, wanted)] },
    ),
  ];
}

export const rule: KconfigRule = {
  code: 'kconfig/binding-mismatch',
  number: 65,
  severity: 'warning',
  document:
    'The UDP binding needs a server URI, CONFIG_LWM2M_CARRIER_CUSTOM_URI, and an IP PDN. The non-IP binding goes through the ' +
    "operator's network without IP: a coap or coaps URI says nothing there, and the PDN must be non-IP. The PDN type counts " +
    'only for CONFIG_LWM2M_CARRIER_CUSTOM_APN.',
  check(configuration) {
    if (!hasCarrier(configuration, '2.2')) return [];
    const { udp, nonIp } = bindingsOf(configuration);
    const uri = customUri(configuration);
    const [isUdp, isNonIp] = [configuration.isOn(udp), configuration.isOn(nonIp)];
    // Bindings of a bootstrap server come from it: another rule says so.
    if (isUdp === isNonIp || (uri !== '' && configuration.isOn(IS_BOOTSTRAP))) return [];
    if (isUdp && uri === '') {
      const place = placeOf(configuration, udp);
      if (!place) return [];
      return [
        findingAt(place, `${udp}=y needs a server URI, but ${URI} is empty`, {
          fixes: [removeFix(place, `Remove the line of ${udp}: the operator's own binding`, false)],
        }),
      ];
    }
    const place = tellAt(configuration, nonIp, URI);
    if (isNonIp && /^coaps?:/i.test(uri) && place)
      return [
        findingAt(place, `${nonIp}=y does not reach ${URI}="${uri}": that is a server on an IP network`, {
          fixes: [
            setFix(
              configuration,
              place,
              [
                [nonIp, false],
                [udp, true],
              ],
              undefined,
              false,
            ),
          ],
        }),
      ];
    return isUdp ? ofPdn(configuration, udp, false) : ofPdn(configuration, nonIp, true);
  },
};
