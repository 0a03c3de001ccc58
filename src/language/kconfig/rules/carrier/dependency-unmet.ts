import type { Configuration } from '../../configuration';
import { versionIn } from '../../existence';
import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigFinding, KconfigRule } from '../../rule';
import { isShownOff, shownNumber } from '../../shownOff';
import { findingAt, relatedTo, said } from '../../telling';
import { CARRIER } from './carrier';

/** Options that must be on (`lib/bin/lwm2m_carrier/Kconfig`). */
const NEEDED = [
  'CONFIG_FP_HARDABI',
  'CONFIG_NRF_MODEM_LIB',
  'CONFIG_FLASH',
  'CONFIG_FLASH_PAGE_LAYOUT',
  'CONFIG_MPU_ALLOW_FLASH_WRITE',
  'CONFIG_NVS',
  'CONFIG_NETWORKING',
  'CONFIG_NET_SOCKETS',
  'CONFIG_NET_SOCKETS_OFFLOAD',
  'CONFIG_NET_IPV4',
  'CONFIG_AT_MONITOR',
  'CONFIG_REBOOT',
  'CONFIG_DFU_TARGET',
];

/** The least that each number must be. */
const LEAST: readonly (readonly [symbol: string, least: bigint])[] = [
  ['CONFIG_HEAP_MEM_POOL_SIZE', 4096n],
  ['CONFIG_SYSTEM_WORKQUEUE_STACK_SIZE', 1536n],
  ['CONFIG_AT_MONITOR_HEAP_SIZE', 320n],
];

/** Those that depend on the release: the downloader came in 3.0, the PDN library went with 3.2. */
function byRelease({ platform, symbols }: Configuration): {
  readonly needed: readonly string[];
  readonly least: typeof LEAST;
} {
  const from = (version: string): boolean => versionIn(platform, symbols, version);
  const downloader = from('3.0') ? 'CONFIG_DOWNLOADER' : 'CONFIG_DOWNLOAD_CLIENT';
  return {
    needed: [
      downloader,
      ...(from('3.2') ? [] : ['CONFIG_PDN']),
      ...(from('2.6') ? [] : ['CONFIG_MODEM_KEY_MGMT']),
    ],
    least: [
      [`${downloader}_MAX_HOSTNAME_SIZE`, 64n],
      [`${downloader}_MAX_FILENAME_SIZE`, 192n],
    ],
  };
}

export const rule: KconfigRule = {
  code: 'kconfig/dependency-unmet',
  number: 67,
  severity: 'error',
  document:
    'The carrier library depends on the hard-float ABI, the modem library, flash, non-volatile storage, offloaded sockets and ' +
    'more, and on least sizes of heap, work queue and buffers. Where one is not met, Kconfig leaves CONFIG_LWM2M_CARRIER off ' +
    "with a warning at most. Told only where a line, the folder's Kconfig or a build shows it.",
  check(configuration) {
    const asked = placeOf(configuration, CARRIER);
    const { value } = asked?.assignment ?? {};
    if (!asked || value?.type !== 'tristate' || value.value !== 'y') return [];
    const release = byRelease(configuration);
    const findings: KconfigFinding[] = [];
    const tell = (symbol: string, wanted: string, setting: true | bigint): void => {
      const place = tellAt(configuration, symbol, CARRIER);
      if (!place) return;
      findings.push(
        findingAt(
          place,
          `${CARRIER}=y depends on ${wanted}, but ${said(configuration, symbol)}: Kconfig leaves the library off`,
          {
            related: place === asked ? [] : relatedTo([asked, `${CARRIER} is enabled here`]),
            fixes: [setFix(configuration, place, [[symbol, setting]])],
          },
        ),
      );
    };
    for (const symbol of [...NEEDED, ...release.needed])
      if (isShownOff(configuration, symbol)) tell(symbol, `${symbol}=y`, true);
    for (const [symbol, least] of [...LEAST, ...release.least]) {
      const number = shownNumber(configuration, symbol);
      if (number !== undefined && number < least) tell(symbol, `${symbol} of ${least} or more`, least);
    }
    return findings;
  },
};
