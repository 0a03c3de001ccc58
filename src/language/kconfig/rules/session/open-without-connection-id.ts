import { choiceFix } from '../../choiceFix';
import { existsIn, versionIn } from '../../existence';
import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import {
  CONNECTION_ID,
  DTLS,
  FORMER_CONNECTION_ID,
  hasConnectionId,
  idleSocketOf,
  LISTEN,
  QUEUE_MODE,
  STOP_POLLING,
  SUSPEND,
} from './idleSocket';

export const rule: KconfigRule = {
  code: 'kconfig/open-without-connection-id',
  number: 48,
  severity: 'hint',
  document:
    'A socket that stays open through the idle phases of queue mode keeps its DTLS session, but the NAT in between may give ' +
    'the device another address meanwhile. Without a connection ID the server then no longer knows the session. Where the ' +
    'server has no connection IDs, CONFIG_LWM2M_RD_CLIENT_SUSPEND_SOCKET_AT_IDLE may be the better choice.',
  check(configuration) {
    const { platform, symbols } = configuration;
    if (!configuration.isOn(QUEUE_MODE) || !configuration.isOn(DTLS) || hasConnectionId(configuration))
      return [];
    const idle = idleSocketOf(configuration);
    if (idle !== STOP_POLLING && idle !== LISTEN) return [];
    const place = tellAt(configuration, idle, CONNECTION_ID, FORMER_CONNECTION_ID, QUEUE_MODE, DTLS);
    if (!place) return [];
    const isFormer = platform.kind === 'ncs' && versionIn(platform, symbols, '2.5', '2.6');
    const id = isFormer ? FORMER_CONNECTION_ID : CONNECTION_ID;
    const symbol = symbols.symbol(id);
    // Before it there are no connection IDs to be turned on.
    if (symbol && !existsIn(symbol, platform, symbols)) return [];
    return [
      findingAt(
        place,
        `${idle}=y keeps the session open while the device is idle, but ${said(configuration, id)}: after a new address the server no longer knows it`,
        {
          fixes: [
            setFix(configuration, place, [[id, true]]),
            choiceFix(configuration, place, SUSPEND, false),
          ],
        },
      ),
    ];
  },
};
