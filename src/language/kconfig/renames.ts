import type { Platform } from './configuration';
import { ncsVersionOf, versionIn } from './existence';
import type { SymbolTable } from './symbols';
import { compareVersions, zephyrOf } from './version';

/** What became of a symbol: names with `CONFIG_`, the release of nRF Connect SDK from which on it is so. */
export interface Rename {
  /** The symbol as it was; `…*` for all that begin so. */
  readonly old: string;
  readonly from: string;
  /** The symbols in its place, taking the same value; of a pattern `…*`, the rest goes along. None: it is gone. */
  readonly names: readonly string[];
  /** The release that has it no longer, where it stayed for a while and was deprecated. Without: `from`. */
  readonly gone?: string | 'still there';
  /** What to do instead, where a new name alone does not say it. */
  readonly instead?: string;
  /** Its line can't just go: something must be said in another way. */
  readonly asks?: boolean;
  /** Told by a rule of its own (39). */
  readonly elsewhere?: boolean;
  /** A sample's own symbol: an application of one's own may have one of that name. */
  readonly ofSample?: boolean;
  /** Zephyr's, and so gone from plain Zephyr as well. */
  readonly ofZephyr?: boolean;
}

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS_';
const CARRIER = 'CONFIG_LWM2M_CARRIER_';

/**
 * Symbols around LwM2M that were renamed or removed, by the history of nRF Connect SDK. Names that are no symbols (board
 * identifiers, `OVERLAY_CONFIG`) are not in it: fragments don't hold them. A chain of renames is followed by {@link renameOf}.
 */
export const RENAMES: readonly Rename[] = [
  { old: 'CONFIG_APP_LWM2M_SERVER', from: '2.0', names: [`${UTILS}SERVER`], ofSample: true },
  { old: 'CONFIG_APP_SERVER_TLS_TAG', from: '2.0', names: [`${UTILS}SERVER_TLS_TAG`], ofSample: true },
  { old: 'CONFIG_APP_BOOTSTRAP_TLS_TAG', from: '2.0', names: [`${UTILS}BOOTSTRAP_TLS_TAG`], ofSample: true },
  {
    old: 'CONFIG_APP_HOLD_TIME_RSRP',
    from: '2.2',
    names: ['CONFIG_LWM2M_CONN_HOLD_TIME_RSRP'],
    ofSample: true,
  },
  {
    old: 'CONFIG_APP_MCUBOOT_FLASH_BUF_SZ',
    from: '2.2',
    names: [`${UTILS}MCUBOOT_FLASH_BUF_SIZE`],
    ofSample: true,
  },
  {
    old: `${UTILS}MCUBOOT_FLASH_BUF_SIZE`,
    from: '2.5',
    names: ['CONFIG_FOTA_DOWNLOAD_MCUBOOT_FLASH_BUF_SZ'],
  },
  {
    old: `${UTILS}LOCATION_ASSIST_OBJ_SUPPORT`,
    from: '2.2',
    names: [`${UTILS}GROUND_FIX_OBJ_SUPPORT`, `${UTILS}GNSS_ASSIST_OBJ_SUPPORT`],
  },
  {
    old: `${UTILS}LOCATION_ASSIST_EVENTS`,
    from: '2.3',
    names: [],
  },
  {
    old: `${UTILS}FIRMWARE_UPDATE_REBOOT`,
    from: '2.3',
    names: [],
  },
  { old: `${UTILS}LOCATION_ASSIST_AGPS*`, from: '2.5', names: [`${UTILS}LOCATION_ASSIST_AGNSS*`] },
  { old: `${UTILS}DTLS_CID`, from: '2.6', gone: 'still there', names: ['CONFIG_LWM2M_DTLS_CID'] },
  {
    old: 'CONFIG_LWM2M_RD_CLIENT_SUPPORT',
    from: '2.2',
    gone: '3.0',
    names: [],
    instead: 'registration is always in the engine',
    ofZephyr: true,
  },
  {
    old: 'CONFIG_DOWNLOAD_CLIENT_COAP_BLOCK_SIZE_*',
    from: '3.0',
    gone: '3.2',
    names: [],
    instead: 'the block size is set at run time, with downloader_transport_coap_set_config()',
    elsewhere: true,
  },
  {
    old: 'CONFIG_DOWNLOAD_CLIENT*',
    from: '3.0',
    gone: '3.2',
    names: ['CONFIG_DOWNLOADER*'],
    elsewhere: true,
  },
  {
    old: 'CONFIG_FOTA_DOWNLOAD_EXTERNAL_DL',
    from: '3.0',
    asks: true,
    names: [],
  },
  {
    old: 'CONFIG_DFU_TARGET_MCUBOOT_SAVE_PROGRESS',
    from: '2.0',
    gone: 'still there',
    names: ['CONFIG_DFU_TARGET_STREAM_SAVE_PROGRESS'],
  },
  // Renamed in library 0.21, before nRF Connect SDK 2.0.
  { old: `${CARRIER}USE_CUSTOM_BOOTSTRAP_URI`, from: '2.0', names: [`${CARRIER}USE_CUSTOM_URI`] },
  { old: `${CARRIER}CUSTOM_BOOTSTRAP_URI`, from: '2.0', names: [`${CARRIER}CUSTOM_URI`] },
  { old: `${CARRIER}CUSTOM_BOOTSTRAP_PSK`, from: '2.0', names: [`${CARRIER}CUSTOM_PSK`] },
  {
    old: `${CARRIER}USE_CUSTOM_PSK`,
    from: '2.0',
    names: [],
    instead: 'a key that is not empty is used',
  },
  {
    old: `${CARRIER}USE_CUSTOM_APN`,
    from: '2.0',
    names: [],
    instead: `${CARRIER}CUSTOM_APN is used where it is not empty`,
  },
  {
    old: `${CARRIER}USE_CUSTOM_URI`,
    from: '2.2',
    names: [],
    instead: `${CARRIER}CUSTOM_URI is used where it is not empty`,
  },
  {
    old: `${CARRIER}CUSTOM_PSK`,
    from: '2.2',
    asks: true,
    names: [],
    instead: `the key is on the modem's tag ${CARRIER}SERVER_SEC_TAG; the sample writes CONFIG_CARRIER_APP_PSK there`,
  },
  {
    old: `${CARRIER}CERTIFICATION_MODE`,
    from: '2.2',
    asks: true,
    names: [],
    instead: `name the operator's test server in ${CARRIER}CUSTOM_URI and its key's tag in ${CARRIER}SERVER_SEC_TAG`,
  },
  { old: `${CARRIER}IS_SERVER_BOOTSTRAP`, from: '2.2', names: [`${CARRIER}IS_BOOTSTRAP_SERVER`] },
  { old: `${CARRIER}SERVER_BINDING_U`, from: '2.7', names: [`${CARRIER}SERVER_BINDING_UDP`] },
  { old: `${CARRIER}SERVER_BINDING_N`, from: '2.7', names: [`${CARRIER}SERVER_BINDING_NONIP`] },
  {
    old: 'CONFIG_LWM2M_SERVER_BINDING',
    from: '2.7',
    asks: true,
    names: [],
    instead: `set ${CARRIER}SERVER_BINDING_UDP or ${CARRIER}SERVER_BINDING_NONIP`,
  },
  { old: `${CARRIER}ATT`, from: '2.6', names: [] },
  { old: `${CARRIER}BOOTSTRAP_SMARTCARD`, from: '2.8', names: ['CONFIG_UICC_LWM2M'] },
];

/** What became of a symbol by the release at hand, a chain of renames followed to its end. */
export interface Renamed extends Rename {
  /** Whether the release has it no longer; otherwise it is deprecated. */
  readonly isGone: boolean;
}

const matching = (symbol: string): Rename | undefined =>
  RENAMES.find(({ old }) => (old.endsWith('*') ? symbol.startsWith(old.slice(0, -1)) : symbol === old));

function holdsIn({ from, ofZephyr }: Rename, platform: Platform, symbols: SymbolTable): boolean {
  if (platform.kind !== 'zephyr') return versionIn(platform, symbols, from);
  if (!ofZephyr) return false;
  return platform.version === undefined || compareVersions(platform.version, zephyrOf(from)) >= 0;
}

function isGoneIn({ from, gone = from }: Rename, platform: Platform, symbols: SymbolTable): boolean {
  if (gone === 'still there') return false;
  if (platform.kind === 'zephyr')
    return platform.version === undefined || compareVersions(platform.version, zephyrOf(gone)) >= 0;
  return compareVersions(ncsVersionOf(platform, symbols), gone) >= 0;
}

/** The names in place of one by a rename, a pattern's rest going along. */
const newNames = ({ old, names }: Rename, symbol: string): readonly string[] =>
  names.map((name) => (name.endsWith('*') ? name.slice(0, -1) + symbol.slice(old.length - 1) : name));

/** What became of a symbol in the release that a configuration is for; `undefined`: nothing, or nothing yet. */
export function renameOf(symbol: string, platform: Platform, symbols: SymbolTable): Renamed | undefined {
  const first = matching(symbol);
  if (!first || !holdsIn(first, platform, symbols)) return undefined;
  let rename: Rename = { ...first, names: newNames(first, symbol) };
  for (let next = nextOf(rename); next && holdsIn(next, platform, symbols); next = nextOf(rename)) {
    const { instead, asks } = next;
    const names = newNames(next, rename.names[0] ?? '');
    rename = {
      ...rename,
      names,
      ...(instead === undefined ? {} : { instead }),
      ...(asks === undefined ? {} : { asks }),
    };
  }
  return { ...rename, isGone: isGoneIn(first, platform, symbols) };
}

const nextOf = ({ names }: Rename): Rename | undefined =>
  names.length === 1 && names[0] !== undefined ? matching(names[0]) : undefined;
