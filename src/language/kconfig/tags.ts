import { BOOTSTRAP_TAG, CARRIER, DOWNLOAD_TAG, isNcsFrom, SERVER_TAG } from './clientUtils';
import type { Configuration } from './configuration';
import { tellAt, type Place } from './place';

/** The highest tag a user may have (AT%CMNG). */
export const HIGHEST_TAG = 2_147_483_647n;
/** Tags whose TLS sessions Nordic's tools can decrypt: for tests only (`nrf_socket.h`). */
export const DECRYPTED_TAGS = { from: 2_147_483_648n, to: 2_147_483_667n } as const;
/** The tag of nRF Cloud. */
export const CLOUD_TAG = 16_842_753n;
/** The carrier library's tag for its server's key; 0: the operators' keys. */
export const CARRIER_TAG = 'CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG';
/** The tag that nRF Cloud's library is given. */
export const CLOUD_TAG_SYMBOL = 'CONFIG_NRF_CLOUD_SEC_TAG';

/** A security tag in force. */
export interface TagInForce {
  readonly symbol: string;
  readonly tag: bigint;
  readonly place: Place;
}

const LIBRARY_TAGS = [SERVER_TAG, BOOTSTRAP_TAG, DOWNLOAD_TAG, CARRIER_TAG];
const IS_TAG = /_(SEC|TLS)_TAG$/;
const inForce = new WeakMap<Configuration, readonly TagInForce[]>();

/** Every security tag of a configuration: the libraries' own by default too, and whatever a fragment calls `…_SEC_TAG` or `…_TLS_TAG`. */
export function tagsOf(configuration: Configuration): readonly TagInForce[] {
  const known = inForce.get(configuration);
  if (known) return known;
  const symbols = new Set(LIBRARY_TAGS);
  for (const { fragment } of configuration.fragments)
    for (const { symbol } of fragment.assignments) if (IS_TAG.test(symbol)) symbols.add(symbol);
  const tags = [...symbols].flatMap((symbol) => {
    const tag = configuration.number(symbol);
    const place = tellAt(configuration, symbol);
    return tag === undefined || !place ? [] : [{ symbol, tag, place }];
  });
  inForce.set(configuration, tags);
  return tags;
}

/** The tag with the server's key; `undefined` where the number given holds none (−1, or beyond the modem's tags). */
export function serverTag(configuration: Configuration): bigint | undefined {
  const tag = configuration.number(SERVER_TAG);
  return tag !== undefined && tag >= 0n && tag <= DECRYPTED_TAGS.to ? tag : undefined;
}

/** The tags that the carrier library keeps for itself, or writes; `undefined` without the library. */
export function carrierTags(
  configuration: Configuration,
): { readonly from: bigint; readonly to: bigint; readonly given: boolean } | undefined {
  if (!configuration.isOn(CARRIER)) return undefined;
  const given = configuration.number(CARRIER_TAG);
  if (given === undefined) return undefined;
  if (given === 0n) return { from: 25n, to: 28n, given: false };
  return { from: given, to: given + (isNcsFrom(configuration, '2.7') ? 4n : 0n), given: true };
}

/** The tags Anjay takes for its own short-lived keys. */
export function anjayTags(
  configuration: Configuration,
): { readonly from: bigint; readonly to: bigint } | undefined {
  if (!configuration.isOn('CONFIG_ANJAY') || configuration.isOn('CONFIG_ANJAY_COMPAT_MBEDTLS'))
    return undefined;
  const from = configuration.number('CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE') ?? 2_652_900n;
  const count = configuration.number('CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_COUNT') ?? 100n;
  // Not a range of tags: what Kconfig would refuse.
  if (from < 0n || from > HIGHEST_TAG || count < 1n || count > 1_000_000n) return undefined;
  return { from, to: from + count - 1n };
}

interface TagRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** Tags that are no one's to choose. */
const reservedRanges = (configuration: Configuration): readonly TagRange[] => [
  { from: CLOUD_TAG, to: CLOUD_TAG },
  { from: 411n, to: 413n },
  ...[carrierTags(configuration), anjayTags(configuration)].flatMap((range) => range ?? []),
];

const rangeOf = (tag: bigint, ranges: readonly TagRange[]): TagRange | undefined =>
  ranges.find(({ from, to }) => tag >= from && tag <= to);

/** More tags than a configuration has. */
const MOST_TRIES = 10_000;

/** A tag for a symbol that nobody else has or takes: the library's own where it is free. */
export function freeTag(configuration: Configuration, symbol: string): bigint {
  const taken = new Set(tagsOf(configuration).flatMap((one) => (one.symbol === symbol ? [] : [one.tag])));
  const ranges = reservedRanges(configuration);
  let tag = symbol === BOOTSTRAP_TAG ? 35_724_862n : 35_724_861n;
  for (let i = 0; i < MOST_TRIES; i++) {
    const range = rangeOf(tag, ranges);
    if (!range && !taken.has(tag)) break;
    tag = (range?.to ?? tag) + 1n;
    if (tag > HIGHEST_TAG) tag = 1n;
  }
  return tag;
}

/** The tag a symbol should have: for downloads that of the server, for others a free one. */
export function tagFor(configuration: Configuration, symbol: string): bigint {
  const server = serverTag(configuration);
  const isSound =
    server !== undefined && server <= HIGHEST_TAG && !rangeOf(server, reservedRanges(configuration));
  return symbol === DOWNLOAD_TAG && isSound ? server : freeTag(configuration, symbol);
}
