import { ruleCases } from './support';

const ANJAY = 'CONFIG_ANJAY=y\n';
const MODEM = `${ANJAY}CONFIG_NRF_MODEM_LIB=y\nCONFIG_MODEM_KEY_MGMT=y\n`;
const query = (value: string): string => `CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY=${value}`;

ruleCases('kconfig/anjay-psk-query', [
  {
    situation: 'hexadecimal',
    files: MODEM + query('"0x10"'),
    says: /"0x10" is no tag in decimal/,
    fixed: MODEM + query('"1"'),
  },
  { situation: 'too large', files: MODEM + query('"2147483648"'), says: /2147483647/ },
  { situation: 'without quotes', files: MODEM + query('7'), says: /quotes/, fixed: MODEM + query('"7"') },
  {
    situation: 'within Anjay’s own tags',
    files: MODEM + query('"2652950"'),
    says: /tags 2652900 to 2652999/,
    at: query('"2652950"'),
  },
  { situation: 'nRF Cloud’s tag', files: MODEM + query('"16842753"'), says: /nRF Cloud has tag 16842753/ },
  {
    situation: 'the carrier library’s tags',
    files: `${MODEM}CONFIG_LWM2M_CARRIER=y\n${query('"26"')}`,
    says: /tags 25 to 28.*CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=0/,
  },
  { situation: 'a tag of its own', files: MODEM + query('"450"') },
  { situation: '1 by default', files: MODEM },
  { situation: 'the highest', files: MODEM + query('"2147483647"') },
]);

const uri = (text: string): string => `CONFIG_ANJAY_ZEPHYR_SERVER_URI="${text}"`;
const NOSEC = 'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC=y\n';
const PSK = 'CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_PSK=y\n';
const KEY = 'CONFIG_ANJAY_ZEPHYR_PSK_KEY';

ruleCases('kconfig/anjay-security-mode', [
  {
    situation: 'no security, and the server by default, which is a secured one',
    files: ANJAY + NOSEC,
    platform: 'anjay',
    says: [/CONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC=y/, /CONFIG_ANJAY_ZEPHYR_SERVER_URI="coaps:.*by default/],
    at: NOSEC.trimEnd(),
    fixed: `${ANJAY}${NOSEC}${uri('coap://eu.iot.avsystem.cloud:5683')}\n`,
  },
  {
    situation: 'no security, and a secured server by its line: which is meant is the author’s to say',
    files: ANJAY + NOSEC + uri('coaps://192.0.2.1:5684'),
    platform: 'anjay',
    says: /coaps:\/\/192\.0\.2\.1:5684/,
    fixed: false,
  },
  {
    situation: 'the key of the example, by default',
    files: ANJAY + PSK,
    platform: 'anjay',
    says: /CONFIG_ANJAY_ZEPHYR_PSK_KEY="psk" by default/,
    at: PSK.trimEnd(),
    fixed: false,
  },
  {
    situation: 'the key of the example, by its line',
    files: `${ANJAY}${KEY}="psk"`,
    platform: 'anjay',
    says: /CONFIG_ANJAY_ZEPHYR_PSK_KEY="psk"/,
    fixed: false,
  },
  {
    situation: 'a plain server without security',
    files: ANJAY + NOSEC + uri('coap://192.0.2.1:5683'),
    platform: 'anjay',
  },
  { situation: 'a key of one’s own', files: `${ANJAY}${PSK}${KEY}="correct horse"`, platform: 'anjay' },
  {
    situation: 'provisioned in the factory',
    files: `${ANJAY}${PSK}CONFIG_ANJAY_ZEPHYR_FACTORY_PROVISIONING=y`,
    platform: 'anjay',
  },
  { situation: 'nothing is said of the mode', files: ANJAY, platform: 'anjay' },
]);
