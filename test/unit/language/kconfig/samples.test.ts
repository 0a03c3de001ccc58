import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemsOf, type Files } from './support';

/** Modelled on nRF Connect SDK's `lwm2m_client`: its settings, in words of our own. */
const NCS_PROJECT = `# Network and modem
CONFIG_NETWORKING=y
CONFIG_NET_NATIVE=n
CONFIG_NET_IPV4=y
CONFIG_NET_SOCKETS=y
CONFIG_NET_SOCKETS_OFFLOAD=y
CONFIG_NRF_MODEM_LIB=y
CONFIG_MODEM_KEY_MGMT=y

# LwM2M
CONFIG_LWM2M=y
CONFIG_LWM2M_CLIENT_UTILS=y
CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5684"
CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861
CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_DTLS_CID=y
CONFIG_LWM2M_TLS_SESSION_CACHING=y
CONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y
CONFIG_LWM2M_SECURITY_KEY_SIZE=33
CONFIG_LWM2M_COAP_BLOCK_SIZE=512
CONFIG_LWM2M_COAP_MAX_MSG_SIZE=1280
CONFIG_LWM2M_QUEUE_MODE_ENABLED=y
CONFIG_LWM2M_QUEUE_MODE_UPTIME=30
CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=43200
CONFIG_LWM2M_UPDATE_PERIOD=5400
CONFIG_COAP_EXTENDED_OPTIONS_LEN=y
CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40
CONFIG_COAP_INIT_ACK_TIMEOUT_MS=4000

# Firmware
CONFIG_DOWNLOADER=y
CONFIG_DOWNLOADER_STACK_SIZE=4096
CONFIG_DOWNLOADER_TRANSPORT_COAP=y
CONFIG_FOTA_DOWNLOAD=y
CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION="1.0.0"
CONFIG_SETTINGS=y
CONFIG_FCB=y
`;

const NCS_KCONFIG = `menu "LwM2M application"
config APP_ENDPOINT_PREFIX
	string "What stands before the IMEI"
	default "urn:imei:"
config APP_LWM2M_PSK
	string "Key"
	default ""
	help
	  None is written where it is empty.
endmenu
source "Kconfig.zephyr"
`;

/** The same before 3.0. */
const OLD_PROJECT = NCS_PROJECT.replace('CONFIG_DOWNLOADER=y', 'CONFIG_DOWNLOAD_CLIENT=y')
  .replace('CONFIG_DOWNLOADER_STACK_SIZE', 'CONFIG_DOWNLOAD_CLIENT_STACK_SIZE')
  .replace('CONFIG_DOWNLOADER_TRANSPORT_COAP=y\n', '');

const SYSBUILD = 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n';

const OVERLAYS = {
  'overlay-avsystem.conf': `CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://eu.iot.avsystem.cloud:5684"
CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861
CONFIG_LWM2M_RW_OMA_TLV_SUPPORT=y
`,
  'overlay-avsystem-bootstrap.conf': `CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://eu.iot.avsystem.cloud:5694"
CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y
CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3
CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861
CONFIG_LWM2M_RW_OMA_TLV_SUPPORT=y
`,
  'overlay-leshan-bootstrap.conf': `CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5784"
CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y
`,
  'overlay-nbiot.conf': 'CONFIG_COAP_INIT_ACK_TIMEOUT_MS=15000\n',
};

/** Modelled on Zephyr's own `lwm2m_client` with its overlay for DTLS. */
const ZEPHYR: Files = {
  'prj.conf': `CONFIG_NETWORKING=y
CONFIG_NET_IPV6=y
CONFIG_NET_SOCKETS=y
CONFIG_LWM2M=y
CONFIG_LWM2M_COAP_BLOCK_SIZE=512
CONFIG_COAP_EXTENDED_OPTIONS_LEN=y
CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40
CONFIG_LWM2M_APP_SERVER="coap://192.0.2.2:5683"
`,
  'overlay-dtls.conf': `CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_PEER_PORT=5684
CONFIG_LWM2M_SECURITY_KEY_SIZE=32
CONFIG_LWM2M_APP_SERVER="coaps://192.0.2.2:5684"
CONFIG_MBEDTLS=y
CONFIG_MBEDTLS_ENABLE_HEAP=y
CONFIG_MBEDTLS_HEAP_SIZE=8192
CONFIG_MBEDTLS_CIPHER_AES_ENABLED=y
CONFIG_MBEDTLS_CIPHER_CCM_ENABLED=y
CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=y
CONFIG_NET_SOCKETS_SOCKOPT_TLS=y
CONFIG_NET_SOCKETS_ENABLE_DTLS=y
CONFIG_NET_SOCKETS_TLS_MAX_CONTEXTS=4
`,
};

/** Rules 1 to 41; those after them are tried with their own sets. */
const GROUPS =
  /^kconfig\/(.*tag.*|server-.*|coap.*|port-.*|bootstrap-.*|management-.*|coiote-.*|psk-.*|identity-.*|endpoint-.*|block-size|message-.*|encode-.*|fota-.*|download.*|package-.*)$/;

const told = (files: Files, platform: string): readonly string[] =>
  problemsOf(files, platform)
    .filter(({ code }) => GROUPS.test(code))
    .map(({ code, uri, message }) => `${uri}: ${code}: ${message}`);

describe('a set of fragments that is right', () => {
  for (const platform of ['ncs-3.0.2', 'ncs-3.1.0', 'ncs-3.2.0', 'ncs'])
    test(`nRF Connect SDK’s client with its overlays, for ${platform}, is silent`, () => {
      const files = { 'prj.conf': NCS_PROJECT, 'sysbuild.conf': SYSBUILD, Kconfig: NCS_KCONFIG, ...OVERLAYS };
      assert.deepEqual(told(files, platform), []);
    });

  test('the same before 3.0 is silent', () => {
    for (const platform of ['ncs-2.5.0', 'ncs-2.9.1'])
      assert.deepEqual(told({ 'prj.conf': OLD_PROJECT, Kconfig: NCS_KCONFIG, ...OVERLAYS }, platform), []);
  });

  test('a board’s fragment may say what prj.conf leaves out', () => {
    const files = {
      'prj.conf': NCS_PROJECT.replace('CONFIG_LWM2M_DTLS_SUPPORT=y\n', ''),
      'boards/nrf9161dk_nrf9161_ns.conf': 'CONFIG_LWM2M_DTLS_SUPPORT=y\n',
      Kconfig: NCS_KCONFIG,
    };
    assert.deepEqual(told(files, 'ncs-3.1.0'), []);
  });

  test('Zephyr’s client, and with DTLS laid over it', () => {
    assert.deepEqual(told(ZEPHYR, 'zephyr-4.1.0'), []);
  });

  test('the carrier library with a server of one’s own', () => {
    const files = `CONFIG_LWM2M_CARRIER=y
CONFIG_LWM2M_CARRIER_GENERIC=y
CONFIG_LWM2M_CARRIER_CUSTOM_URI="coaps://leshan.eclipseprojects.io:5784"
CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450
CONFIG_CARRIER_APP_PSK="8f3a6c01d2e4b5978f3a6c01d2e4b597"
CONFIG_SYSTEM_WORKQUEUE_STACK_SIZE= 1536
`;
    assert.deepEqual(told(files, 'ncs-3.1.0'), []);
  });

  test('Anjay’s client', () => {
    const files = `CONFIG_ANJAY=y
CONFIG_ANJAY_ZEPHYR_SERVER_URI="coaps://eu.iot.avsystem.cloud:5684"
CONFIG_ANJAY_ZEPHYR_FOTA=y
CONFIG_BOOTLOADER_MCUBOOT=y
`;
    assert.deepEqual(told(files, 'anjay-3.11'), []);
  });

  test('what isn’t about LwM2M is left alone', () => {
    assert.deepEqual(problemsOf('CONFIG_BT=y\nCONFIG_NRF_CLOUD_SEC_TAG=-5\n'), []);
  });
});

describe('the client as its sample ships', () => {
  const shipped = NCS_PROJECT.replace('CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861\n', '');

  test('has the tag trap, which its overlay for Coiote mends', () => {
    assert.deepEqual(
      problemsOf(shipped)
        .filter(({ code }) => GROUPS.test(code))
        .map(({ code }) => code),
      ['kconfig/fota-tag-differs'],
    );
    const withOverlay = problemsOf({
      'prj.conf': shipped,
      'overlay-avsystem.conf': OVERLAYS['overlay-avsystem.conf'],
    });
    assert.deepEqual(
      withOverlay.filter(({ code }) => code === 'kconfig/fota-tag-differs').map(({ uri }) => uri),
      ['prj.conf'],
    );
  });
});
