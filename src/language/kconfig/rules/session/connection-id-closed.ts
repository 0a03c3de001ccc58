import { choiceFix } from '../../choiceFix';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import {
  CLOSE,
  CONNECTION_ID,
  FORMER_CONNECTION_ID,
  hasConnectionId,
  idleSocketOf,
  LISTEN,
  QUEUE_MODE,
  STOP_POLLING,
} from './idleSocket';

export const rule: KconfigRule = {
  code: 'kconfig/connection-id-closed',
  number: 47,
  severity: 'warning',
  document:
    'A connection ID (RFC 9146) lets a DTLS session outlive a change of address, so that a device that slept need not ' +
    'handshake again. A device in queue mode closes its socket when it goes idle unless told otherwise, and the session ends ' +
    'with the socket: leave it open with CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE or CONFIG_LWM2M_RD_CLIENT_LISTEN_AT_IDLE.',
  check(configuration) {
    if (!configuration.isOn(QUEUE_MODE) || !hasConnectionId(configuration)) return [];
    if (idleSocketOf(configuration) !== CLOSE) return [];
    const place = tellAt(
      configuration,
      CONNECTION_ID,
      FORMER_CONNECTION_ID,
      CLOSE,
      'CONFIG_MBEDTLS_SSL_DTLS_CONNECTION_ID',
      QUEUE_MODE,
    );
    if (!place) return [];
    const id = configuration.isOn(CONNECTION_ID) ? CONNECTION_ID : FORMER_CONNECTION_ID;
    return [
      findingAt(
        place,
        `${id}=y is of no use with ${said(configuration, CLOSE)}: the session ends with the socket at each idle phase of queue mode`,
        {
          fixes: [
            choiceFix(configuration, place, STOP_POLLING),
            choiceFix(configuration, place, LISTEN, false),
          ],
        },
      ),
    ];
  },
};
