import { placeOf, tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, relatedTo } from '../../telling';
import { CARRIER } from './carrier';

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS';

export const rule: KconfigRule = {
  code: 'kconfig/two-clients',
  number: 68,
  severity: 'warning',
  document:
    'The carrier library is an LwM2M client of its own beside the one of the application. Both share the few TLS and DTLS ' +
    'sessions of the modem (for Verizon the library takes two), and the library must be free to take the link down.',
  check(configuration) {
    if (!configuration.isOn(CARRIER) || !configuration.isOn(UTILS)) return [];
    const place = tellAt(configuration, CARRIER, UTILS);
    if (!place) return [];
    const other = placeOf(configuration, place.assignment.symbol === CARRIER ? UTILS : CARRIER);
    return [
      findingAt(
        place,
        `${CARRIER}=y and ${UTILS}=y are two LwM2M clients in one device: they share the modem's few DTLS sessions, and the carrier library takes the link down when it needs to`,
        { related: relatedTo([other, 'The other client']) },
      ),
    ];
  },
};
