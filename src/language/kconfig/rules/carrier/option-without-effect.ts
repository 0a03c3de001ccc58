import type { Configuration } from '../../configuration';
import { removeFix } from '../../fixes';
import { placeOf } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { showValue } from '../../value';
import { bindingsOf, customUri, hasCarrier, IS_BOOTSTRAP, LIFETIME, URI } from './carrier';

/** A line that says nothing: removed without loss. */
function idle(configuration: Configuration, symbol: string, why: string): KconfigFinding[] {
  const place = placeOf(configuration, symbol);
  if (!place) return [];
  return [
    findingAt(place, `${symbol}=${showValue(place.assignment.value)} has no effect: ${why}`, {
      tag: 'unnecessary',
      fixes: [removeFix(place, `Remove the line of ${symbol}`)],
    }),
  ];
}

export const rule: KconfigRule = {
  code: 'kconfig/option-without-effect',
  number: 59,
  severity: 'hint',
  document:
    'Whether a custom server is a bootstrap server matters only where there is one: CONFIG_LWM2M_CARRIER_CUSTOM_URI. Lifetime ' +
    'and binding belong to a management server: where the custom one bootstraps, they come from it.',
  check(configuration) {
    if (!hasCarrier(configuration, '2.2')) return [];
    if (customUri(configuration) === '') return idle(configuration, IS_BOOTSTRAP, `${URI} is empty`);
    if (!configuration.isOn(IS_BOOTSTRAP)) return [];
    const why = `the custom server is a bootstrap server (${said(configuration, IS_BOOTSTRAP)})`;
    const { udp, nonIp } = bindingsOf(configuration);
    const lifetime = configuration.number(LIFETIME) ?? 0n;
    return [
      ...(lifetime === 0n ? [] : idle(configuration, LIFETIME, why)),
      ...[udp, nonIp]
        .filter((symbol) => configuration.isOn(symbol))
        .flatMap((symbol) => idle(configuration, symbol, why)),
    ];
  },
};
