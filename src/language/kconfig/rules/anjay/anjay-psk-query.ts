import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { anjayTags, CARRIER_TAG, carrierTags, CLOUD_TAG, CLOUD_TAG_SYMBOL, HIGHEST_TAG } from '../../tags';
import { findingAt, said } from '../../telling';
import { showValue } from '../../value';

const QUERY = 'CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY';
const BASE = 'CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE';
const COUNT = 'CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_COUNT';
/** Where the carrier sample keeps its certificates. */
const CERTIFICATES = [411n, 412n, 413n];

/** Who else has a tag; `undefined`: nobody. */
function takenBy(configuration: Configuration, tag: bigint): string | undefined {
  const carrier = carrierTags(configuration);
  if (carrier && tag >= carrier.from && tag <= carrier.to)
    return `the carrier library has tags ${carrier.from} to ${carrier.to} (${said(configuration, CARRIER_TAG)})`;
  if (carrier && CERTIFICATES.includes(tag))
    return 'the carrier sample keeps certificates on tags 411 to 413';
  const cloud = configuration.number(CLOUD_TAG_SYMBOL);
  if (tag === CLOUD_TAG || tag === cloud)
    return tag === cloud
      ? `nRF Cloud has that tag (${CLOUD_TAG_SYMBOL}=${tag})`
      : `nRF Cloud has tag ${CLOUD_TAG}`;
  const own = anjayTags(configuration);
  if (own && tag >= own.from && tag <= own.to)
    return `Anjay takes tags ${own.from} to ${own.to} for short-lived keys (${BASE}, ${COUNT})`;
  return undefined;
}

function fault(configuration: Configuration, text: string): string | undefined {
  if (!/^(0|[1-9]\d*)$/.test(text)) return 'is no tag in decimal';
  const tag = BigInt(text);
  if (tag > HIGHEST_TAG) return `is not within 0 to ${HIGHEST_TAG}`;
  const other = takenBy(configuration, tag);
  return other === undefined ? undefined : `collides: ${other}`;
}

/** A tag that nobody has, in order from Anjay's own default. */
function freeTag(configuration: Configuration): bigint {
  for (let tag = 1n; ; tag++) if (takenBy(configuration, tag) === undefined) return tag;
}

export const rule: KconfigRule = {
  code: 'kconfig/anjay-psk-query',
  number: 70,
  severity: 'error',
  document:
    'Anjay-zephyr takes the key of the server from the modem: CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY is the security tag, in ' +
    'decimal and within quotes, from 0 to 2147483647. A tag that the carrier library, nRF Cloud or Anjay itself writes to ' +
    'loses its key.',
  check(configuration) {
    const written = placeOf(configuration, QUERY)?.assignment.value;
    const text = configuration.string(QUERY);
    const place = tellAt(configuration, QUERY, CARRIER_TAG, BASE, COUNT, CLOUD_TAG_SYMBOL);
    if (!place) return [];
    if (written && written.type !== 'string') {
      const number = written.type === 'int' && written.value >= 0n ? written.value : undefined;
      const isFine = number !== undefined && fault(configuration, String(number)) === undefined;
      const tag = isFine ? number : freeTag(configuration);
      return [
        findingAt(place, `${QUERY}=${showValue(written)} stands without quotes: it is a string`, {
          fixes: [setFix(configuration, place, [[QUERY, String(tag)]])],
        }),
      ];
    }
    const why = text === undefined ? undefined : fault(configuration, text);
    if (why === undefined) return [];
    return [
      findingAt(place, `${said(configuration, QUERY)} ${why}`, {
        fixes: [setFix(configuration, place, [[QUERY, String(freeTag(configuration))]])],
      }),
    ];
  },
};
