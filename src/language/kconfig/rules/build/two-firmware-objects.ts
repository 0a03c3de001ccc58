import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';

const ADVANCED = 'CONFIG_LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT';
const OTHERS = ['CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT', 'CONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE'];

export const rule: KconfigRule = {
  code: 'kconfig/two-firmware-objects',
  number: 45,
  severity: 'warning',
  document:
    'The Advanced Firmware Update object (33629) takes the place of object 5 and decides itself when an image is installed. ' +
    "Zephyr's object 5 (CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT) and the download library's own scheduling " +
    '(CONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE) are on by default and get in its way.',
  check(configuration) {
    if (!configuration.isOn(ADVANCED)) return [];
    const rivals = OTHERS.filter((symbol) => configuration.isOn(symbol));
    const place = tellAt(configuration, ADVANCED, ...rivals);
    if (rivals.length === 0 || !place) return [];
    const still = rivals.map((symbol) => said(configuration, symbol)).join(' and ');
    return [
      findingAt(place, `${ADVANCED}=y wants the other ways of updating off, but there is ${still}`, {
        fixes: [
          setFix(
            configuration,
            place,
            rivals.map((symbol) => [symbol, false]),
          ),
        ],
      }),
    ];
  },
};
