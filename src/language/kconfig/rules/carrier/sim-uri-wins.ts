import { removeFix, setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { isShownOn } from '../../shownOff';
import { findingAt, said } from '../../telling';
import { customUri, hasCarrier, URI } from './carrier';

const UICC = 'CONFIG_UICC_LWM2M';
/** What it was up to nRF Connect SDK 2.7, on by default. */
const SMARTCARD = 'CONFIG_LWM2M_CARRIER_BOOTSTRAP_SMARTCARD';

export const rule: KconfigRule = {
  code: 'kconfig/sim-uri-wins',
  number: 63,
  severity: 'warning',
  document:
    'With bootstrap from the SIM card on, what the card holds comes before every option: its server is used, not ' +
    'CONFIG_LWM2M_CARRIER_CUSTOM_URI, and so with the other server options. Only a hint where the library has it on by default ' +
    '(up to nRF Connect SDK 2.7): few cards hold a server.',
  check(configuration) {
    const uri = customUri(configuration);
    if (!hasCarrier(configuration) || uri === '') return [];
    const source = [UICC, SMARTCARD].find((symbol) => configuration.isOn(symbol));
    if (source === undefined) return [];
    const place = tellAt(configuration, URI, source);
    const ofUri = placeOf(configuration, URI);
    if (!place) return [];
    return [
      findingAt(
        place,
        `A server on the SIM card comes before ${URI}="${uri}": ${said(configuration, source)}`,
        {
          ...(isShownOn(configuration, source) ? {} : { severity: 'hint' as const }),
          fixes: [
            setFix(configuration, place, [[source, false]], undefined, false),
            ...(ofUri ? [removeFix(ofUri, `Remove the line of ${URI}`, false)] : []),
          ],
        },
      ),
    ];
  },
};
