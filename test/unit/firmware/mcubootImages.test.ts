import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { decodeMcubootHeader, decodeMcubootTlvs, McubootReader } from '../../../src/firmware/image/mcuboot';
import { nodeHash } from '../../../src/transport/nodeHash';
import { factsOf, mcubootImage, type McubootWanted } from '../../support/images';
import {
  IMGTOOL_ENCRYPTED,
  IMGTOOL_SIGNED,
  IMGTOOL_SIGNED_PURE,
  IMGTOOL_UNSIGNED,
  IMGTOOL_WITH_PROTECTED_TLVS,
} from './imageVectors';

const codesOf = async (bytes: Uint8Array) => (await factsOf(bytes)).problems.map(({ code }) => code);
const spoilt = (bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};

describe("imgtool's images", () => {
  test('signed: sendable, with version, size and hash', async () => {
    assert.deepEqual(await factsOf(IMGTOOL_SIGNED), {
      kind: 'mcuboot',
      version: '1.5.0+2',
      size: IMGTOOL_SIGNED.length,
      sha256: 'e36bbe075f7e2a8b2d6ae0a8ff7dd4086a0c3030cc4e45ff8cc7e084ecec7402',
      sendable: true,
      problems: [],
    });
  });

  test('protected TLVs are hashed too', async () => {
    const facts = await factsOf(IMGTOOL_WITH_PROTECTED_TLVS);
    assert.deepEqual([facts.version, facts.sendable, facts.problems], ['2.0.7', true, []]);
    // the security counter's value, 5 made 6
    const counter = 0x40 + 64 + 4 + 4;
    assert.equal(IMGTOOL_WITH_PROTECTED_TLVS[counter], 5);
    assert.deepEqual(await codesOf(spoilt(IMGTOOL_WITH_PROTECTED_TLVS, counter, 6)), ['HASH_MISMATCH']);
  });

  test('its TLVs are read in order, each with its place', () => {
    const read = decodeMcubootTlvs(IMGTOOL_WITH_PROTECTED_TLVS.subarray(0x80), 0x80, 28);
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.map(({ type, offset, value, protected: guarded }) => [type, offset, value.length, guarded]),
      [
        [0x50, 0x84, 4, true],
        [0x40, 0x8c, 12, true],
        [0x10, 0xa0, 32, false],
        [0x01, 0xc4, 32, false],
        [0x24, 0xe8, 64, false],
      ],
    );
  });

  test('unsigned: sendable, with a warning', async () => {
    const facts = await factsOf(IMGTOOL_UNSIGNED);
    assert.deepEqual([facts.version, facts.sendable], ['0.0.1', true]);
    assert.deepEqual(
      facts.problems.map(({ code, offset }) => [code, offset]),
      [['UNSIGNED', 0x20 + 64]],
    );
  });

  test('encrypted, or signed as a whole: sendable, and told that the hash is not checked', async () => {
    for (const image of [IMGTOOL_ENCRYPTED, IMGTOOL_SIGNED_PURE]) {
      const facts = await factsOf(image);
      assert.equal(facts.sendable, true);
      assert.deepEqual(
        facts.problems.map(({ code }) => code),
        ['HASH_UNCHECKED'],
      );
    }
  });
});

describe('what is wrong with an image is told with its place', () => {
  test('any changed bit of header, program or protected TLVs is a hash mismatch or a named problem', async () => {
    const image = IMGTOOL_WITH_PROTECTED_TLVS;
    for (let at = 0; at < 0x40 + 64 + 28; at++) {
      const facts = await factsOf(spoilt(image, at, (image[at] ?? 0) ^ 1));
      assert.equal(facts.sendable, false, `byte ${at}`);
      const [problem] = facts.problems;
      assert.ok(problem?.offset !== undefined && problem.next !== undefined, `byte ${at}`);
    }
  });

  test('a file cut anywhere before its last TLV is truncated', async () => {
    for (let length = 4; length < IMGTOOL_SIGNED.length; length++) {
      const facts = await factsOf(IMGTOOL_SIGNED.subarray(0, length));
      assert.deepEqual([facts.kind, facts.sendable], ['mcuboot', false], `${length} bytes`);
      assert.deepEqual(
        facts.problems.map(({ code, offset }) => [code, offset]),
        [['TRUNCATED', length]],
        `${length} bytes`,
      );
    }
  });

  test('a hash that is not there, or of another kind', async () => {
    assert.deepEqual(await codesOf(mcubootImage({ proof: 'none' })), ['NO_HASH']);
    const sha384 = { type: 0x11, value: new Uint8Array(48) };
    assert.deepEqual(await codesOf(mcubootImage({ proof: sha384 })), ['HASH_UNCHECKED']);
  });

  test('an image marked as not bootable is told, and can be sent', async () => {
    const facts = await factsOf(mcubootImage({ flags: 0x10 }));
    assert.equal(facts.sendable, true);
    assert.deepEqual(
      facts.problems.map(({ code, offset }) => [code, offset]),
      [['NOT_BOOTABLE', 16]],
    );
  });

  test('headers that lie', () => {
    const header = IMGTOOL_SIGNED.subarray(0, 32);
    const problemOf = (bytes: Uint8Array) => {
      const read = decodeMcubootHeader(bytes);
      return read.ok ? undefined : [read.problem.code, read.problem.offset];
    };
    assert.equal(problemOf(header), undefined);
    assert.deepEqual(problemOf(spoilt(header, 0, 0)), ['UNKNOWN_KIND', 0]);
    assert.deepEqual(problemOf(spoilt(header, 8, 31, 0)), ['BAD_HEADER', 8]);
    assert.deepEqual(problemOf(spoilt(header, 12, 0, 0, 0, 0)), ['BAD_HEADER', 12]);
    assert.deepEqual(problemOf(header.subarray(0, 31)), ['TRUNCATED', 31]);
  });

  test('a program said to be of 4 GiB is truncated, not looked for', async () => {
    const facts = await factsOf(spoilt(IMGTOOL_SIGNED, 12, 0xff, 0xff, 0xff, 0xff));
    assert.deepEqual([facts.sendable, facts.problems[0]?.code], [false, 'TRUNCATED']);
  });

  test('what follows the TLVs of a padded image is let be', async () => {
    const facts = await factsOf(mcubootImage({ padding: 10_000 }));
    assert.deepEqual([facts.sendable, facts.problems], [true, []]);
  });
});

test('an image of any shape is whole, however its bytes are cut into pieces', () => {
  const number = (max: number) => fc.integer({ min: 0, max });
  const wanted = fc.record({
    version: fc
      .tuple(number(255), number(255), number(65_535), number(0xffff_ffff))
      .map(([a, b, c, d]) => `${a}.${b}.${c}${d === 0 ? '' : `+${d}`}`),
    programSize: fc.integer({ min: 1, max: 5000 }),
    headerSize: fc.integer({ min: 32, max: 1024 }),
    seed: number(1000),
    padding: number(50),
    protectedTlvs: fc.array(
      fc.record({ type: number(0xff), value: fc.uint8Array({ maxLength: 60 }) }).filter(
        // a hash of its own there would be another image
        ({ type }) => type !== 0x10,
      ),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(wanted, fc.array(fc.integer({ min: 1, max: 700 })), (shape: McubootWanted, cuts) => {
      const image = mcubootImage(shape);
      const reader = new McubootReader(nodeHash);
      let at = 0;
      for (const cut of cuts) {
        reader.write(image.subarray(at, at + cut));
        at += cut;
      }
      reader.write(image.subarray(at));
      const { version, sendable, problems } = reader.end();
      assert.deepEqual([version, sendable, problems], [shape.version, true, []]);
    }),
    { numRuns: 200 },
  );
});
