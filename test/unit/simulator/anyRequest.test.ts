import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { parsePackageUri } from '../../../src/simulator/packageUri';
import { Bench } from './bench';

const { GET, POST, PUT, DELETE, FETCH, IPATCH, PATCH } = Codes;

test('whatever it is asked, the device answers and lives on', async () => {
  const bench = await new Bench().up();
  const segment = fc.oneof(
    fc.constantFrom('1', '3', '4', '5', '19', '3303', '0', '7', '5700', '65535'),
    fc.string({ maxLength: 6 }),
  );
  const request = fc.record({
    method: fc.constantFrom<number>(GET, POST, PUT, DELETE, FETCH, IPATCH, PATCH),
    path: fc.array(segment, { maxLength: 5 }),
    query: fc.array(fc.oneof(fc.constantFrom('pmin=1', 'gt', 'st=-1'), fc.string({ maxLength: 9 })), {
      maxLength: 2,
    }),
    accept: fc.option(fc.constantFrom(...Object.values(ContentFormats), 9999), { nil: undefined }),
    contentFormat: fc.option(fc.constantFrom(...Object.values(ContentFormats), 9999), { nil: undefined }),
    body: fc.uint8Array({ maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ accept, contentFormat, ...asked }) => {
      const { code } = await bench.ask({
        ...asked,
        ...(accept === undefined ? {} : { accept }),
        ...(contentFormat === undefined ? {} : { contentFormat }),
      });
      assert.ok(code >> 5 === 2 || code >> 5 === 4, `answered ${code >> 5}.${code & 31}`);
    }),
    { numRuns: 400 },
  );
  await bench.clock.advance(200_000);
  assert.equal((await bench.get('/3/0/0')).code, Codes.CONTENT);
  await bench.down();
});

test('any text is a Package URI, none, or one of another scheme', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
      const uri = parsePackageUri(text, { scheme: 'coaps', address: { host: '::1', port: 5684 } });
      assert.ok(uri === 'invalid' || uri === 'unsupported' || uri.address.port <= 65_535);
    }),
  );
});
