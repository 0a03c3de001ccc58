import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeUtf8, decodeUtf8Lenient, fromHex, toHex } from '../../../src/base/bytes';
import { bytesSource } from '../../../src/base/files';
import { seconds } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { Codes, printCode } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { findUint, textOption, uintOption } from '../../../src/coap/optionValue';
import { decodePaths } from '../../../src/lwm2m/content/content';
import { pathOf, printPath } from '../../../src/objects/path';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { begun, Setting, type ScriptedClient } from './scriptedClient';

async function registered(list?: string, version = '1.1') {
  const setting = new Setting();
  const client = setting.client();
  await client.register(['ep=dev', `lwm2m=${version}`, 'lt=300'], list);
  return { setting, client, server: setting.server };
}
const number = (path: readonly number[], value: number): Leaf => ({
  path: pathOf(...path),
  value: { type: 'integer', value },
});

describe('an operation', () => {
  test('Execute has no payload and no format unless there are arguments', async () => {
    const { setting, client, server } = await registered();
    const plain = await begun(server.execute('dev', pathOf(5, 0, 2)), setting);
    const asked = client.take();
    assert.equal(asked.text, 'POST /5/0/2');
    await client.answer(asked, { code: Codes.CHANGED });
    assert.equal(printCode((await plain.done).code), '2.04');
    await begun(server.execute('dev', pathOf(3, 0, 4), "0='x',1"), setting);
    const withArguments = client.take();
    assert.equal(withArguments.text, 'POST /3/0/4 format=0 [7]');
    assert.equal(decodeUtf8(withArguments.message.payload), "0='x',1");
  });

  test('a refusal is an answer with the client’s words, made harmless', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(server.delete('dev', pathOf(3, 0)), setting);
    const asked = client.take();
    assert.equal(asked.text, 'DELETE /3/0');
    await client.answer(asked, { code: Codes.METHOD_NOT_ALLOWED, body: 'no\u001b[31m way' });
    const answer = await done;
    assert.equal(printCode(answer.code), '4.05');
    assert.equal(answer.diagnostic, 'no [31m way');
  });

  test('Discover gives links with their attributes', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(server.discover('dev', pathOf(3, 0)), setting);
    const asked = client.take();
    assert.equal(asked.text, 'GET /3/0 accept=40');
    await client.answer(asked, {
      code: Codes.CONTENT,
      format: 40,
      body: '</3/0>;pmin=10,</3/0/0>,</3/0/6>;dim=2;gt=50.5,<nonsense>',
    });
    const answer = await done;
    assert.deepEqual(
      answer.links?.map(({ path, attributes }) => [printPath(path), { ...attributes }]),
      [
        ['/3/0', { pmin: 10 }],
        ['/3/0/0', {}],
        ['/3/0/6', { dim: 2, gt: 50.5 }],
      ],
    );
    assert.equal(answer.problems.length, 1);
  });

  test('Write-Attributes is a PUT of queries, a name alone takes one away', async () => {
    const { setting, client, server } = await registered();
    await begun(
      server.writeAttributes('dev', pathOf(3, 0, 9), { pmin: 1, pmax: '60', gt: undefined }),
      setting,
    );
    assert.equal(client.take().text, 'PUT /3/0/9?pmin=1&pmax=60&gt');
  });

  test('Create with an ID names the instance; its location comes back', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(
      server.create('dev', pathOf(19, 1), [number([19, 1, 1], 5)], { format: 11542 }),
      setting,
    );
    const asked = client.take();
    assert.equal(asked.text, 'POST /19 format=11542 [5]');
    // object instance 1 of 3 bytes, in it resource 1 of one byte
    assert.equal(toHex(asked.message.payload), '0301c10105');
    await client.answer(asked, {
      code: Codes.CREATED,
      options: [textOption(OptionNumbers.LOCATION_PATH, '19'), textOption(OptionNumbers.LOCATION_PATH, '1')],
    });
    assert.equal(printPath((await done).location ?? {}), '/19/1');
  });

  test('Create with an ID and no value still names the instance: TLV alone can', async () => {
    const { setting, client, server } = await registered();
    await begun(server.create('dev', pathOf(19, 5), []), setting);
    const asked = client.take();
    assert.equal(asked.text, 'POST /19 format=11542 [2]');
    assert.equal(toHex(asked.message.payload), '0005');
    await assert.rejects(server.create('dev', pathOf(19, 5), [], { format: 112 }), (error) =>
      isOperationError(error, 'NO_PLACE'),
    );
  });

  test('Create with an ID has that place where the answer names none', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(server.create('dev', pathOf(19, 7), [number([19, 7, 1], 5)]), setting);
    await client.answer(client.take(), { code: Codes.CREATED });
    assert.equal(printPath((await done).location ?? {}), '/19/7');
  });

  test('Create without an ID leaves it to the client in TLV, else takes the first free one', async () => {
    const { setting, client, server } = await registered('</19/0>,</19/1>');
    await begun(server.create('dev', pathOf(19), [number([19, 0, 1], 5)]), setting);
    const first = client.take();
    assert.equal(first.text, 'POST /19 format=11542 [3]');
    assert.equal(toHex(first.message.payload), 'c10105');
    await client.answer(first, { code: Codes.UNSUPPORTED_CONTENT_FORMAT });
    const second = client.take();
    assert.match(second.text, /^POST \/19 format=112/);
    assert.match(decodeUtf8Lenient(second.message.payload), /2\/1/);
  });

  test('composites go to the root, in the same format both ways', async () => {
    const { setting, client, server } = await registered();
    const paths = [pathOf(3, 0, 0), pathOf(1)];
    const { done } = await begun(server.readComposite('dev', paths), setting);
    const asked = client.take();
    assert.match(asked.text, /^FETCH \/ accept=112 format=112/);
    const named = decodePaths(112, asked.message.payload);
    assert.deepEqual(named, { ok: true, value: paths });
    // [{0: "/3/0/0", 3: "Acme"}, {0: "/1/0/1", 2: 86400}]
    const body = fromHex('82 a200662f332f302f30036441636d65 a200662f312f302f31021a00015180');
    assert.ok(body);
    await client.answer(asked, { code: Codes.CONTENT, format: 112, body });
    const answer = await done;
    assert.deepEqual(answer.problems, []);
    assert.deepEqual(
      answer.values.map(({ path, value }) => [printPath(path), value.value]),
      [
        ['/3/0/0', 'Acme'],
        ['/1/0/1', 86400],
      ],
    );
    await begun(server.writeComposite('dev', [number([1, 0, 1], 60), number([1, 0, 2], 1)]), setting);
    assert.match(client.take().text, /^iPATCH \/ format=112/);
  });

  test('a root of its own stands before every path, and is taken off what comes back', async () => {
    const { setting, client, server } = await registered('</lwm2m>;rt="oma.lwm2m",</lwm2m/3/0>');
    const { done } = await begun(server.discover('dev', pathOf(3)), setting);
    const asked = client.take();
    assert.equal(asked.text, 'GET /lwm2m/3 accept=40');
    await client.answer(asked, { code: Codes.CONTENT, format: 40, body: '</lwm2m/3/0/0>' });
    assert.deepEqual(
      (await done).links?.map(({ path }) => printPath(path)),
      ['/3/0/0'],
    );
    await begun(server.readComposite('dev', [pathOf(3)]), setting);
    assert.match(client.take().text, /^FETCH \/lwm2m accept/);
  });

  test('a payload that is broken in the middle keeps what could be read, and says where', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(server.read('dev', pathOf(1, 0), { format: 11542 }), setting);
    const body = fromHex('c1013c c802ff00');
    assert.ok(body);
    await client.answer(client.take(), { code: Codes.CONTENT, format: 11542, body });
    const answer = await done;
    assert.equal(answer.values.length, 1);
    assert.match(answer.problems.join(), /byte 3/);
  });

  test('a device that is not registered is told as such', async () => {
    const { server } = new Setting();
    await assert.rejects(server.read('nobody', pathOf(3)), (error) =>
      isOperationError(error, 'NOT_REGISTERED'),
    );
  });

  test('a device that says nothing is a time-out; a cancelled request leaves the way free', async () => {
    const { setting, client, server } = await registered();
    const abort = new AbortController();
    const cancelled = await begun(server.read('dev', pathOf(3, 0, 0), { signal: abort.signal }), setting);
    const next = await begun(server.read('dev', pathOf(3, 0, 1), { stallTimeout: seconds(10) }), setting);
    assert.deepEqual(
      client.asked.map(({ text }) => text),
      ['GET /3/0/0'],
      'one outstanding request (NSTART)',
    );
    abort.abort();
    await assert.rejects(cancelled.done, (error) => isOperationError(error, 'ABORTED'));
    await setting.clock.advance(11_000);
    assert.equal(client.asked[1]?.text, 'GET /3/0/1');
    await assert.rejects(next.done, (error) => isOperationError(error, 'TIMEOUT'));
  });

  test('waiting when the device de-registers, it is told that the device is gone', async () => {
    const { setting, client, server } = await registered();
    const { done } = await begun(server.read('dev', pathOf(3, 0, 0)), setting);
    const location = server.registration('dev')?.location ?? '';
    await client.request({ code: Codes.DELETE, path: `/rd/${location}` });
    await assert.rejects(done, (error) => isOperationError(error, 'GONE'));
  });

  test('a push that a restart cut is not begun again unasked; one that an address change cut is', async () => {
    const body = bytesSource(new Uint8Array(64 * 4));
    const accept = async (client: ScriptedClient) => {
      const asked = client.take();
      const block = findUint(asked.message.options, OptionNumbers.BLOCK1) ?? 0;
      await client.answer(asked, {
        code: Codes.CONTINUE,
        options: [uintOption(OptionNumbers.BLOCK1, block)],
      });
      return block >> 4;
    };
    const restarted = await registered();
    const cut = await begun(
      restarted.server.writeOpaque('dev', pathOf(5, 0, 0), body, { szx: 2 }),
      restarted.setting,
    );
    assert.equal(await accept(restarted.client), 0);
    await restarted.setting.client('198.51.100.4').registered('dev');
    await assert.rejects(cut.done, (error) => isOperationError(error, 'GONE'));

    const moved = await registered();
    await begun(moved.server.writeOpaque('dev', pathOf(5, 0, 0), body, { szx: 2 }), moved.setting);
    assert.equal(await accept(moved.client), 0);
    assert.equal(moved.client.asked.length, 1);
    moved.client.asked.length = 0;
    moved.client.move('198.51.100.4');
    await moved.client.update(`rd/${moved.server.registration('dev')?.location}`);
    assert.equal(await accept(moved.client), 0);
    assert.equal(await accept(moved.client), 1);
  });
});
