import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kconfigRules } from '../../../../src/language/kconfig/check';
import { problemsOf, type Files } from './support';

/** Rules from 42 on: those before have samples of their own. */
const codes = new Set(kconfigRules.filter(({ number }) => number >= 42).map(({ code }) => code));

const told = (files: Files, platform: string): readonly string[] =>
  problemsOf(files, platform)
    .filter(({ code }) => codes.has(code))
    .map(({ uri, code, message }) => `${uri} ${code}: ${message}`);

const lines = (...parts: readonly string[]): string => `${parts.join('\n')}\n`;

/** After the facts of nRF Connect SDK's LwM2M client sample. */
const client = {
  'prj.conf': lines(
    '# General',
    'CONFIG_REBOOT=y',
    'CONFIG_LOG=y',
    '',
    '# Network',
    'CONFIG_NETWORKING=y',
    'CONFIG_NET_NATIVE=n',
    'CONFIG_NET_SOCKETS=y',
    'CONFIG_NET_SOCKETS_OFFLOAD=y',
    'CONFIG_NET_SOCKETPAIR=y',
    '',
    '# LwM2M',
    'CONFIG_LWM2M=y',
    'CONFIG_LWM2M_COAP_BLOCK_SIZE=512',
    'CONFIG_LWM2M_COAP_MAX_MSG_SIZE=1280',
    'CONFIG_LWM2M_CLIENT_UTILS=y',
    'CONFIG_LWM2M_DTLS_SUPPORT=y',
    'CONFIG_LWM2M_DTLS_CID=y',
    'CONFIG_LWM2M_TLS_SESSION_CACHING=y',
    'CONFIG_LWM2M_SECURITY_KEY_SIZE=33',
    'CONFIG_LWM2M_QUEUE_MODE_ENABLED=y',
    'CONFIG_LWM2M_QUEUE_MODE_UPTIME=30',
    'CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y',
    'CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=43200',
    'CONFIG_LWM2M_UPDATE_PERIOD=5400',
    'CONFIG_LWM2M_TICKLESS=y',
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5684"',
    'CONFIG_COAP_EXTENDED_OPTIONS_LEN=y',
    'CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40',
    '',
    '# Modem',
    'CONFIG_NRF_MODEM_LIB=y',
    'CONFIG_MODEM_KEY_MGMT=y',
    'CONFIG_LTE_LINK_CONTROL=y',
    '',
    '# Firmware',
    'CONFIG_DOWNLOADER=y',
    'CONFIG_DOWNLOADER_STACK_SIZE=4096',
    'CONFIG_DOWNLOADER_TRANSPORT_COAP=y',
    'CONFIG_FOTA_DOWNLOAD=y',
    'CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION="1.0.0"',
    'CONFIG_SETTINGS=y',
    'CONFIG_HEAP_MEM_POOL_SIZE=16384',
  ),
  'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
  'boards/nrf9161dk_nrf9161_ns.conf': 'CONFIG_LED=y\n',
  'overlay-avsystem.conf': lines(
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://eu.iot.avsystem.cloud:5684"',
    'CONFIG_LWM2M_RW_OMA_TLV_SUPPORT=y',
    'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861',
  ),
  'overlay-avsystem-bootstrap.conf': lines(
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://eu.iot.avsystem.cloud:5694"',
    'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y',
    'CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3',
    'CONFIG_LWM2M_RW_OMA_TLV_SUPPORT=y',
    'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861',
  ),
  'overlay-leshan-bootstrap.conf': lines(
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5784"',
    'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y',
    'CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3',
  ),
  'overlay-lwm2m-1.1.conf': lines(
    'CONFIG_LWM2M_VERSION_1_1=y',
    'CONFIG_ZCBOR=y',
    'CONFIG_ZCBOR_CANONICAL=y',
    'CONFIG_LWM2M_RW_SENML_CBOR_SUPPORT=y',
  ),
  'overlay-adv-firmware.conf': lines(
    'CONFIG_LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT=y',
    'CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=n',
    'CONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE=n',
  ),
  'overlay-nbiot.conf': 'CONFIG_COAP_INIT_ACK_TIMEOUT_MS=15000\n',
};

test('samples: the LwM2M client of nRF Connect SDK with its overlays is silent', () => {
  assert.deepEqual(told(client, 'ncs-3.1.0'), []);
  assert.deepEqual(told(client, 'ncs'), []);
});

test('samples: its overlay for low power is told that no log comes', () => {
  const files = {
    ...client,
    'overlay-lowpower.conf': lines('CONFIG_SERIAL=n', 'CONFIG_LOG=n', 'CONFIG_CONSOLE=n'),
  };
  const found = told(files, 'ncs-3.1.0');
  assert.equal(found.length, 3);
  for (const line of found) assert.match(line, /^overlay-lowpower\.conf kconfig\/log-off:/);
});

/** After the facts of nRF Connect SDK's carrier sample; the blank after `=` is the sample's. */
const carrier = (downloader: readonly string[]): Readonly<Record<string, string>> => ({
  'prj.conf': lines(
    'CONFIG_LWM2M_CARRIER=y',
    'CONFIG_FPU=y',
    'CONFIG_FP_HARDABI=y',
    'CONFIG_NRF_MODEM_LIB=y',
    'CONFIG_LTE_LINK_CONTROL=y',
    ...downloader,
    'CONFIG_AT_MONITOR=y',
    'CONFIG_AT_MONITOR_HEAP_SIZE=320',
    'CONFIG_MODEM_KEY_MGMT=y',
    'CONFIG_FLASH=y',
    'CONFIG_FLASH_PAGE_LAYOUT=y',
    'CONFIG_NVS=y',
    'CONFIG_MPU_ALLOW_FLASH_WRITE=y',
    'CONFIG_HEAP_MEM_POOL_SIZE=4096',
    'CONFIG_SYSTEM_WORKQUEUE_STACK_SIZE= 1536',
    'CONFIG_NETWORKING=y',
    'CONFIG_NET_NATIVE=n',
    'CONFIG_NET_SOCKETS=y',
    'CONFIG_NET_SOCKETS_OFFLOAD=y',
    'CONFIG_REBOOT=y',
    'CONFIG_DFU_TARGET=y',
  ),
  'overlay-shell.conf': lines(
    'CONFIG_SHELL=y',
    'CONFIG_FLASH_MAP=y',
    'CONFIG_SETTINGS=y',
    'CONFIG_LWM2M_CARRIER_SETTINGS=y',
    'CONFIG_LWM2M_CARRIER_SHELL=y',
  ),
});

test('samples: the carrier library’s is silent, before and after the downloader changed', () => {
  const older = carrier([
    'CONFIG_PDN=y',
    'CONFIG_DOWNLOAD_CLIENT=y',
    'CONFIG_DOWNLOAD_CLIENT_MAX_FILENAME_SIZE=230',
  ]);
  const newer = carrier(['CONFIG_DOWNLOADER=y', 'CONFIG_DOWNLOADER_MAX_FILENAME_SIZE=230']);
  assert.deepEqual(told(older, 'ncs-2.9.0'), []);
  assert.deepEqual(told(older, 'ncs-2.2.0'), []);
  assert.deepEqual(told(newer, 'ncs-3.1.0'), []);
  assert.deepEqual(told(newer, 'ncs-3.2.0'), []);
});

test('samples: the carrier library in generic mode with a server of one’s own is silent', () => {
  const files = {
    ...carrier(['CONFIG_DOWNLOADER=y']),
    'overlay-own-server.conf': lines(
      'CONFIG_LWM2M_CARRIER_GENERIC=y',
      'CONFIG_LWM2M_CARRIER_CUSTOM_URI="coaps://192.0.2.1:5684"',
      'CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER=n',
      'CONFIG_LWM2M_CARRIER_SERVER_LIFETIME=3600',
      'CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450',
      'CONFIG_CARRIER_APP_PSK="d6160c2e7c90399ee7d207a22611e3d3"',
    ),
  };
  assert.deepEqual(told(files, 'ncs-3.1.0'), []);
});

/** After the facts of Zephyr's LwM2M client sample. */
const zephyr = {
  'prj.conf': lines(
    'CONFIG_NETWORKING=y',
    'CONFIG_LOG=y',
    'CONFIG_NET_IPV6=y',
    'CONFIG_NET_IPV4=y',
    'CONFIG_LWM2M=y',
    'CONFIG_LWM2M_COAP_BLOCK_SIZE=512',
    'CONFIG_COAP_EXTENDED_OPTIONS_LEN=y',
    'CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40',
  ),
  'overlay-dtls.conf': lines(
    'CONFIG_LWM2M_DTLS_SUPPORT=y',
    'CONFIG_LWM2M_PEER_PORT=5684',
    'CONFIG_LWM2M_SECURITY_KEY_SIZE=32',
    'CONFIG_LWM2M_APP_SERVER="coaps://192.0.2.2"',
    'CONFIG_MBEDTLS=y',
    'CONFIG_MBEDTLS_TLS_VERSION_1_2=y',
    'CONFIG_MBEDTLS_SSL_DTLS_CONNECTION_ID=y',
    'CONFIG_MBEDTLS_ENABLE_HEAP=y',
    'CONFIG_MBEDTLS_HEAP_SIZE=8192',
    'CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=1500',
    'CONFIG_MBEDTLS_CIPHER_AES_ENABLED=y',
    'CONFIG_MBEDTLS_CIPHER_CCM_ENABLED=y',
    'CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=y',
    'CONFIG_NET_NATIVE=y',
    'CONFIG_NET_SOCKETS_SOCKOPT_TLS=y',
    'CONFIG_NET_SOCKETS_ENABLE_DTLS=y',
    'CONFIG_NET_SOCKETS_TLS_MAX_CONTEXTS=4',
  ),
  'overlay-bootstrap.conf': lines(
    'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y',
    'CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3',
  ),
  'overlay-queue.conf': lines(
    'CONFIG_LWM2M_QUEUE_MODE_ENABLED=y',
    'CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=180',
  ),
  'overlay-lwm2m-1.1.conf': lines(
    'CONFIG_LWM2M_VERSION_1_1=y',
    'CONFIG_ZCBOR=y',
    'CONFIG_ZCBOR_CANONICAL=y',
    'CONFIG_LWM2M_RW_SENML_CBOR_SUPPORT=y',
    'CONFIG_BASE64=y',
    'CONFIG_JSON_LIBRARY=y',
    'CONFIG_LWM2M_RW_SENML_JSON_SUPPORT=y',
  ),
};

test('samples: the LwM2M client of Zephyr with DTLS, bootstrap, queue mode or LwM2M 1.1 is silent', () => {
  assert.deepEqual(told(zephyr, 'zephyr-4.1.0'), []);
});

test('samples: that client with a bootloader by sysbuild is silent', () => {
  const files = { ...zephyr, 'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n' };
  assert.deepEqual(told(files, 'zephyr-4.1.0'), []);
});

/** After the facts of Anjay-zephyr's client. */
const anjay = {
  'prj.conf': lines(
    'CONFIG_LOG=y',
    'CONFIG_ANJAY=y',
    'CONFIG_ANJAY_COMPAT_ZEPHYR_TLS=y',
    'CONFIG_ANJAY_WITH_LWM2M11=y',
    'CONFIG_ANJAY_ZEPHYR_SERVER_URI="coaps://eu.iot.avsystem.cloud:5684"',
    'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_PSK=y',
    'CONFIG_ANJAY_ZEPHYR_PSK_IDENTITY="tracker-1"',
    'CONFIG_ANJAY_ZEPHYR_PSK_KEY="not the example"',
  ),
  'boards/nrf9160dk_nrf9160_ns.conf': lines(
    'CONFIG_NRF_MODEM_LIB=y',
    'CONFIG_MODEM_KEY_MGMT=y',
    'CONFIG_NET_SOCKETS_OFFLOAD=y',
    'CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY="1"',
    'CONFIG_ANJAY_ZEPHYR_FOTA=y',
    'CONFIG_ANJAY_ZEPHYR_VERSION="26.9"',
  ),
  'overlay-nosec.conf': lines(
    'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC=y',
    'CONFIG_ANJAY_ZEPHYR_SERVER_URI="coap://192.0.2.1:5683"',
  ),
};

test('samples: Anjay’s client is silent, secured or not', () => {
  assert.deepEqual(told(anjay, 'anjay-3.11'), []);
});
