import { nameOf } from '../../../uri';
import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { isShownOff, isShownOn } from '../../shownOff';
import { findingAt, said } from '../../telling';
import { DTLS } from './idleSocket';

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS';
const SECURITY = 'CONFIG_LWM2M_CLIENT_UTILS_SECURITY_OBJ_SUPPORT';
const KEYS = 'CONFIG_MODEM_KEY_MGMT';
const MODEM = 'CONFIG_NRF_MODEM_LIB';
const NRF91 = /nrf91|thingy91/;

/** Whether something shows that the device is an nRF91: its modem library, or a board's fragment by its name. */
const isNrf91 = (configuration: Configuration): boolean =>
  isShownOn(configuration, MODEM) ||
  configuration.fragments.some(({ kind, fragment }) => kind === 'board' && NRF91.test(nameOf(fragment.uri)));

export const rule: KconfigRule = {
  code: 'kconfig/modem-keys-off',
  number: 52,
  severity: 'error',
  document:
    "On an nRF91 the modem does DTLS with the keys of its own store. The client utilities' Security object writes them there " +
    'with the modem key management library; without CONFIG_MODEM_KEY_MGMT it does not link, or no key arrives. Told only where ' +
    "a line, the folder's Kconfig or a build shows it off.",
  check(configuration) {
    const isUsed = configuration.isOn(UTILS) && configuration.isOn(SECURITY) && configuration.isOn(DTLS);
    if (!isUsed || !isNrf91(configuration) || !isShownOff(configuration, KEYS)) return [];
    const place = tellAt(configuration, KEYS, SECURITY, UTILS, DTLS);
    if (!place) return [];
    return [
      findingAt(
        place,
        `${UTILS}=y with ${DTLS}=y writes keys into the modem, but ${said(configuration, KEYS)}: no key gets there`,
        { fixes: [setFix(configuration, place, [[KEYS, true]])] },
      ),
    ];
  },
};
