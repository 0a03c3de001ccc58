import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { EspReader } from '../../../src/firmware/image/esp';
import { nodeHash } from '../../../src/transport/nodeHash';
import { espImage, factsOf } from '../../support/images';
import { ESPTOOL_ESP32C3 } from './imageVectors';

test("esptool's image is sendable, with the version of its descriptor", async () => {
  const { sha256: _, ...facts } = await factsOf(ESPTOOL_ESP32C3);
  assert.deepEqual(facts, {
    kind: 'esp',
    version: 'v1.4.2-3-gabc',
    size: 384,
    sendable: true,
    problems: [],
  });
});

test('any changed bit is found', async () => {
  for (let at = 1; at < ESPTOOL_ESP32C3.length; at++) {
    const copy = ESPTOOL_ESP32C3.slice();
    copy[at] = (copy[at] ?? 0) ^ 1;
    const facts = await factsOf(copy);
    // Byte 23 says whether a hash is appended: without it, only the checksum counts.
    if (at === 23) continue;
    assert.equal(facts.sendable, false, `byte ${at}`);
    assert.notEqual(facts.problems[0]?.offset, undefined, `byte ${at}`);
  }
});

test('a file cut anywhere is truncated', async () => {
  for (let length = 1; length < ESPTOOL_ESP32C3.length; length++) {
    const facts = await factsOf(ESPTOOL_ESP32C3.subarray(0, length));
    assert.deepEqual(
      [facts.kind, facts.sendable, facts.problems.map(({ code, offset }) => [code, offset])],
      ['esp', false, [['TRUNCATED', length]]],
      `${length} bytes`,
    );
  }
});

test('without a descriptor it is told to be a bootloader, perhaps', async () => {
  const facts = await factsOf(espImage());
  assert.equal(facts.sendable, true);
  assert.deepEqual(
    facts.problems.map(({ code }) => code),
    ['NO_DESCRIPTOR'],
  );
});

test('the number of segments is held to', async () => {
  for (const count of [0, 17, 255]) {
    const image = espImage({ version: '1' });
    image[1] = count;
    const facts = await factsOf(image);
    assert.deepEqual(
      [facts.sendable, facts.problems[0]?.code, facts.problems[0]?.offset],
      [false, 'BAD_HEADER', 1],
    );
  }
});

test('a version without its closing zero, or that is no UTF-8, throws nothing', async () => {
  const long = 'v'.repeat(32);
  assert.equal((await factsOf(espImage({ version: long }))).version, long);
  const broken = espImage({ version: 'ÿ' });
  broken[0x30] = 0xff;
  assert.equal(typeof (await factsOf(broken)).version, 'string');
});

test('an image of any segments is whole, however its bytes are cut into pieces', () => {
  const segments = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 16 });
  fc.assert(
    fc.property(
      segments,
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 300 })),
      (lengths, hashAppended, cuts) => {
        const image = espImage({ segments: [256, ...lengths].slice(0, 16), hashAppended, version: '7.8' });
        const reader = new EspReader(nodeHash);
        let at = 0;
        for (const cut of cuts) {
          reader.write(image.subarray(at, at + cut));
          at += cut;
        }
        reader.write(image.subarray(at));
        assert.deepEqual(reader.end(), { sendable: true, version: '7.8', problems: [] });
      },
    ),
    { numRuns: 200 },
  );
});
