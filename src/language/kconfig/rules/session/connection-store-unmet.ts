import { choiceFix, joinedFix } from '../../choiceFix';
import { setFix } from '../../fixes';
import { placeOf } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt } from '../../telling';
import { CONNECTION_ID, hasConnectionId, idleSocketOf, STOP_POLLING } from './idleSocket';

const STORE = 'CONFIG_LWM2M_CLIENT_UTILS_DTLS_CON_MANAGEMENT';

export const rule: KconfigRule = {
  code: 'kconfig/connection-store-unmet',
  number: 50,
  severity: 'error',
  document:
    'The client utilities can save a DTLS connection in the modem and load it again. That depends on a socket that stays ' +
    'open (CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE) and on connection IDs (CONFIG_LWM2M_DTLS_CID); without both Kconfig ' +
    'leaves it off. The modem needs firmware 1.3.5 or newer.',
  check(configuration) {
    const place = placeOf(configuration, STORE);
    const { value } = place?.assignment ?? {};
    if (!place || value?.type !== 'tristate' || value.value !== 'y') return [];
    const lacksId = !hasConnectionId(configuration);
    const lacksSocket = idleSocketOf(configuration) !== STOP_POLLING;
    if (!lacksId && !lacksSocket) return [];
    const lacking = [...(lacksSocket ? [STOP_POLLING] : []), ...(lacksId ? [CONNECTION_ID] : [])];
    const parts = [
      ...(lacksSocket ? [choiceFix(configuration, place, STOP_POLLING)] : []),
      ...(lacksId ? [setFix(configuration, place, [[CONNECTION_ID, true]])] : []),
    ];
    const wanted = lacking.map((symbol) => `${symbol}=y`).join(' and ');
    return [
      findingAt(place, `${STORE}=y depends on ${wanted}: Kconfig leaves it off`, {
        fixes: [joinedFix(`Set ${wanted}`, parts)],
      }),
    ];
  },
};
