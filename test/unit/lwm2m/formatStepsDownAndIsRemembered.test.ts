import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromHex } from '../../../src/base/bytes';
import { isOperationError } from '../../../src/base/errors';
import { Codes, printCode } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { findUint } from '../../../src/coap/optionValue';
import { OptionNumbers } from '../../../src/coap/option';
import type { DefinitionLookup, ObjectDefinition } from '../../../src/objects/definition';
import { pathOf } from '../../../src/objects/path';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { Setting, type Asked, type Words } from './scriptedClient';

const DEVICE: ObjectDefinition = {
  id: 3,
  version: '1.1',
  name: 'Device',
  multiple: false,
  mandatory: true,
  source: 'test',
  resources: new Map([
    [0, { id: 0, name: 'Manufacturer', operations: 'R', type: 'string', multiple: false, mandatory: false }],
    [7, { id: 7, name: 'Voltage', operations: 'RW', type: 'integer', multiple: true, mandatory: false }],
    [14, { id: 14, name: 'Offset', operations: 'RW', type: 'string', multiple: false, mandatory: false }],
  ]),
};
const definitions: DefinitionLookup = { object: (id) => (id === 3 ? DEVICE : undefined) };
/** `/3/0`: 0 = "Acme" in TLV. */
const TLV = fromHex('c4 00 41 63 6d 65');
const text = (path: readonly number[], value: string): Leaf => ({
  path: pathOf(...path),
  value: { type: 'string', value },
});

function setting() {
  const made = new Setting({ definitions: () => definitions });
  const client = made.client();
  return { made, client };
}

/** A client that knows only some formats. */
const knowing =
  (...formats: readonly number[]) =>
  ({ message }: Asked): Words | undefined => {
    const content = findUint(message.options, OptionNumbers.CONTENT_FORMAT);
    if (content !== undefined && !formats.includes(content))
      return { code: Codes.UNSUPPORTED_CONTENT_FORMAT };
    if (message.code !== Codes.GET) return { code: Codes.CHANGED };
    const accept = findUint(message.options, OptionNumbers.ACCEPT);
    if (accept !== undefined && !formats.includes(accept)) return { code: Codes.NOT_ACCEPTABLE };
    return { code: Codes.CONTENT, format: ContentFormats.TLV, ...(TLV ? { body: TLV } : {}) };
  };

/** Answers by `words`, and notes what was asked. */
function noting(words: (asked: Asked) => Words | undefined) {
  const asked: string[] = [];
  return {
    asked,
    answering: (request: Asked) => {
      asked.push(request.text);
      return words(request);
    },
  };
}

async function run<T>(made: Setting, operation: Promise<T>): Promise<T> {
  operation.catch(() => undefined);
  await made.clock.advance(50);
  return operation;
}

describe('the format of a read', () => {
  test('steps down 112, 110, 11542 and stays there until the client registers anew', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(knowing(ContentFormats.TLV));
    client.answering = note.answering;
    const answer = await run(made, made.server.read('dev', pathOf(3, 0)));
    assert.equal(printCode(answer.code), '2.05');
    assert.deepEqual(answer.values, [text([3, 0, 0], 'Acme')]);
    await run(made, made.server.read('dev', pathOf(3, 0)));
    await client.registered('dev');
    await run(made, made.server.read('dev', pathOf(3, 0)));
    assert.deepEqual(note.asked, [
      'GET /3/0 accept=112',
      'GET /3/0 accept=110',
      'GET /3/0 accept=11542',
      'GET /3/0 accept=11542',
      'GET /3/0 accept=112',
      'GET /3/0 accept=110',
      'GET /3/0 accept=11542',
    ]);
  });

  test('of a resource is left to the client', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(() => ({ code: Codes.CONTENT, format: 0, body: 'Acme' }));
    client.answering = note.answering;
    const answer = await run(made, made.server.read('dev', pathOf(3, 0, 0)));
    assert.deepEqual(answer.values, [text([3, 0, 0], 'Acme')]);
    assert.deepEqual(note.asked, ['GET /3/0/0']);
  });

  test('is TLV with 1.0, what the root offers where it does, and 11544 only where offered', async () => {
    for (const [version, list, accept] of [
      ['1.0', '</3/0>', 'accept=11542'],
      ['1.1', '</>;rt="oma.lwm2m";ct="110 11542",</3/0>', 'accept=110'],
      ['1.2', '</3/0>', 'accept=112'],
      ['1.2', '</>;rt="oma.lwm2m";ct="11544 112",</3/0>', 'accept=11544'],
      ['1.0', '</>;rt="oma.lwm2m";ct=1542,</3/0>', 'accept=1542'],
    ] as const) {
      const { made, client } = setting();
      await client.register(['ep=dev', `lwm2m=${version}`, 'lt=60'], list);
      const note = noting(knowing(11542, 110, 112, 11544, 1542));
      client.answering = note.answering;
      await run(made, made.server.read('dev', pathOf(3, 0)));
      assert.deepEqual(note.asked, [`GET /3/0 ${accept}`], `${version} ${list}`);
    }
  });

  test('given by the caller is insisted on: a refusal is the answer', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(knowing(ContentFormats.TLV));
    client.answering = note.answering;
    const answer = await run(made, made.server.read('dev', pathOf(3, 0), { format: 112 }));
    assert.equal(printCode(answer.code), '4.06');
    assert.deepEqual(note.asked, ['GET /3/0 accept=112']);
  });

  test('refused in every step leaves the last refusal as the answer, and nothing is remembered', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(() => ({ code: Codes.NOT_ACCEPTABLE }));
    client.answering = note.answering;
    for (let i = 0; i < 2; i++)
      assert.equal(printCode((await run(made, made.server.read('dev', pathOf(3, 0)))).code), '4.06');
    assert.equal(note.asked.length, 8);
  });
});

describe('the format of a write', () => {
  test('is text for a scalar, bytes for opaque, a format of many values else', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(() => ({ code: Codes.CHANGED }));
    client.answering = note.answering;
    const { server } = made;
    const opaque: Leaf = { path: pathOf(5, 0, 0), value: { type: 'opaque', value: Uint8Array.of(0) } };
    const volt: Leaf = { path: pathOf(3, 0, 7, 1), value: { type: 'integer', value: 5 } };
    await run(made, server.write('dev', pathOf(3, 0, 14), [text([3, 0, 14], '+02:00')]));
    await run(made, server.write('dev', pathOf(3, 0, 14), [text([3, 0, 14], 'x')], { mode: 'update' }));
    await run(made, server.write('dev', pathOf(5, 0, 0), [opaque]));
    await run(made, server.write('dev', pathOf(3, 0, 7), [volt]));
    await run(made, server.write('dev', pathOf(3, 0, 7, 1), [volt]));
    await run(made, server.write('dev', pathOf(3, 0), [text([3, 0, 14], 'x')]));
    await run(made, server.write('dev', pathOf(3, 0), [text([3, 0, 14], 'x')], { mode: 'replace' }));
    assert.deepEqual(
      note.asked.map((line) => line.replace(/ \[.*/, '')),
      [
        'PUT /3/0/14 format=0',
        'POST /3/0/14 format=0',
        'PUT /5/0/0 format=42',
        'PUT /3/0/7 format=112',
        'PUT /3/0/7/1 format=0',
        'POST /3/0 format=112',
        'PUT /3/0 format=112',
      ],
    );
  });

  test('steps down at 4.15 and is remembered', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const note = noting(knowing(ContentFormats.TLV));
    client.answering = note.answering;
    for (let i = 0; i < 2; i++)
      await run(made, made.server.write('dev', pathOf(3, 0, 14), [text([3, 0, 14], '+02:00')]));
    assert.deepEqual(
      note.asked.map((line) => line.replace(/ \[.*/, '')),
      ['format=0', 'format=112', 'format=110', 'format=11542', 'format=11542'].map(
        (format) => `PUT /3/0/14 ${format}`,
      ),
    );
  });

  test('that cannot carry the values is the caller’s mistake', async () => {
    const { made, client } = setting();
    await client.registered('dev');
    const two = [text([3, 0, 14], 'a'), text([3, 0, 15], 'b')];
    await assert.rejects(
      made.server.write('dev', pathOf(3, 0), two, { format: ContentFormats.TEXT }),
      (error) => isOperationError(error),
    );
    assert.deepEqual(client.asked, []);
  });
});
