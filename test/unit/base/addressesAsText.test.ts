import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { toHex } from '../../../src/base/bytes';
import { ipAddressBytes } from '../../../src/base/ipAddress';

for (const [text, hex] of [
  ['192.0.2.1', 'c0000201'],
  ['::', '0'.repeat(32)],
  ['::1', '0'.repeat(31) + '1'],
  ['2001:DB8::8:1', '20010db8000000000000000000080001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
  ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
] as const) {
  test(`the bytes of ${text}`, () => assert.equal(toHex(ipAddressBytes(text) ?? new Uint8Array()), hex));
}

for (const text of [
  '',
  'host',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '::1.2.3',
  '1.2.3.4::',
  '[::1]',
  'fe80::1%eth0',
]) {
  test(`no address: ${JSON.stringify(text)}`, () => assert.equal(ipAddressBytes(text), undefined));
}

test('an address is what Node takes for one', () => {
  const part = fc.constantFrom(...'0123456789abcdef:.', '::', '255', '1.2.3.4', 'ffff');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 16 }), (parts) => {
      const text = parts.join('');
      const length = { 0: undefined, 4: 4, 6: 16 }[isIP(text)];
      assert.equal(ipAddressBytes(text)?.length, length, text);
    }),
    { numRuns: 5000 },
  );
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => ipAddressBytes(text) !== undefined));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = (toHex(bytes).match(/.{4}/g) ?? []).join(':');
      assert.deepEqual(ipAddressBytes(text), bytes);
    }),
  );
});
