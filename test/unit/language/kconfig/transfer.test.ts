import { ruleCases } from './support';

const CLIENT = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';
const DOWNLOADS = `${CLIENT}CONFIG_DOWNLOADER=y\nCONFIG_FOTA_DOWNLOAD=y\n`;

ruleCases('kconfig/block-size', [
  {
    situation: 'no power of two',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1000\n',
    says: /CONFIG_LWM2M_COAP_BLOCK_SIZE=1000/,
    fixed: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=512\n',
  },
  {
    situation: 'too small a one',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=32',
    says: /=32/,
    fixed: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=64',
  },
  { situation: '1024', files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024' },
]);

ruleCases('kconfig/message-smaller-than-block', [
  {
    situation: 'the message is smaller',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024\nCONFIG_LWM2M_COAP_MAX_MSG_SIZE=512\n',
    says: [/MAX_MSG_SIZE is 512/, /1024/],
    at: 'CONFIG_LWM2M_COAP_MAX_MSG_SIZE=512',
    fixed: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024\nCONFIG_LWM2M_COAP_MAX_MSG_SIZE=1024\n',
  },
  {
    situation: 'it follows the block by default',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024',
  },
]);

ruleCases('kconfig/encode-buffer-too-small', [
  {
    situation: 'blocks of 1024 and the default buffer',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_TRANSFER=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024\n',
    says: [/ENCODE_BUFFER_SIZE is 1024/, /\(48\)/],
    at: 'CONFIG_LWM2M_COAP_BLOCK_SIZE=1024',
  },
  {
    situation: 'one byte more',
    files:
      'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_TRANSFER=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=512\nCONFIG_LWM2M_COAP_ENCODE_BUFFER_SIZE=561',
  },
  { situation: 'no block transfer', files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=1024' },
]);

ruleCases('kconfig/message-exceeds-mtu', [
  {
    situation: '1281',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_MAX_MSG_SIZE=1281',
    says: /1281/,
    fixed: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_MAX_MSG_SIZE=1280',
  },
  { situation: '1280', files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_MAX_MSG_SIZE=1280' },
]);

ruleCases('kconfig/fota-download-off', [
  {
    situation: 'a tag for downloads, and nothing that downloads',
    files: `${CLIENT}CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861\n`,
    says: /CONFIG_DOWNLOADER and CONFIG_FOTA_DOWNLOAD are off/,
    fixed: `${CLIENT}CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861\nCONFIG_DOWNLOADER=y\nCONFIG_FOTA_DOWNLOAD=y\n`,
  },
  {
    situation: 'the download without its library, which has another name before 3.0',
    files: `${CLIENT}CONFIG_FOTA_DOWNLOAD=y\n`,
    platform: 'ncs-2.9.0',
    says: /^CONFIG_DOWNLOAD_CLIENT is off/,
    fixed: `${CLIENT}CONFIG_FOTA_DOWNLOAD=y\nCONFIG_DOWNLOAD_CLIENT=y\n`,
  },
  {
    situation: 'the old library under a release that wants the new one',
    files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT=y\nCONFIG_FOTA_DOWNLOAD=y\n`,
    says: /^CONFIG_DOWNLOADER is off/,
  },
  { situation: 'both are on', files: DOWNLOADS },
  { situation: 'nothing shows that it is to fetch: it takes a push', files: CLIENT },
  {
    situation: 'a line says that it is not to fetch',
    files: `${CLIENT}CONFIG_FOTA_DOWNLOAD=n\nCONFIG_DOWNLOADER=y\n`,
  },
]);

ruleCases('kconfig/coap-transport-off', [
  {
    situation: 'it is off by default',
    files: DOWNLOADS,
    says: /CONFIG_DOWNLOADER_TRANSPORT_COAP is off/,
    at: 'CONFIG_DOWNLOADER=y',
    fixed: `${CLIENT}CONFIG_DOWNLOADER=y\nCONFIG_DOWNLOADER_TRANSPORT_COAP=y\nCONFIG_FOTA_DOWNLOAD=y\n`,
  },
  { situation: 'a line turns it off', files: `${DOWNLOADS}CONFIG_DOWNLOADER_TRANSPORT_COAP=n` },
  { situation: 'it is on', files: `${DOWNLOADS}CONFIG_DOWNLOADER_TRANSPORT_COAP=y` },
  {
    situation: 'an overlay gives it a value that is no tristate: once is enough',
    files: { 'prj.conf': DOWNLOADS, 'overlay-a.conf': 'CONFIG_DOWNLOADER_TRANSPORT_COAP=-1' },
    says: /CONFIG_DOWNLOADER_TRANSPORT_COAP is off/,
    in: 'prj.conf',
  },
  { situation: 'a line gives it such a value', files: `${DOWNLOADS}CONFIG_DOWNLOADER_TRANSPORT_COAP=-1` },
  {
    situation: 'before 3.0 the library always has CoAP',
    files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT=y\nCONFIG_FOTA_DOWNLOAD=y\n`,
    platform: 'ncs-2.9.0',
  },
]);

ruleCases('kconfig/download-client-removed', [
  {
    situation: 'in 3.2 it is gone',
    files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT_STACK_SIZE=4096\n`,
    platform: 'ncs-3.2.0',
    says: [/gone since nRF Connect SDK 3\.2/, /CONFIG_DOWNLOADER_STACK_SIZE/],
    fixed: `${CLIENT}CONFIG_DOWNLOADER_STACK_SIZE=4096\n`,
  },
  {
    situation: 'in 3.1 it is deprecated',
    files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT=y\n`,
    says: /deprecated/,
    severity: 'warning',
    fixed: `${CLIENT}CONFIG_DOWNLOADER=y\n`,
  },
  {
    situation: 'the block size of CoAP has no successor',
    files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT_COAP_BLOCK_SIZE_512=y\n`,
    platform: 'ncs-3.2.0',
    says: /run time/,
    fixed: CLIENT,
  },
  {
    situation: 'the new name stands beside it',
    files: `${CLIENT}CONFIG_DOWNLOADER=y\r\nCONFIG_DOWNLOAD_CLIENT=y\r\n`,
    says: /CONFIG_DOWNLOAD_CLIENT is deprecated/,
    severity: 'warning',
    fixed: `${CLIENT}CONFIG_DOWNLOADER=y\r\n`,
  },
  { situation: 'before 3.0', files: `${CLIENT}CONFIG_DOWNLOAD_CLIENT=y`, platform: 'ncs-2.9.2' },
  { situation: 'a name that only begins alike', files: `${CLIENT}CONFIG_DOWNLOAD_CLIENTS=y` },
]);

ruleCases('kconfig/downloader-stack', [
  {
    situation: 'the library’s default',
    files: `${DOWNLOADS}CONFIG_DOWNLOADER_TRANSPORT_COAP=y\n`,
    says: /CONFIG_DOWNLOADER_STACK_SIZE is 1280/,
  },
  {
    situation: 'a small one',
    files: `${DOWNLOADS}CONFIG_DOWNLOADER_STACK_SIZE=2048\n`,
    says: /is 2048/,
    fixed: `${DOWNLOADS}CONFIG_DOWNLOADER_STACK_SIZE=4096\n`,
  },
  { situation: 'the sample’s', files: `${DOWNLOADS}CONFIG_DOWNLOADER_STACK_SIZE=4096` },
  { situation: 'downloads of something else', files: 'CONFIG_DOWNLOADER=y\nCONFIG_FOTA_DOWNLOAD=y' },
]);

ruleCases('kconfig/package-host-too-long', [
  {
    situation: 'the server’s own host has no room',
    files: `${DOWNLOADS}CONFIG_LWM2M_CLIENT_UTILS_SERVER="coap://updates.example.com:5683"\nCONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH=24\n`,
    says: [/CONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH is 24/, /updates\.example\.com/],
    at: 'CONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH=24',
  },
  {
    situation: 'the default has',
    files: `${DOWNLOADS}CONFIG_LWM2M_CLIENT_UTILS_SERVER="coap://updates.example.com:5683"\n`,
  },
]);
