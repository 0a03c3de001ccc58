import type { KconfigRule } from '../../rule';
import { rule as connectionIdClosed } from './connection-id-closed';
import { rule as connectionStoreUnmet } from './connection-store-unmet';
import { rule as dtlsStackIncomplete } from './dtls-stack-incomplete';
import { rule as modemKeysOff } from './modem-keys-off';
import { rule as openWithoutConnectionId } from './open-without-connection-id';
import { rule as queueUptimeLong } from './queue-uptime-long';
import { rule as updatePeriodTooLong } from './update-period-too-long';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  connectionIdClosed,
  openWithoutConnectionId,
  connectionStoreUnmet,
  dtlsStackIncomplete,
  modemKeysOff,
  queueUptimeLong,
  updatePeriodTooLong,
];
