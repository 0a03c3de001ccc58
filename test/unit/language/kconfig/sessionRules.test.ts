import { ruleCases } from './support';

const QUEUE = 'CONFIG_LWM2M=y\nCONFIG_LWM2M_QUEUE_MODE_ENABLED=y\n';
const CID = 'CONFIG_LWM2M_DTLS_CID=y';
const STOP = 'CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y';
const CLOSE = 'CONFIG_LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE=y';
const SUSPEND = 'CONFIG_LWM2M_RD_CLIENT_SUSPEND_SOCKET_AT_IDLE=y';
const DTLS = 'CONFIG_LWM2M_DTLS_SUPPORT=y';

ruleCases('kconfig/connection-id-closed', [
  {
    situation: 'the socket is closed by default',
    files: QUEUE + CID,
    says: [/CONFIG_LWM2M_DTLS_CID=y/, /CONFIG_LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE=y by default/],
    at: CID,
    fixed: `${QUEUE}${CID}\n${STOP}`,
  },
  {
    situation: 'the socket is closed by a line: that line becomes the other',
    files: `${QUEUE}${CLOSE}\n${CID}`,
    says: /CLOSE_SOCKET_AT_IDLE=y:/,
    fixed: `${QUEUE}${STOP}\n${CID}`,
  },
  {
    situation: 'the connection ID comes with mbed TLS’s',
    files: `${QUEUE}CONFIG_MBEDTLS_SSL_DTLS_CONNECTION_ID=y`,
    platform: 'zephyr-4.1.0',
    says: /CONFIG_LWM2M_DTLS_CID=y/,
  },
  { situation: 'polling stops', files: `${QUEUE}${CID}\n${STOP}` },
  { situation: 'no queue mode: never idle', files: `CONFIG_LWM2M=y\n${CID}` },
  { situation: 'no connection ID', files: QUEUE },
]);

ruleCases('kconfig/open-without-connection-id', [
  {
    situation: 'polling stops',
    files: `${QUEUE}${DTLS}\n${STOP}`,
    says: [/STOP_POLLING_AT_IDLE=y/, /CONFIG_LWM2M_DTLS_CID/],
    at: STOP,
    fixed: `${QUEUE}${DTLS}\n${STOP}\n${CID}`,
  },
  {
    situation: 'listening, in the release whose client utilities had the option',
    files: `${QUEUE}CONFIG_LWM2M_CLIENT_UTILS=y\n${DTLS}\nCONFIG_LWM2M_RD_CLIENT_LISTEN_AT_IDLE=y`,
    platform: 'ncs-2.5.0',
    says: /CONFIG_LWM2M_CLIENT_UTILS_DTLS_CID/,
  },
  {
    situation: 'before there were connection IDs',
    files: `${QUEUE}${DTLS}\n${STOP}`,
    platform: 'ncs-2.4.2',
  },
  { situation: 'with a connection ID', files: `${QUEUE}${DTLS}\n${STOP}\n${CID}` },
  { situation: 'the socket is suspended', files: `${QUEUE}${DTLS}\n${SUSPEND}` },
  { situation: 'without DTLS', files: `${QUEUE}${STOP}` },
]);

const STORE = 'CONFIG_LWM2M_CLIENT_UTILS_DTLS_CON_MANAGEMENT=y';

ruleCases('kconfig/connection-store-unmet', [
  {
    situation: 'alone',
    files: `CONFIG_LWM2M_CLIENT_UTILS=y\n${STORE}`,
    says: [/STOP_POLLING_AT_IDLE=y/, /CONFIG_LWM2M_DTLS_CID=y/],
    at: STORE,
    fixed: `CONFIG_LWM2M_CLIENT_UTILS=y\n${STORE}\n${STOP}\n${CID}`,
  },
  {
    situation: 'the socket is suspended',
    files: `CONFIG_LWM2M_CLIENT_UTILS=y\n${CID}\n${SUSPEND}\n${STORE}`,
    says: /depends on CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y:/,
    fixed: `CONFIG_LWM2M_CLIENT_UTILS=y\n${CID}\n${STOP}\n${STORE}`,
  },
  { situation: 'both are there', files: `CONFIG_LWM2M_CLIENT_UTILS=y\n${CID}\n${STOP}\n${STORE}` },
  {
    situation: 'it is off',
    files: 'CONFIG_LWM2M_CLIENT_UTILS=y\n# CONFIG_LWM2M_CLIENT_UTILS_DTLS_CON_MANAGEMENT is not set',
  },
]);

const NATIVE = `CONFIG_LWM2M=y\n${DTLS}\nCONFIG_NET_NATIVE=y\n`;

ruleCases('kconfig/dtls-stack-incomplete', [
  {
    situation: 'no TLS sockets',
    files: `${NATIVE}CONFIG_NET_SOCKETS_SOCKOPT_TLS=n`,
    platform: 'zephyr-4.1.0',
    says: /CONFIG_NET_SOCKETS_SOCKOPT_TLS=n/,
    at: 'CONFIG_NET_SOCKETS_SOCKOPT_TLS=n',
    fixed: `${NATIVE}CONFIG_NET_SOCKETS_SOCKOPT_TLS=y`,
  },
  {
    situation: 'a small heap',
    files: `${NATIVE}CONFIG_MBEDTLS_HEAP_SIZE=4096`,
    platform: 'zephyr-4.1.0',
    says: /CONFIG_MBEDTLS_HEAP_SIZE=4096.*8192/,
    severity: 'warning',
  },
  {
    situation: 'no key exchange for pre-shared keys',
    files: `${NATIVE}CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=n`,
    platform: 'zephyr-4.1.0',
    says: /CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=n/,
    severity: 'warning',
  },
  {
    situation: 'a build without DTLS sockets: told where DTLS is asked for',
    files: {
      'prj.conf': `CONFIG_LWM2M=y\n${DTLS}\n`,
      'build/app/zephyr/.config': `CONFIG_LWM2M=y\n${DTLS}\nCONFIG_NET_NATIVE=y\nCONFIG_NET_SOCKETS_SOCKOPT_TLS=y\nCONFIG_MBEDTLS_ENABLE_HEAP=y\nCONFIG_MBEDTLS_HEAP_SIZE=8192\nCONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=y\nCONFIG_MBEDTLS_CIPHER_CCM_ENABLED=y\n# CONFIG_NET_SOCKETS_ENABLE_DTLS is not set\n`,
    },
    platform: 'zephyr-4.1.0',
    says: /CONFIG_NET_SOCKETS_ENABLE_DTLS=n/,
    at: DTLS,
    in: 'prj.conf',
    fixed: `CONFIG_LWM2M=y\n${DTLS}\nCONFIG_NET_SOCKETS_ENABLE_DTLS=y\n`,
  },
  { situation: 'silence shows nothing', files: NATIVE, platform: 'zephyr-4.1.0' },
  {
    situation: 'sockets are offloaded',
    files: `${NATIVE}CONFIG_NET_SOCKETS_OFFLOAD=y\nCONFIG_NET_SOCKETS_SOCKOPT_TLS=n`,
  },
  {
    situation: 'certificates need no PSK suite',
    files: `${NATIVE}CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=n\nCONFIG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED=y`,
    platform: 'zephyr-4.1.0',
  },
]);

const MODEM = `CONFIG_LWM2M_CLIENT_UTILS=y\n${DTLS}\n`;

ruleCases('kconfig/modem-keys-off', [
  {
    situation: 'an nRF91 by its modem library',
    files: `${MODEM}CONFIG_NRF_MODEM_LIB=y\nCONFIG_MODEM_KEY_MGMT=n`,
    says: [/CONFIG_LWM2M_CLIENT_UTILS=y/, /CONFIG_MODEM_KEY_MGMT=n/],
    at: 'CONFIG_MODEM_KEY_MGMT=n',
    fixed: `${MODEM}CONFIG_NRF_MODEM_LIB=y\nCONFIG_MODEM_KEY_MGMT=y`,
  },
  {
    situation: 'an nRF91 by its board',
    files: { 'prj.conf': `${MODEM}CONFIG_MODEM_KEY_MGMT=n`, 'boards/nrf9161dk_nrf9161_ns.conf': '' },
    says: /CONFIG_MODEM_KEY_MGMT=n/,
  },
  { situation: 'silence shows nothing', files: `${MODEM}CONFIG_NRF_MODEM_LIB=y` },
  { situation: 'no nRF91 is shown', files: `${MODEM}CONFIG_MODEM_KEY_MGMT=n` },
  {
    situation: 'without DTLS',
    files: 'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_NRF_MODEM_LIB=y\nCONFIG_MODEM_KEY_MGMT=n',
  },
]);

ruleCases('kconfig/queue-uptime-long', [
  {
    situation: '93 seconds by default, over LTE',
    files: `${QUEUE}CONFIG_LTE_LINK_CONTROL=y`,
    says: /CONFIG_LWM2M_QUEUE_MODE_UPTIME=93 by default/,
    at: 'CONFIG_LWM2M_QUEUE_MODE_ENABLED=y',
    fixed: `${QUEUE.trimEnd()}\nCONFIG_LWM2M_QUEUE_MODE_UPTIME=30\nCONFIG_LTE_LINK_CONTROL=y`,
  },
  {
    situation: '61 seconds',
    files: `${QUEUE}CONFIG_LWM2M_QUEUE_MODE_UPTIME=61\nCONFIG_MODEM_CELLULAR=y`,
    says: /UPTIME=61/,
  },
  { situation: '60 seconds', files: `${QUEUE}CONFIG_LWM2M_QUEUE_MODE_UPTIME=60\nCONFIG_LTE_LINK_CONTROL=y` },
  { situation: 'not over a cellular network', files: QUEUE },
]);

const lifetimes = (period: number, lifetime?: number): string =>
  `CONFIG_LWM2M=y\nCONFIG_LWM2M_UPDATE_PERIOD=${period}${lifetime === undefined ? '' : `\nCONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=${lifetime}`}`;

ruleCases('kconfig/update-period-too-long', [
  {
    situation: 'as long as the lifetime',
    files: lifetimes(600, 600),
    says: /CONFIG_LWM2M_UPDATE_PERIOD=600.*CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=600/,
    fixed: lifetimes(300, 600),
  },
  {
    situation: 'longer than the lifetime by default: the lifetime is raised',
    files: lifetimes(300),
    says: /CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=30 by default/,
    fixed: lifetimes(300, 600),
  },
  { situation: 'shorter', files: lifetimes(5400, 43200) },
  { situation: 'none', files: lifetimes(0) },
]);
