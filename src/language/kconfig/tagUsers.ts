import type { TextRange } from '../text';
import type { Assignment, Fragment } from './fragment';

/** A line that names a security tag. */
export interface TagUser {
  readonly uri: string;
  readonly symbol: string;
  readonly tag: bigint;
  /** Of the number; within the quotes where it stands in some. */
  readonly range: TextRange;
}

const IS_TAG = /_(SEC|TLS)_TAG$/;
const QUERY = 'CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY';
/** 0: the library takes the operator's key. */
const CARRIER = 'CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG';

/** Whether a symbol holds a security tag. */
export const isTagSymbol = (symbol: string): boolean => IS_TAG.test(symbol) || symbol === QUERY;

/** Whose keys a tag holds, by its symbol; for people. */
const OWNERS: Readonly<Record<string, string>> = {
  CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG: 'keys of the management server',
  CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG: 'keys of the bootstrap server',
  CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG: 'keys for downloads of firmware',
  [CARRIER]: "key of the carrier library's custom server",
  CONFIG_LWM2M_APP_TLS_TAG: "key of Zephyr's sample",
  CONFIG_NET_SAMPLE_LWM2M_TLS_TAG: "key of Zephyr's sample",
  CONFIG_NRF_CLOUD_SEC_TAG: 'keys of nRF Cloud',
  [QUERY]: "key of Anjay's server",
};

/** Whose keys the tag of a symbol holds. */
export const tagOwner = (symbol: string): string => OWNERS[symbol] ?? symbol;

function tagIn({ symbol, value, valueRange }: Assignment): Omit<TagUser, 'uri'> | undefined {
  if (!isTagSymbol(symbol)) return undefined;
  if (symbol === QUERY) {
    if (value.type !== 'string' || !/^\d{1,10}$/.test(value.value)) return undefined;
    const start = valueRange.start + 1;
    return { symbol, tag: BigInt(value.value), range: { start, end: start + value.value.length } };
  }
  if (value.type !== 'int' || value.value < 0n || (symbol === CARRIER && value.value === 0n))
    return undefined;
  return { symbol, tag: value.value, range: valueRange };
}

/** The lines of fragments that name a tag. -1, and the carrier library's 0, name none. */
export const tagUsers = (fragments: readonly Fragment[]): readonly TagUser[] =>
  fragments.flatMap(({ uri, assignments }) =>
    assignments.flatMap((assignment) => {
      const user = tagIn(assignment);
      return user ? [{ uri, ...user }] : [];
    }),
  );
