import type { Configuration } from './configuration';
import { versionIn } from './existence';

/** nRF Connect SDK's LwM2M client utilities. */
export const CLIENT_UTILS = 'CONFIG_LWM2M_CLIENT_UTILS';
/** Where the client finds its server, or bootstrap server. */
export const SERVER = 'CONFIG_LWM2M_CLIENT_UTILS_SERVER';
/** The modem's tag for the keys of the management server. */
export const SERVER_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG';
/** The tag for the keys of the bootstrap server. */
export const BOOTSTRAP_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG';
/** The tag for downloads of firmware; -1: none. */
export const DOWNLOAD_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG';
/** Turns the bootstrap interface on. */
export const BOOTSTRAP = 'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP';
/** DTLS in Zephyr's engine. */
export const DTLS = 'CONFIG_LWM2M_DTLS_SUPPORT';
/** Sizes identity (0/x/3) and key (0/x/5) both. */
export const KEY_SIZE = 'CONFIG_LWM2M_SECURITY_KEY_SIZE';
/** Turns a download of firmware on. */
export const FOTA_DOWNLOAD = 'CONFIG_FOTA_DOWNLOAD';
/** The download library since 3.0. */
export const DOWNLOADER = 'CONFIG_DOWNLOADER';
/** CoAP in it. */
export const DOWNLOADER_COAP = 'CONFIG_DOWNLOADER_TRANSPORT_COAP';
/** Nordic's carrier library. */
export const CARRIER = 'CONFIG_LWM2M_CARRIER';

const SECURITY_OBJECT = 'CONFIG_LWM2M_CLIENT_UTILS_SECURITY_OBJ_SUPPORT';
const FIRMWARE_OBJECT = 'CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT';

/** Whether the client utilities fill the Security object: they know server and tags then. */
export const fillsSecurity = (configuration: Configuration): boolean =>
  configuration.isOn(CLIENT_UTILS) && configuration.isOn(SECURITY_OBJECT);

/** Whether the client utilities hold the Firmware Update object. */
export const updatesFirmware = (configuration: Configuration): boolean =>
  configuration.isOn(CLIENT_UTILS) && configuration.isOn(FIRMWARE_OBJECT);

/** Whether a configuration is for a release of nRF Connect SDK from `from` on. */
export const isNcsFrom = (configuration: Configuration, from: string, before?: string): boolean =>
  versionIn(configuration.platform, configuration.symbols, from, before);

/** Whether a fragment, the folder's Kconfig or a build turns a symbol off. */
export function isStatedOff(configuration: Configuration, symbol: string): boolean {
  const value = configuration.stated(symbol)?.value;
  return value?.type === 'tristate' && value.value === 'n';
}

/** Whether firmware comes by https alone: CoAP is turned off in the download library, and HTTP is on. */
export const downloadsByHttpAlone = (configuration: Configuration): boolean =>
  isNcsFrom(configuration, '3.0') &&
  configuration.isOn(DOWNLOADER) &&
  isStatedOff(configuration, DOWNLOADER_COAP) &&
  !isStatedOff(configuration, 'CONFIG_DOWNLOADER_TRANSPORT_HTTP');
