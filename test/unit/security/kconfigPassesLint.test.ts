import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromHex } from '../../../src/base/bytes';
import type { PskCredential } from '../../../src/security/credential';
import { toKconfig, type KconfigClient } from '../../../src/security/forms/kconfig';
import { problemsOf } from '../language/kconfig/support';

const IMEI = '350457791234567';
/** 1 to 128 bytes: all that a name may have. */
const LENGTHS = Array.from({ length: 128 }, (_, index) => index + 1);
const CLIENTS: Readonly<Record<KconfigClient, { readonly platform: string; readonly project: string }>> = {
  ncs: { platform: 'ncs-3.1.0', project: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_CLIENT_UTILS=y\n' },
  zephyr: { platform: 'zephyr-4.1.0', project: 'CONFIG_LWM2M=y\n' },
  anjay: { platform: 'anjay-3.11', project: 'CONFIG_ANJAY=y\n' },
};

function fragment(endpointName: string, client: KconfigClient, identity = endpointName): string {
  const key = fromHex('8f3a6c01d2e4b5978f3a6c01d2e4b597') ?? new Uint8Array();
  const credential: PskCredential = { mode: 'psk', endpointName, identity, key };
  const made = toKconfig(credential, { reveal: true, client, server: 'coaps://192.0.2.1:5684' });
  assert.ok(made.ok);
  return made.value.text;
}

describe('a credential as Kconfig, whatever its name', () => {
  for (const [client, { platform, project }] of Object.entries(CLIENTS))
    test(`has no error in our own eyes, and room for the name: ${client}`, () => {
      for (const length of LENGTHS)
        for (const name of ['n'.repeat(length), `${'p'.repeat(length)}${IMEI}`.slice(-length)])
          for (const identity of [name, 'i'])
            for (const before of ['', project]) {
              const text = fragment(name, client as KconfigClient, identity);
              const told = problemsOf(before + text, platform)
                .filter(({ code, severity }) => severity === 'error' || /endpoint|identity|psk/.test(code))
                .filter(({ code }) => code !== 'kconfig/endpoint-form')
                .map(({ code, message }) => `${code}: ${message}`);
              assert.deepEqual(told, [], `${name} (${length})\n${before}${text}`);
            }
    });

  test('counts bytes, as the device does', () => {
    const text = fragment('ü'.repeat(20), 'zephyr');
    assert.match(text, /^CONFIG_LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH=41$/m);
    assert.match(text, /^CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=43$/m);
    assert.match(text, /^CONFIG_LWM2M_SECURITY_KEY_SIZE=41$/m);
  });

  test('says nothing of a short name', () => {
    assert.doesNotMatch(fragment('nine-long', 'zephyr'), /NAME_MAX_LENGTH|EXTENDED/);
    assert.match(fragment('ten--bytes', 'zephyr'), /EXTENDED_OPTIONS_LEN_VALUE=40/);
    assert.doesNotMatch(fragment('n'.repeat(32), 'zephyr'), /NAME_MAX_LENGTH/);
    assert.match(fragment('n'.repeat(33), 'zephyr'), /NAME_MAX_LENGTH=34/);
  });
});
