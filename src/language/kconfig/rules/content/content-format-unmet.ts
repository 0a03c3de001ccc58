import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { findingAt } from '../../telling';

const VERSION_1_1 = 'CONFIG_LWM2M_VERSION_1_1';
const SENML_CBOR = 'CONFIG_LWM2M_RW_SENML_CBOR_SUPPORT';
const SENML_JSON = 'CONFIG_LWM2M_RW_SENML_JSON_SUPPORT';
const ZCBOR = 'CONFIG_ZCBOR';

/** What each format depends on (`subsys/net/lib/lwm2m/Kconfig`). */
const FORMATS: readonly (readonly [format: string, needed: readonly string[]])[] = [
  [SENML_CBOR, [ZCBOR, 'CONFIG_ZCBOR_CANONICAL']],
  [SENML_JSON, ['CONFIG_BASE64', 'CONFIG_JSON_LIBRARY']],
];

/** Whether a line asks for it, also where a build left it off. */
function isAskedFor(configuration: Configuration, symbol: string): boolean {
  const value = placeOf(configuration, symbol)?.assignment.value;
  return value ? value.type === 'tristate' && value.value !== 'n' : configuration.isOn(symbol);
}

/** LwM2M 1.1 implies ZCBOR: on unless something says otherwise. */
const isThere = (configuration: Configuration, symbol: string): boolean =>
  isAskedFor(configuration, symbol) ||
  (symbol === ZCBOR &&
    configuration.build === undefined &&
    configuration.effective(ZCBOR) === undefined &&
    configuration.isOn(VERSION_1_1));

export const rule: KconfigRule = {
  code: 'kconfig/content-format-unmet',
  number: 55,
  severity: 'error',
  document:
    'SenML-CBOR depends on CONFIG_ZCBOR and CONFIG_ZCBOR_CANONICAL, SenML-JSON on CONFIG_BASE64 and CONFIG_JSON_LIBRARY: ' +
    'without them Kconfig leaves the format out. LwM2M 1.1 speaks SenML where more than one value goes: a client of 1.1 with ' +
    'neither has TLV at most, and no Send or composite operation.',
  check(configuration) {
    const findings: KconfigFinding[] = [];
    for (const [format, needed] of FORMATS) {
      if (!isAskedFor(configuration, format)) continue;
      const lacking = needed.filter((symbol) => !isThere(configuration, symbol));
      const place = tellAt(configuration, format, ...lacking);
      if (lacking.length === 0 || !place) continue;
      const settings = lacking.map((symbol) => `${symbol}=y`).join(' and ');
      findings.push(
        findingAt(place, `${format}=y depends on ${settings}: Kconfig leaves the format out`, {
          fixes: [
            setFix(
              configuration,
              place,
              lacking.map((symbol) => [symbol, true]),
            ),
          ],
        }),
      );
    }
    const hasSenml = FORMATS.some(([format]) => isAskedFor(configuration, format));
    const place = tellAt(configuration, VERSION_1_1, ...FORMATS.map(([format]) => format));
    if (configuration.isOn(VERSION_1_1) && !hasSenml && place) {
      const needed = [SENML_CBOR, ZCBOR, 'CONFIG_ZCBOR_CANONICAL'];
      findings.push(
        findingAt(
          place,
          `${VERSION_1_1}=y has neither ${SENML_CBOR}=y nor ${SENML_JSON}=y: the device takes no SenML, so no Send and no composite operation`,
          {
            severity: 'warning',
            fixes: [
              setFix(
                configuration,
                place,
                needed.map((symbol) => [symbol, true]),
              ),
            ],
          },
        ),
      );
    }
    return findings;
  },
};
