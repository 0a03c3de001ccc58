/**
 * Kconfig lines that point a Zephyr application at this server. Which of the two symbols counts depends on the
 * application: nRF Connect SDK's client utilities have their own (nrf/subsys/net/lib/lwm2m_client_utils/Kconfig),
 * Zephyr's sample takes the address of the network configuration (zephyr/samples/net/lwm2m_client).
 */
export function kconfigFor(uri: string): string {
  const host = /^\w+:\/\/\[?([^\]]+?)\]?:\d+$/.exec(uri)?.[1] ?? '';
  const family = host.includes(':') ? 6 : 4;
  return [
    `# LwM2M Workbench listens at ${uri}`,
    'CONFIG_LWM2M=y',
    'CONFIG_LWM2M_VERSION_1_1=y',
    '',
    "# Zephyr's lwm2m_client sample",
    `CONFIG_NET_CONFIG_PEER_IPV${family}_ADDR="${host}"`,
    '',
    '# nRF Connect SDK, LwM2M client utilities',
    `CONFIG_LWM2M_CLIENT_UTILS_SERVER="${uri}"`,
    '',
    '# Firmware update: object 5, by push and by pull',
    'CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=y',
    'CONFIG_LWM2M_FIRMWARE_UPDATE_PULL_SUPPORT=y',
    '',
  ].join('\n');
}
