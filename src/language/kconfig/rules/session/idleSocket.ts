import { choiceOf } from '../../choices';
import type { Configuration } from '../../configuration';

export const DTLS = 'CONFIG_LWM2M_DTLS_SUPPORT';
export const QUEUE_MODE = 'CONFIG_LWM2M_QUEUE_MODE_ENABLED';
export const CONNECTION_ID = 'CONFIG_LWM2M_DTLS_CID';
/** What `CONFIG_LWM2M_DTLS_CID` was in nRF Connect SDK 2.5; it selects that since. */
export const FORMER_CONNECTION_ID = 'CONFIG_LWM2M_CLIENT_UTILS_DTLS_CID';
export const CLOSE = 'CONFIG_LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE';
export const STOP_POLLING = 'CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE';
export const SUSPEND = 'CONFIG_LWM2M_RD_CLIENT_SUSPEND_SOCKET_AT_IDLE';
export const LISTEN = 'CONFIG_LWM2M_RD_CLIENT_LISTEN_AT_IDLE';

/** What becomes of the socket when a device in queue mode goes idle: the member of the choice that is on. */
export const idleSocketOf = (configuration: Configuration): string | undefined =>
  (choiceOf('LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE')?.members ?? [])
    .map((member) => `CONFIG_${member}`)
    .find((symbol) => configuration.isOn(symbol));

/** Whether the session asks for a connection ID. */
export const hasConnectionId = (configuration: Configuration): boolean =>
  configuration.isOn(CONNECTION_ID) || configuration.isOn(FORMER_CONNECTION_ID);
