import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { isCoiote, serverUris } from '../../serverUri';

const VERSION_1_1 = 'CONFIG_LWM2M_VERSION_1_1';
const TLV = 'CONFIG_LWM2M_RW_OMA_TLV_SUPPORT';

export const rule: KconfigRule = {
  code: 'kconfig/coiote-without-tlv',
  number: 22,
  severity: 'warning',
  document:
    'LwM2M 1.1 leaves TLV out of Zephyr’s client unless CONFIG_LWM2M_RW_OMA_TLV_SUPPORT says otherwise. AVSystem’s Coiote is used with it: Nordic’s overlays for it turn it on.',
  check: (configuration) => {
    if (!configuration.isOn(VERSION_1_1) || configuration.isOn(TLV)) return [];
    return serverUris(configuration).flatMap(({ symbol, host }) => {
      if (!isCoiote(host)) return [];
      const place = tellAt(configuration, TLV, symbol, VERSION_1_1);
      return told(
        place,
        `${TLV} is off, which LwM2M 1.1 (${VERSION_1_1}) leaves so: Coiote (${host}) is used with TLV`,
        {
          fixes: place ? [setFix(configuration, place, [[TLV, true]])] : [],
        },
      );
    });
  },
};
