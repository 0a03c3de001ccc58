import { ruleCases } from './support';

const CLIENT = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';
const COAPS = 'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://192.168.1.20:5684"';
const SERVER_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG';
const BOOTSTRAP_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG';
const DOWNLOAD_TAG = 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG';
const BOOTSTRAP = 'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y\n';
const HTTPS_ALONE = 'CONFIG_DOWNLOADER=y\nCONFIG_DOWNLOADER_TRANSPORT_COAP=n\n';

ruleCases('kconfig/fota-tag-differs', [
  {
    situation: 'no tag is mentioned at all, so nRF Cloud’s is used for the download',
    files: `${CLIENT}${COAPS}\n`,
    says: [/16842753 by default/, /35724861/, /DOWNLOADER_SEC_TAG/, /SERVER_TLS_TAG/],
    at: COAPS,
    fixed: `${CLIENT}${COAPS}\n${DOWNLOAD_TAG}=35724861\n`,
  },
  {
    situation: 'the server’s tag alone is set',
    files: `${CLIENT}${COAPS}\r\n${SERVER_TAG}=11\r\n`,
    says: [/16842753/, /tag 11 /],
    at: `${SERVER_TAG}=11`,
    fixed: `${CLIENT}${COAPS}\r\n${SERVER_TAG}=11\r\n${DOWNLOAD_TAG}=11\r\n`,
  },
  { situation: 'the server’s tag is none', files: `${CLIENT}${COAPS}\n${SERVER_TAG}=-1` },
  {
    situation: 'an overlay moves the server’s tag away',
    files: {
      'prj.conf': `${CLIENT}${COAPS}\n${DOWNLOAD_TAG}=35724861\n`,
      'overlay-own.conf': `${SERVER_TAG}=77`,
    },
    says: [/tag 35724861 \(/, /tag 77/],
    in: 'overlay-own.conf',
    fixed: `${SERVER_TAG}=77\n${DOWNLOAD_TAG}=77`,
  },
  {
    situation: 'an overlay changes the server only: told once, in prj.conf',
    files: {
      'prj.conf': `${CLIENT}${COAPS}`,
      'overlay-b.conf': 'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://b:5684"',
    },
    says: /16842753/,
    in: 'prj.conf',
  },
  { situation: 'both are the same', files: `${CLIENT}${COAPS}\n${DOWNLOAD_TAG}=35724861` },
  {
    situation: 'the server is reached without DTLS',
    files: `${CLIENT}CONFIG_LWM2M_CLIENT_UTILS_SERVER="coap://h:5683"`,
  },
  {
    situation: 'there is no Firmware Update object',
    files: `${CLIENT}${COAPS}\nCONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=n`,
  },
  {
    situation: 'firmware comes by https alone, from a tag of its own',
    files: `${CLIENT}${COAPS}\n${HTTPS_ALONE}${DOWNLOAD_TAG}=5`,
  },
  {
    situation: 'a build shows that the tag is set elsewhere',
    files: {
      'prj.conf': `${CLIENT}${COAPS}`,
      'build/app/zephyr/.config': `${CLIENT}${COAPS}\nCONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y\n${SERVER_TAG}=35724861\n${DOWNLOAD_TAG}=35724861\n`,
    },
  },
]);

ruleCases('kconfig/fota-tag-of-bootstrap', [
  {
    situation: 'downloads take the bootstrap key',
    files: `${CLIENT}${DOWNLOAD_TAG}=35724862`,
    says: [/35724862/, /bootstrap/],
    at: `${DOWNLOAD_TAG}=35724862`,
    fixed: `${CLIENT}${DOWNLOAD_TAG}=35724861`,
  },
  { situation: 'downloads take the server’s key', files: `${CLIENT}${DOWNLOAD_TAG}=35724861` },
]);

ruleCases('kconfig/bootstrap-tag-overwritten', [
  {
    situation: 'server and bootstrap server share a tag',
    files: `${CLIENT}${BOOTSTRAP}${BOOTSTRAP_TAG}=35724861`,
    says: /both 35724861/,
    at: `${BOOTSTRAP_TAG}=35724861`,
    fixed: `${CLIENT}${BOOTSTRAP}${BOOTSTRAP_TAG}=35724862`,
  },
  {
    situation: 'the server’s tag is the bootstrap server’s usual one',
    files: `${CLIENT}${BOOTSTRAP}${SERVER_TAG}=35724862`,
    says: /both 35724862/,
    fixed: `${CLIENT}${BOOTSTRAP}${SERVER_TAG}=35724862\n${BOOTSTRAP_TAG}=35724863`,
  },
  { situation: 'bootstrap is off', files: `${CLIENT}${BOOTSTRAP_TAG}=35724861` },
  { situation: 'the tags are the library’s own', files: `${CLIENT}${BOOTSTRAP}` },
]);

ruleCases('kconfig/fota-tag-missing', [
  {
    situation: 'downloads have no tag',
    files: `${CLIENT}${DOWNLOAD_TAG}=-1`,
    says: /=-1/,
    fixed: `${CLIENT}${DOWNLOAD_TAG}=35724861`,
  },
  {
    situation: 'nor has the server one to take',
    files: `${CLIENT}${SERVER_TAG}=-1\n${DOWNLOAD_TAG}=-1`,
    says: /=-1/,
    fixed: false,
  },
  { situation: 'tag 1 is a tag', files: `${CLIENT}${DOWNLOAD_TAG}=1` },
]);

ruleCases('kconfig/https-tag-shared', [
  {
    situation: 'https alone, from the server’s tag',
    files: `${CLIENT}${HTTPS_ALONE}${DOWNLOAD_TAG}=35724861`,
    says: [/35724861/, /CA certificate/],
    fixed: `${CLIENT}${HTTPS_ALONE}${DOWNLOAD_TAG}=35724863`,
  },
  {
    situation: 'CoAP can be fetched by too',
    files: `${CLIENT}CONFIG_DOWNLOADER=y\n${DOWNLOAD_TAG}=35724861`,
  },
  { situation: 'https has its own', files: `${CLIENT}${HTTPS_ALONE}${DOWNLOAD_TAG}=35724863` },
]);

ruleCases('kconfig/tag-out-of-range', [
  {
    situation: 'a negative tag',
    files: `${CLIENT}${SERVER_TAG}=-1`,
    says: /=-1 is no security tag/,
    fixed: `${CLIENT}${SERVER_TAG}=35724861`,
  },
  {
    situation: 'a tag above the modem’s',
    files: `${CLIENT}CONFIG_MY_SEC_TAG=4294967295`,
    says: /CONFIG_MY_SEC_TAG=4294967295/,
  },
  { situation: 'the highest one', files: `${CLIENT}${SERVER_TAG}=2147483647` },
  { situation: '-1 where it means none', files: `${CLIENT}${DOWNLOAD_TAG}=-1` },
]);

ruleCases('kconfig/tag-for-decryption', [
  {
    situation: 'a tag whose sessions can be read',
    files: `${CLIENT}${SERVER_TAG}=2147483667`,
    says: /2147483667/,
    fixed: `${CLIENT}${SERVER_TAG}=35724861`,
  },
  { situation: 'the one below', files: `${CLIENT}${SERVER_TAG}=2147483647` },
  { situation: 'the one above is another rule’s', files: `${CLIENT}${SERVER_TAG}=2147483668` },
]);

ruleCases('kconfig/carrier-reserved-tags', [
  {
    situation: 'a tag of the carrier library, which has none of its own',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_NRF_CLOUD_SEC_TAG=25\n',
    says: [/CONFIG_NRF_CLOUD_SEC_TAG=25/, /CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG is 0/],
    at: 'CONFIG_NRF_CLOUD_SEC_TAG=25',
  },
  { situation: 'the tag after them', files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_NRF_CLOUD_SEC_TAG=29' },
  {
    situation: 'the carrier library has its own',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450\nCONFIG_NRF_CLOUD_SEC_TAG=25',
  },
]);

ruleCases('kconfig/carrier-written-tags', [
  {
    situation: 'a tag the carrier library writes to',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450\nCONFIG_NRF_CLOUD_SEC_TAG=454\n',
    says: [/CONFIG_NRF_CLOUD_SEC_TAG is 454/, /450 to 454/],
    at: 'CONFIG_NRF_CLOUD_SEC_TAG=454',
  },
  {
    situation: 'the carrier library’s own tag',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_NRF_CLOUD_SEC_TAG=450\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450',
    platform: 'ncs-2.6.0',
    says: /uses that tag/,
  },
  {
    situation: 'the tag after them',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=450\nCONFIG_NRF_CLOUD_SEC_TAG=455',
  },
]);

ruleCases('kconfig/tag-of-carrier-certificates', [
  {
    situation: 'a tag the carrier sample writes certificates to',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=412',
    says: /412/,
  },
  { situation: 'the one after', files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=414' },
  { situation: 'no carrier library', files: `${CLIENT}${SERVER_TAG}=412` },
]);

ruleCases('kconfig/tag-of-nrf-cloud', [
  {
    situation: 'nRF Cloud’s tag for the server',
    files: `${CLIENT}${SERVER_TAG}=16842753`,
    says: /tag of nRF Cloud/,
    fixed: `${CLIENT}${SERVER_TAG}=35724861`,
  },
  {
    situation: 'the tag given to nRF Cloud',
    files: `${CLIENT}${BOOTSTRAP_TAG}=9\nCONFIG_NRF_CLOUD_SEC_TAG=9`,
    says: [/BOOTSTRAP_TLS_TAG is 9/, /CONFIG_NRF_CLOUD_SEC_TAG/],
    at: `${BOOTSTRAP_TAG}=9`,
    fixed: `${CLIENT}${BOOTSTRAP_TAG}=35724862\nCONFIG_NRF_CLOUD_SEC_TAG=9`,
  },
  { situation: 'nRF Cloud has another', files: `${CLIENT}${SERVER_TAG}=8\nCONFIG_NRF_CLOUD_SEC_TAG=9` },
]);

ruleCases('kconfig/tag-within-anjay', [
  {
    situation: 'a tag of Anjay’s scratch range',
    files: 'CONFIG_ANJAY=y\nCONFIG_NRF_CLOUD_SEC_TAG=2652999',
    platform: 'anjay',
    says: [/2652999/, /2652900 to 2652999/],
  },
  {
    situation: 'the range was moved there',
    files:
      'CONFIG_ANJAY=y\nCONFIG_ANJAY_COMPAT_ZEPHYR_TLS=y\nCONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE=100\nCONFIG_NRF_CLOUD_SEC_TAG=199',
    platform: 'anjay',
    says: /100 to 199/,
  },
  {
    situation: 'the tag after it',
    files: 'CONFIG_ANJAY=y\nCONFIG_NRF_CLOUD_SEC_TAG=2653000',
    platform: 'anjay',
  },
  { situation: 'no Anjay', files: `${CLIENT}CONFIG_NRF_CLOUD_SEC_TAG=2652900` },
]);
