import type { KconfigSymbol } from './symbol';

/**
 * What the table of one Zephyr release can't say of a symbol: the releases of nRF Connect SDK that have it, by history.
 * Names without `CONFIG_`.
 */
export const corrections: ReadonlyMap<string, Partial<KconfigSymbol>> = new Map<
  string,
  Partial<KconfigSymbol>
>([
  ['LWM2M_DTLS_CID', { ncs: { since: '2.6', until: '99' } }],
  ['LWM2M_UPDATE_PERIOD', { ncs: { since: '2.5', until: '99' } }],
]);

/** A default that differed in some releases of nRF Connect SDK: from the first named up to, not with, the second. */
export interface FormerDefault {
  readonly from: string;
  readonly before: string;
  readonly value: string;
}

/** Defaults as they were; the table has those of the newest release. */
export const formerDefaults: ReadonlyMap<string, readonly FormerDefault[]> = new Map([
  ['LWM2M_CARRIER_GENERIC', [{ from: '2.2', before: '2.7', value: 'y' }]],
  ['LWM2M_CARRIER_SERVER_LIFETIME', [{ from: '2.2', before: '2.7', value: '60' }]],
]);

/** Options that nothing but a fragment turns on; where no line names them they are off. */
export const OFF_UNLESS_WRITTEN: ReadonlySet<string> = new Set(['ZTEST', 'NRF_CLOUD_PGPS']);
