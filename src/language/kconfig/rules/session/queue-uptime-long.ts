import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { QUEUE_MODE } from './idleSocket';

const UPTIME = 'CONFIG_LWM2M_QUEUE_MODE_UPTIME';
const LONGEST = 60n;
const USUAL = 30n;
const CELLULAR = [
  'CONFIG_LTE_LINK_CONTROL',
  'CONFIG_NRF_MODEM_LIB',
  'CONFIG_MODEM_CELLULAR',
  'CONFIG_LWM2M_CLIENT_UTILS',
];

const cellularBy = (configuration: Configuration): string | undefined =>
  CELLULAR.find((symbol) => configuration.isOn(symbol));

export const rule: KconfigRule = {
  code: 'kconfig/queue-uptime-long',
  number: 53,
  severity: 'hint',
  document:
    'A device in queue mode stays awake for CONFIG_LWM2M_QUEUE_MODE_UPTIME seconds after it last sent. NATs of cellular ' +
    'networks forget a silent UDP peer after 30 to 60 seconds, so that being awake for longer costs power and nothing reaches ' +
    'the device any more.',
  check(configuration) {
    if (!configuration.isOn(QUEUE_MODE)) return [];
    const cellular = cellularBy(configuration);
    const uptime = configuration.number(UPTIME);
    if (cellular === undefined || uptime === undefined || uptime <= LONGEST) return [];
    const place = tellAt(configuration, UPTIME, QUEUE_MODE);
    if (!place) return [];
    return [
      findingAt(
        place,
        `${said(configuration, UPTIME)} keeps the device awake for ${uptime} s; with ${cellular}=y the network's NAT has usually closed after ${LONGEST} s`,
        { fixes: [setFix(configuration, place, [[UPTIME, USUAL]])] },
      ),
    ];
  },
};
