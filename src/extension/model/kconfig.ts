import { SERVER_TLS_TAG } from '../../security/forms/atCmng';
import { isOnLoopback } from './reachableUris';

const FIRMWARE_UPDATE = [
  '# Firmware update: object 5, by push and by pull',
  'CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=y',
  'CONFIG_LWM2M_FIRMWARE_UPDATE_PULL_SUPPORT=y',
  '',
];

const aboutServer = (uri: string): readonly string[] => [
  `# LwM2M Workbench listens at ${uri}`,
  ...(isOnLoopback(uri)
    ? ['# Only programs on this machine reach it. For a board: "LwM2M: Choose Listening Address…".']
    : []),
];

/**
 * Kconfig lines that point a Zephyr application at this server. Which of the two symbols counts depends on the
 * application: nRF Connect SDK's client utilities have their own (nrf/subsys/net/lib/lwm2m_client_utils/Kconfig),
 * Zephyr's sample takes the address of the network configuration (zephyr/samples/net/lwm2m_client).
 */
export function kconfigFor(uri: string): string {
  const host = /^\w+:\/\/\[?([^\]]+?)\]?:\d+$/.exec(uri)?.[1] ?? '';
  const family = host.includes(':') ? 6 : 4;
  return [
    ...aboutServer(uri),
    'CONFIG_LWM2M=y',
    'CONFIG_LWM2M_VERSION_1_1=y',
    '',
    "# Zephyr's lwm2m_client sample",
    `CONFIG_NET_CONFIG_PEER_IPV${family}_ADDR="${host}"`,
    '',
    '# nRF Connect SDK, LwM2M client utilities',
    `CONFIG_LWM2M_CLIENT_UTILS_SERVER="${uri}"`,
    '',
    ...FIRMWARE_UPDATE,
  ].join('\n');
}

/**
 * The same for a secured address. The tags say where the modem keeps the key: one for the server and for images it is
 * fetched from over coaps (nrf/subsys/net/lib/lwm2m_client_utils/Kconfig; unset, the second is another and holds no
 * key). The port is written twice, since the engine takes 5683 for a coaps URI without one (subsys/net/lib/lwm2m/Kconfig).
 */
export function securedKconfigFor(uri: string): string {
  const port = /:(\d+)$/.exec(uri)?.[1] ?? '5684';
  return [
    ...aboutServer(uri),
    '# The key is in none of these lines: "LwM2M: Copy Credential As…".',
    'CONFIG_LWM2M=y',
    'CONFIG_LWM2M_VERSION_1_1=y',
    'CONFIG_LWM2M_DTLS_SUPPORT=y',
    '# Connection IDs: a session outlives a new address, unless the socket is closed when idle',
    'CONFIG_LWM2M_DTLS_CID=y',
    'CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y',
    `CONFIG_LWM2M_PEER_PORT=${port}`,
    '# Room for the identity and its NUL',
    'CONFIG_LWM2M_SECURITY_KEY_SIZE=33',
    '',
    "# Zephyr's lwm2m_client sample; the lines of its overlay-dtls.conf belong to it",
    `CONFIG_LWM2M_APP_SERVER="${uri}"`,
    'CONFIG_LWM2M_APP_TLS_TAG=1',
    '',
    '# nRF Connect SDK, LwM2M client utilities',
    `CONFIG_LWM2M_CLIENT_UTILS_SERVER="${uri}"`,
    `CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=${SERVER_TLS_TAG}`,
    `CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=${SERVER_TLS_TAG}`,
    '',
    ...FIRMWARE_UPDATE,
  ].join('\n');
}
