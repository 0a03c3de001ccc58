import { BOOTSTRAP, fillsSecurity } from '../../clientUtils';
import { APP_PSK, kconfigOf, statedText } from '../../credentials';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/bootstrap-psk',
  number: 31,
  severity: 'hint',
  document:
    'With bootstrap on, CONFIG_APP_LWM2M_PSK is the key for the bootstrap server, and it is written only where the modem has none yet. The key for the management server comes with the bootstrap. A changed key in the configuration changes nothing on a device that has one.',
  check: (configuration) => {
    if (!fillsSecurity(configuration) || !configuration.isOn(BOOTSTRAP)) return [];
    const psk = statedText(configuration, APP_PSK);
    if (!psk || psk.text === '') return [];
    return told(
      tellAt(configuration, APP_PSK, BOOTSTRAP),
      `${APP_PSK} is the bootstrap server’s key while ${BOOTSTRAP} is on, and is written only to a device that has none yet`,
      { ...kconfigOf(configuration, APP_PSK) },
    );
  },
};
