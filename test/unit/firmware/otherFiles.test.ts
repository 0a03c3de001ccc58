import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bareProgram,
  dfuPackage,
  elf,
  factsOf,
  intelHex,
  mcubootImage,
  modemDelta,
  modemFull,
} from '../../support/images';

describe('modem firmware', () => {
  test('is known by its magic number, at either place, and can be sent', async () => {
    for (const [kind, bytes] of [
      ['modem-delta', modemDelta()],
      ['modem-delta', Uint8Array.of(1, 2, 3, 4, ...modemDelta())],
      ['modem-full', modemFull()],
    ] as const) {
      const facts = await factsOf(bytes);
      assert.deepEqual([facts.kind, facts.sendable, facts.problems], [kind, true, []]);
    }
  });

  test('is cut off below 32 bytes', async () => {
    const facts = await factsOf(modemDelta(31));
    assert.deepEqual(
      [facts.sendable, facts.problems[0]?.code, facts.problems[0]?.offset],
      [false, 'TRUNCATED', 31],
    );
  });
});

test('what is for a programmer or a debugger is refused by name', async () => {
  for (const [kind, bytes, word] of [
    ['hex', intelHex(), /programmer/],
    ['elf', elf(), /debugger/],
    ['unknown', bareProgram(), /without a bootloader's header/],
  ] as const) {
    const facts = await factsOf(bytes);
    assert.deepEqual([facts.kind, facts.sendable], [kind, false]);
    assert.match(facts.problems[0]?.message ?? '', word);
    assert.match(facts.problems[0]?.next ?? '', /zephyr\.signed\.bin/);
  }
});

test('any other bytes are of unknown kind, and an empty file is empty', async () => {
  const unknown = await factsOf(Buffer.from('Hello, world. This is no firmware.'));
  assert.deepEqual(
    [unknown.kind, unknown.sendable, unknown.problems[0]?.code],
    ['unknown', false, 'UNKNOWN_KIND'],
  );
  const colon = await factsOf(Buffer.from(': a line of text that begins as Intel HEX does'));
  assert.equal(colon.kind, 'unknown');
  const empty = await factsOf(new Uint8Array(0));
  assert.deepEqual(
    [empty.kind, empty.size, empty.sendable, empty.problems[0]?.code],
    ['unknown', 0, false, 'EMPTY'],
  );
  assert.equal(empty.sha256, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

describe('a zip package', () => {
  const nextOf = async (bytes: Uint8Array) => {
    const facts = await factsOf(bytes);
    assert.deepEqual([facts.kind, facts.sendable], ['zip', false]);
    return [facts.problems[0]?.code, facts.problems[0]?.next];
  };

  test('names the image in it that its manifest lists, stored or deflated', async () => {
    for (const level of [0, 6] as const)
      assert.deepEqual(await nextOf(dfuPackage({ 'app.signed.bin': mcubootImage() }, level)), [
        'NOT_FOR_THE_AIR',
        'Send app.signed.bin out of the package.',
      ]);
  });

  test('of several images names three', async () => {
    const one = Uint8Array.of(1);
    assert.deepEqual(await nextOf(dfuPackage({ 'a.bin': one, 'b.bin': one, 'c.bin': one, 'd.bin': one })), [
      'NOT_FOR_THE_AIR',
      'Send a.bin or b.bin or c.bin … out of the package.',
    ]);
  });

  test('with a name made to deceive a terminal', async () => {
    const [, next] = await nextOf(dfuPackage({ 'a\u001b[2Jb\u202e.bin': Uint8Array.of(1) }));
    assert.match(String(next), /^[\x20-\x7e]+$/);
  });

  test('cut off, or only its beginning', async () => {
    const whole = dfuPackage();
    for (let length = 4; length < whole.length; length += 97) {
      const [code] = await nextOf(whole.subarray(0, length));
      assert.equal(code, 'TRUNCATED', `${length} bytes`);
    }
  });

  test('whose manifest says that it unpacks to gigabytes', async () => {
    const bytes = dfuPackage({ 'app.bin': Uint8Array.of(1) });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 4 <= bytes.length; at++)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0xffff_fff0, true);
    assert.deepEqual(await nextOf(bytes), ['NOT_FOR_THE_AIR', 'Send app.bin out of the package.']);
  });
});
