import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf, ruleCases } from './support';

const CLIENT = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';
const DTLS = 'CONFIG_LWM2M_DTLS_SUPPORT=y\n';
const BOOTSTRAP = 'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y\n';
const psk = (key: string): string => `CONFIG_APP_LWM2M_PSK="${key}"\n`;
const prefix = (text: string): string => `CONFIG_APP_ENDPOINT_PREFIX="${text}"\n`;
const KEY = '8f3a6c01d2e4b5978f3a6c01d2e4b597';
const OWN_KCONFIG =
  'config APP_LWM2M_PSK\n\tstring "PSK"\n\tdefault "000102030405060708090a0b0c0d0e0f"\n\nconfig APP_ENDPOINT_PREFIX\n\tstring\n\tdefault "urn:imei:"\n';

ruleCases('kconfig/psk-not-hex', [
  {
    situation: 'other characters',
    files: CLIENT + psk('secret key'),
    says: /CONFIG_APP_LWM2M_PSK has characters/,
    fixed: false,
  },
  { situation: 'a digit left over', files: CLIENT + psk('abc'), says: /3 digits, an odd/, fixed: false },
  {
    situation: 'the carrier sample’s key',
    files: 'CONFIG_LWM2M_CARRIER=y\nCONFIG_CARRIER_APP_PSK="xyz"',
    says: /CONFIG_CARRIER_APP_PSK/,
    fixed: false,
  },
  { situation: 'pairs of digits', files: CLIENT + psk(KEY.toUpperCase()) },
  { situation: 'none, so that none is written', files: CLIENT + psk('') },
]);

ruleCases('kconfig/psk-too-long', [
  {
    situation: '33 bytes',
    files: CLIENT + psk('ab'.repeat(33)),
    says: /66 digits/,
    fixed: false,
  },
  { situation: '32 bytes', files: CLIENT + psk(KEY + KEY) },
]);

ruleCases('kconfig/psk-weak', [
  { situation: 'short', files: CLIENT + psk('8f3a'), says: /2 bytes/, fixed: false },
  {
    situation: 'the samples’ key, in capitals',
    files: CLIENT + psk('000102030405060708090A0B0C0D0E0F'),
    says: /key of the samples/,
    fixed: false,
  },
  {
    situation: 'one byte over and over',
    files: CLIENT + psk('5a'.repeat(16)),
    says: /one byte/,
    fixed: false,
  },
  {
    situation: 'the samples’ key in the folder’s own Kconfig',
    files: { 'prj.conf': CLIENT, Kconfig: OWN_KCONFIG },
    says: /key of the samples/,
    at: 'CONFIG_LWM2M_CLIENT_UTILS=y',
    fixed: false,
  },
  { situation: 'silence shows no key', files: CLIENT },
  { situation: '16 bytes', files: CLIENT + psk(KEY) },
]);

ruleCases('kconfig/psk-exceeds-key-size', [
  {
    situation: '32 bytes into 16, which is the default',
    files: CLIENT + psk(KEY + KEY),
    says: [/32 bytes/, /CONFIG_LWM2M_SECURITY_KEY_SIZE is 16/],
    fixed: `${CLIENT}${psk(KEY + KEY)}CONFIG_LWM2M_SECURITY_KEY_SIZE=33\n`,
  },
  { situation: '16 bytes into 16', files: CLIENT + psk(KEY) },
  {
    situation: 'the carrier library has its own room',
    files: `CONFIG_LWM2M=y\nCONFIG_LWM2M_CARRIER=y\nCONFIG_CARRIER_APP_PSK="${KEY}${KEY}"`,
  },
]);

ruleCases('kconfig/identity-exceeds-key-size', [
  {
    situation: 'the sample’s prefix and the default room',
    files: CLIENT + DTLS + prefix('urn:imei:'),
    says: [/needs 25 bytes/, /CONFIG_LWM2M_SECURITY_KEY_SIZE is 16/],
    at: prefix('urn:imei:').trim(),
    fixed: `${CLIENT}${DTLS}${prefix('urn:imei:')}CONFIG_LWM2M_SECURITY_KEY_SIZE=33\n`,
  },
  {
    situation: 'the prefix is in the folder’s own Kconfig',
    files: { 'prj.conf': CLIENT + DTLS, Kconfig: OWN_KCONFIG },
    says: /25 bytes/,
  },
  {
    situation: 'just enough room',
    files: `${CLIENT}${DTLS}${prefix('urn:imei:')}CONFIG_LWM2M_SECURITY_KEY_SIZE=25`,
  },
  { situation: 'no prefix and just enough room', files: CLIENT + DTLS + prefix('') },
  { situation: 'silence shows no prefix', files: CLIENT + DTLS },
  { situation: 'no DTLS, so no identity', files: CLIENT + prefix('urn:imei:') },
]);

ruleCases('kconfig/endpoint-cut', [
  {
    situation: '33 characters and the default of 33',
    files: CLIENT + prefix('x'.repeat(18)),
    says: [/33 characters/, /MAX_LENGTH is 33/],
  },
  {
    situation: 'a name of Zephyr’s sample',
    files: `CONFIG_LWM2M=y\nCONFIG_LWM2M_APP_ID="${'n'.repeat(40)}"`,
    platform: 'zephyr-4.1.0',
    says: /CONFIG_LWM2M_APP_ID/,
  },
  { situation: 'one less', files: CLIENT + prefix('x'.repeat(17)) },
]);

ruleCases('kconfig/endpoint-option-too-long', [
  {
    situation: 'long options are off by default',
    files: CLIENT + prefix('urn:imei:'),
    says: [/27 bytes/, /CONFIG_COAP_EXTENDED_OPTIONS_LEN is off/],
    fixed: `${CLIENT}${prefix('urn:imei:')}CONFIG_COAP_EXTENDED_OPTIONS_LEN=y\nCONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40\n`,
  },
  {
    situation: 'they are on, with their short default',
    files: `${CLIENT}${prefix('urn:imei:')}CONFIG_COAP_EXTENDED_OPTIONS_LEN=y\n`,
    says: /_VALUE is 13/,
  },
  {
    situation: 'long enough',
    files: `${CLIENT}${prefix('urn:imei:')}CONFIG_COAP_EXTENDED_OPTIONS_LEN=y\nCONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=27\n`,
  },
  { situation: 'a short name', files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_APP_ID="twelve-chars"' },
]);

ruleCases('kconfig/endpoint-form', [
  {
    situation: 'a form of one’s own',
    files: CLIENT + prefix('my-device-'),
    says: /my-device-/,
    fixed: false,
  },
  { situation: 'urn:imei:', files: CLIENT + prefix('urn:imei:') },
  { situation: 'urn:dev:', files: CLIENT + prefix('urn:dev:ops:001122-nrf-') },
  { situation: 'nrf-', files: CLIENT + prefix('nrf-') },
]);

ruleCases('kconfig/bootstrap-psk', [
  {
    situation: 'an overlay turns bootstrap on over a key',
    files: { 'prj.conf': CLIENT + psk(KEY), 'overlay-bootstrap.conf': BOOTSTRAP },
    says: /bootstrap server’s key/,
    in: 'overlay-bootstrap.conf',
    fixed: false,
  },
  { situation: 'no key', files: CLIENT + BOOTSTRAP + psk('') },
  { situation: 'no bootstrap', files: CLIENT + psk(KEY) },
]);

test('no message tells a key', () => {
  for (const key of ['53ecre7c0ffee', '5a5a', KEY + KEY + KEY])
    for (const { message } of problemsOf(CLIENT + DTLS + BOOTSTRAP + psk(key)))
      assert.ok(!message.includes(key), message);
});
