import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRegisteredAt, parsePackageUri, type RegisteredAt } from '../../../src/simulator/packageUri';

const BASE: RegisteredAt = { scheme: 'coaps', address: { host: '2001:db8::1', port: 5684 } };

test('relative to the server it registered at, or absolute', () => {
  for (const [given, text, protocol, path, query] of [
    ['/f/abc', 'coaps://[2001:db8::1]:5684/f/abc', 1, ['f', 'abc'], []],
    ['f/abc?v=1&x', 'coaps://[2001:db8::1]:5684/f/abc?v=1&x', 1, ['f', 'abc'], ['v=1', 'x']],
    ['//192.0.2.1/f', 'coaps://192.0.2.1/f', 1, ['f'], []],
    ['coap://192.0.2.1/f', 'coap://192.0.2.1/f', 0, ['f'], []],
    ['HTTPS://fw.example/a%20b', 'HTTPS://fw.example/a%20b', 3, ['a b'], []],
    ['coap+tcp://192.0.2.1', 'coap+tcp://192.0.2.1', 4, [], []],
    ['coaps+tcp://192.0.2.1/f', 'coaps+tcp://192.0.2.1/f', 5, ['f'], []],
  ] as const) {
    const uri = parsePackageUri(given, BASE);
    assert.ok(typeof uri === 'object', given);
    assert.deepEqual([uri.text, uri.protocol, uri.path, uri.query], [text, protocol, path, query], given);
  }
});

test('what is none, and what no device knows', () => {
  for (const given of ['a b', 'coap://', 'coap://h:99999/f', '/%zz', 'coap://u@h/f', '#x'])
    assert.equal(parsePackageUri(given, BASE), 'invalid', given);
  for (const given of ['ftp://192.0.2.1/f', 'coap+ws://192.0.2.1/f'])
    assert.equal(parsePackageUri(given, BASE), 'unsupported', given);
});

test('the session is shared with an image at the same address by the same scheme, default ports told or not', () => {
  for (const [given, shared] of [
    ['/f', true],
    ['coaps://[2001:db8::1]/f', true],
    ['coaps://[2001:db8::1]:5685/f', false],
    ['coap://[2001:db8::1]:5684/f', false],
    ['coaps+tcp://[2001:db8::1]/f', false],
  ] as const) {
    const uri = parsePackageUri(given, BASE);
    assert.ok(typeof uri === 'object');
    assert.equal(isRegisteredAt(uri, BASE), shared, given);
  }
});
