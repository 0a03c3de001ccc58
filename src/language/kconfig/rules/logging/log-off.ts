import type { KconfigFinding, KconfigRule } from '../../rule';
import { isShownOff } from '../../shownOff';
import { placeOf } from '../../place';
import { setFix } from '../../fixes';
import { findingAt } from '../../telling';

const SILENCING: readonly (readonly [symbol: string, what: string])[] = [
  ['CONFIG_LOG', 'the device logs nothing'],
  ['CONFIG_SERIAL', 'the device has no serial port'],
  ['CONFIG_CONSOLE', 'the device has no console'],
];

export const rule: KconfigRule = {
  code: 'kconfig/log-off',
  number: 72,
  severity: 'hint',
  document:
    'A build for low power turns logging, console and serial port off. Then no log can be read from the device, and why an ' +
    'update failed is known from what it tells the server alone. Fine in a product; leave them on while you develop.',
  check(configuration) {
    return SILENCING.flatMap(([symbol, what]): KconfigFinding[] => {
      const place = placeOf(configuration, symbol);
      if (!place || !isShownOff(configuration, symbol)) return [];
      return [
        findingAt(place, `${symbol}=n: ${what}, so no log of an update can be read from it`, {
          fixes: [setFix(configuration, place, [[symbol, true]], undefined, false)],
        }),
      ];
    });
  },
};
