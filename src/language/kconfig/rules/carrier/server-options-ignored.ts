import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { CARRIER, customUri, GENERIC, hasCarrier, OPERATORS, URI } from './carrier';

export const rule: KconfigRule = {
  code: 'kconfig/server-options-ignored',
  number: 56,
  severity: 'error',
  document:
    'The carrier library takes the server options (custom URI, security tag, lifetime, binding) in two cases only: a single ' +
    "operator is enabled, or CONFIG_LWM2M_CARRIER_GENERIC=y and the device is in no enabled operator's network. The operators " +
    'are all on by default, so that a custom URI alone is ignored.',
  check(configuration) {
    const uri = customUri(configuration);
    if (!hasCarrier(configuration, '2.2') || uri === '' || configuration.isOn(GENERIC)) return [];
    const operators = OPERATORS.filter((symbol) => configuration.isOn(symbol));
    const place = tellAt(configuration, URI, GENERIC, ...operators, CARRIER);
    if (operators.length < 2 || !place) return [];
    const enabled = operators.map((symbol) => said(configuration, symbol)).join(', ');
    return [
      findingAt(
        place,
        `${URI}="${uri}" is ignored: with ${said(configuration, GENERIC)}, more than one operator is enabled (${enabled})`,
        { fixes: [setFix(configuration, place, [[GENERIC, true]])] },
      ),
    ];
  },
};
