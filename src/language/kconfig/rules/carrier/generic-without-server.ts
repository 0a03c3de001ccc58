import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { isShownOn } from '../../shownOff';
import { findingAt } from '../../telling';
import { bindingsOf, customUri, GENERIC, hasCarrier, OPERATORS, URI } from './carrier';

export const rule: KconfigRule = {
  code: 'kconfig/generic-without-server',
  number: 57,
  severity: 'error',
  document:
    'In generic mode, outside the networks of the enabled operators, the carrier library has no server of its own to go to: ' +
    'CONFIG_LWM2M_CARRIER_CUSTOM_URI must name one, unless the binding is non-IP.',
  check(configuration) {
    if (!hasCarrier(configuration, '2.2') || !isShownOn(configuration, GENERIC)) return [];
    const { nonIp } = bindingsOf(configuration);
    if (customUri(configuration) !== '' || configuration.isOn(nonIp)) return [];
    const place = tellAt(configuration, GENERIC, URI);
    if (!place) return [];
    // With an operator left it still works in that one's network.
    const isServed = OPERATORS.some((symbol) => configuration.isOn(symbol));
    return [
      findingAt(
        place,
        `${GENERIC}=y has no server to go to: ${URI} is empty and ${nonIp} is not set`,
        isServed ? { fixes: [setFix(configuration, place, [[GENERIC, false]], undefined, false)] } : {},
      ),
    ];
  },
};
