import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8, fromHex } from '../../../src/base/bytes';
import type { Decoded, Problem } from '../../../src/base/result';
import { decodeContent, decodePaths } from '../../../src/lwm2m/content/content';
import { parseExecuteArguments } from '../../../src/lwm2m/content/executeArguments';
import { parseLinks } from '../../../src/lwm2m/content/linkFormat';
import { parseObjectXml } from '../../../src/objects/objectXml';
import { seededRandom } from '../../support/seededRandom';
import { OTHER_VECTORS } from './otherVectors';
import { TLV_VECTORS } from './tlvVectors';
import { at, definitions } from './vector';
import { seed } from '../../support/seed';

/** How many mutations each format gets; `MUTATIONS=100000` for the long run. */
const MUTATIONS = Number(process.env['MUTATIONS'] ?? 3000);
console.log(`seed ${seed}, ${MUTATIONS} mutations a format`);
const random = seededRandom(seed);
const below = (limit: number) => Math.floor(random.unit() * limit);

/** What breaks readers: bits, lengths that lie, cuts, repeats, other bytes in between. */
function mutate(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let changed = Array.from(bytes);
  for (let times = 1 + below(3); times > 0; times--) {
    const place = below(changed.length + 1);
    const kind = below(7);
    if (kind === 0) changed[place] = (changed[place] ?? 0) ^ (1 << below(8));
    else if (kind === 1) changed[place] = [0, 1, 0x7f, 0x80, 0xff, 0x9f, 0xbf, 0x5f][below(8)] ?? 0;
    else if (kind === 2) changed = changed.slice(0, place);
    else if (kind === 3) changed.splice(place, below(4));
    else if (kind === 4) changed.splice(place, 0, ...Array.from(random.bytes(1 + below(4))));
    else if (kind === 5) changed.splice(place, 0, ...changed.slice(place, place + below(20)));
    else
      changed.splice(
        place,
        below(8),
        ...Array.from((others[below(others.length)] ?? bytes).subarray(0, below(30))),
      );
  }
  return Uint8Array.from(changed, (byte) => byte ?? 0);
}

function assertPlaced(problem: Problem, length: number): void {
  assert.ok(problem.message.length > 0 && problem.message.length < 500, problem.message);
  assert.ok(
    Number.isInteger(problem.offset) && problem.offset >= 0 && problem.offset <= length,
    JSON.stringify(problem),
  );
}

function run(name: string, valid: readonly Uint8Array[], read: (bytes: Uint8Array) => void): void {
  test(name, () => {
    for (let n = 0; n < MUTATIONS; n++) {
      const bytes = mutate(valid[n % valid.length] ?? new Uint8Array(0), valid);
      try {
        read(bytes);
      } catch (error) {
        throw new Error(`seed ${seed}, mutation ${n}: ${Buffer.from(bytes).toString('hex')}`, {
          cause: error,
        });
      }
    }
  });
}

const onlyProblem = (result: Decoded<unknown>, length: number) => {
  if (!result.ok) assertPlaced(result.problem, length);
};

describe('mutated content never throws, never hangs, and says where it is wrong', () => {
  const vectors = [...TLV_VECTORS, ...OTHER_VECTORS].map(({ format, base, bytes }) => ({
    format,
    base,
    bytes: fromHex(bytes) ?? encodeUtf8(bytes),
  }));
  for (const format of new Set(vectors.map((vector) => vector.format))) {
    const own = vectors.filter((vector) => vector.format === format);
    let turn = 0;
    run(
      `format ${format}`,
      own.map(({ bytes }) => bytes),
      (bytes) => {
        const base = at(own[turn++ % own.length]?.base ?? '/');
        for (const told of [format, undefined]) {
          const content = decodeContent(told, base, bytes, definitions);
          onlyProblem(content, bytes.length);
          if (!content.ok) continue;
          for (const problem of content.value.problems) assertPlaced(problem, bytes.length);
          for (const { path } of content.value.leaves) assert.ok(path.resourceId !== undefined);
        }
      },
    );
  }

  run(
    'paths of composite requests',
    ['82a100662f332f302f33a100642f352f30'].map((digits) => fromHex(digits) ?? new Uint8Array()),
    (bytes) => {
      onlyProblem(decodePaths(112, bytes), bytes.length);
      onlyProblem(decodePaths(110, bytes), bytes.length);
    },
  );

  run(
    'links',
    [
      '</>;rt="oma.lwm2m";ct="60 110 112 11542",</1/0>,</3>;ver=1.2,</3/0>,</5>;ver="1.1",</5/0>',
      '</3/0>;pmin=10;pmax=60,</3/0/6>;dim=8,</3/0/7>;gt=50;lt=42.2;title="a \\"quoted\\", comma"',
    ].map(encodeUtf8),
    (bytes) => onlyProblem(parseLinks(bytes), bytes.length),
  );

  run('arguments of Execute', ["0='x',1,2='10.3',7"].map(encodeUtf8), (bytes) =>
    onlyProblem(parseExecuteArguments(Buffer.from(bytes).toString('latin1')), bytes.length),
  );

  run(
    'object XML',
    [
      `<?xml version="1.0"?><LWM2M><Object ObjectType="MODefinition"><Name>T</Name><ObjectID>33000</ObjectID><Resources><Item ID="1"><Name>&lt;</Name><Type>Float</Type><Operations>R</Operations><Description><![CDATA[x]]></Description></Item></Resources></Object></LWM2M>`,
    ].map(encodeUtf8),
    (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      for (const problem of parseObjectXml(text, 'x').problems) assertPlaced(problem, text.length + 1);
    },
  );
});

describe('content made to exhaust', () => {
  const attempt = (format: number, bytes: Uint8Array) => decodeContent(format, at('/'), bytes, definitions);

  test('nested ten thousand deep', () => {
    for (const [format, bytes] of [
      [112, new Uint8Array(20_000).fill(0x81)],
      [112, new Uint8Array(20_000).fill(0xc1)],
      [11544, new Uint8Array(20_000).fill(0xbf)],
      [110, encodeUtf8('['.repeat(20_000))],
      [11543, encodeUtf8('{"e":'.repeat(20_000))],
    ] as const) {
      const content = attempt(format, bytes);
      assert.match(content.ok ? '' : content.problem.message, /deeper/);
    }
  });

  test('lengths of four billion in a few bytes', () => {
    for (const digits of [
      '9affffffff',
      'baffffffff',
      '5affffffff',
      '7affffffff',
      '9bffffffffffffffff',
      '5bffffffffffffffff',
    ]) {
      const bytes = fromHex(digits) ?? new Uint8Array();
      for (const format of [60, 112, 11544]) {
        const content = decodeContent(format, at('/3/0/0'), bytes, definitions);
        assert.equal(content.ok, false);
      }
    }
  });

  test('a hundred thousand values are cut, and it is told', () => {
    const pack = encodeUtf8(`[${Array.from({ length: 100_000 }, () => '{"n":"/3/0/9","v":1}').join(',')}]`);
    const content = attempt(110, pack);
    assert.ok(!content.ok || content.value.leaves.length <= 20_000);
    const problems = content.ok ? content.value.problems : [content.problem];
    assert.match(problems.map(({ message }) => message).join(), /more than/);
  });

  test('a base name of a million characters before ten thousand records', () => {
    const records = Array.from({ length: 10_000 }, () => '{"n":"9","v":1}').join(',');
    const name = '/3/0/'.repeat(200_000);
    for (const [format, pack] of [
      [110, `[{"bn":"${name}"},${records}]`],
      [11543, `{"bn":"${name}","e":[${records}]}`],
    ] as const) {
      const content = attempt(format, encodeUtf8(pack));
      assert.equal(content.ok, false);
    }
  });

  test('a million digits that end as no number', () => {
    const content = decodeContent(0, at('/65/0/2'), encodeUtf8(`${'9'.repeat(1_000_000)}x`), definitions);
    assert.ok(content.ok);
    assert.equal(content.value.leaves[0]?.value.type, 'string');
    assert.equal(content.value.problems.length, 1);
  });

  test('a quoted attribute as long as links may be', () => {
    assert.ok(parseLinks(`</3>;a="${'x'.repeat(250_000)}"`).ok);
    assert.equal(parseLinks(`</3>;a="${'\\x'.repeat(100_000)}`).ok, false);
    assert.equal(parseLinks(' '.repeat(250_000) + 'x').ok, false);
  });

  test('an exponent of a million digits', () => {
    const content = attempt(110, encodeUtf8(`[{"n":"/3/0/9","v":1e${'9'.repeat(100_000)}}]`));
    assert.ok(content.ok);
    assert.deepEqual(content.value.leaves[0]?.value, { type: 'float', value: Infinity });
  });

  test('a decimal fraction of a great exponent', () => {
    const content = decodeContent(
      60,
      at('/65/0/2'),
      fromHex('c4821a7fffffff01') ?? new Uint8Array(),
      definitions,
    );
    assert.ok(content.ok);
    assert.deepEqual(content.value.leaves[0]?.value, { type: 'float', value: Infinity });
  });
});
