import { choiceFix } from '../../choiceFix';
import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { placeOf, tellAt, type Place } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { isShownOff, isShownOn } from '../../shownOff';
import { findingAt } from '../../telling';
import { bindingsOf, hasCarrier } from './carrier';

const SOFTBANK = 'CONFIG_LWM2M_CARRIER_SOFTBANK';
const LG_UPLUS = 'CONFIG_LWM2M_CARRIER_LG_UPLUS';
const SERVICE_CODE = 'CONFIG_LWM2M_CARRIER_LG_UPLUS_SERVICE_CODE';
const LONGEST_CODE = 5;
const UPDATE = 'CONFIG_DFU_TARGET_MCUBOOT';
const PDN_NONIP = 'CONFIG_LWM2M_CARRIER_PDN_NONIP';
const NETWORK_MODE = /^CONFIG_LTE_NETWORK_MODE_/;

/** The network mode that a line chose. */
function networkMode(configuration: Configuration): Place | undefined {
  let chosen: Place | undefined;
  for (const { fragment } of configuration.fragments)
    for (const { symbol, value } of fragment.assignments)
      if (NETWORK_MODE.test(symbol) && value.type === 'tristate' && value.value === 'y')
        chosen = placeOf(configuration, symbol);
  return chosen;
}

/** An operator that updates the application needs a target for it. */
function ofUpdate(configuration: Configuration, operator: string): KconfigFinding[] {
  const place = tellAt(configuration, UPDATE, operator);
  if (!isShownOff(configuration, UPDATE) || !place) return [];
  return [
    findingAt(place, `${operator}=y needs updates of the application, but ${UPDATE}=n`, {
      fixes: [setFix(configuration, place, [[UPDATE, true]])],
    }),
  ];
}

function ofSoftBank(configuration: Configuration): KconfigFinding[] {
  const findings = ofUpdate(configuration, SOFTBANK);
  const mode = networkMode(configuration);
  if (mode && !mode.assignment.symbol.includes('NBIOT'))
    findings.push(
      findingAt(mode, `${SOFTBANK}=y needs NB-IoT, but ${mode.assignment.symbol}=y leaves it out`, {
        fixes: [
          {
            title: 'Set CONFIG_LTE_NETWORK_MODE_LTE_M_NBIOT=y',
            preferred: true,
            changes: [
              {
                kind: 'edit',
                uri: mode.fragment.uri,
                edits: [{ range: mode.assignment.range, newText: 'CONFIG_LTE_NETWORK_MODE_LTE_M_NBIOT=y' }],
              },
            ],
          },
        ],
      }),
    );
  const { udp } = bindingsOf(configuration);
  const ip = ['IPV4V6', 'IPV4', 'IPV6']
    .map((type) => `CONFIG_LWM2M_CARRIER_PDN_${type}`)
    .find((symbol) => isShownOn(configuration, symbol));
  const other = ip ?? (isShownOn(configuration, udp) ? udp : undefined);
  const place = other === undefined ? undefined : tellAt(configuration, other, SOFTBANK);
  if (other !== undefined && place)
    findings.push(
      findingAt(place, `${SOFTBANK}=y goes over a non-IP PDN, but ${other}=y asks for IP`, {
        fixes: [
          ip === undefined
            ? setFix(configuration, place, [[udp, false]])
            : choiceFix(configuration, place, PDN_NONIP),
        ],
      }),
    );
  return findings;
}

function ofLgUplus(configuration: Configuration): KconfigFinding[] {
  const findings = ofUpdate(configuration, LG_UPLUS);
  const code = configuration.string(SERVICE_CODE) ?? '';
  const place = tellAt(configuration, SERVICE_CODE, LG_UPLUS);
  if (!place) return findings;
  if (code === '')
    findings.push(
      findingAt(
        place,
        `${LG_UPLUS}=y needs the service code that LG U+ gives a device, but ${SERVICE_CODE} is empty: the library fails to start (-EFAULT)`,
      ),
    );
  else if (code.length > LONGEST_CODE)
    findings.push(findingAt(place, `${SERVICE_CODE}="${code}" is longer than ${LONGEST_CODE} characters`));
  return findings;
}

export const rule: KconfigRule = {
  code: 'kconfig/operator-requirements',
  number: 66,
  severity: 'warning',
  document:
    'SoftBank serves devices over NB-IoT and a non-IP PDN, and updates the application; LG U+ asks for a service code of at ' +
    'most five characters and updates the application as well. Told only for an operator that a line enables, and of what a ' +
    "line, the folder's Kconfig or a build shows: that all operators are on by default says nothing.",
  check(configuration) {
    if (!hasCarrier(configuration, '2.2')) return [];
    const isAskedFor = (symbol: string): boolean =>
      placeOf(configuration, symbol) !== undefined && isShownOn(configuration, symbol);
    return [
      ...(isAskedFor(SOFTBANK) ? ofSoftBank(configuration) : []),
      ...(isAskedFor(LG_UPLUS) ? ofLgUplus(configuration) : []),
    ];
  },
};
