import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Codes, printCode } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { uintOption } from '../../../src/coap/optionValue';
import { pathOf, printPath, type LwM2mPath } from '../../../src/objects/path';
import { fromHex } from '../../../src/base/bytes';
import type { OperationSettings, Report } from '../../../src/lwm2m/server';
import { begun, Setting, type Asked, type Words } from './scriptedClient';

const value = (body: string, sequence?: number): Words => ({
  code: Codes.CONTENT,
  format: 0,
  body,
  ...(sequence === undefined ? {} : { options: [uintOption(OptionNumbers.OBSERVE, sequence)] }),
});

async function observing(paths: readonly LwM2mPath[], first: Words, settings: OperationSettings = {}) {
  const setting = new Setting();
  const client = setting.client();
  const location = await client.registered('dev');
  const { done } = await begun(setting.server.observe('dev', paths, settings), setting);
  const asked: Asked = client.take();
  await client.answer(asked, first);
  const { answer, observation } = await done;
  const reports: Report[] = [];
  const ends: string[] = [];
  observation?.onReport((report) => reports.push(report));
  observation?.onEnd(({ reason }) => ends.push(reason));
  return { setting, client, location, asked, answer, observation, reports, ends };
}

const ONE = [pathOf(3, 0, 9)];

describe('an observation', () => {
  test('reports what the client notifies, and is cancelled actively', async () => {
    const { setting, client, asked, answer, observation, reports, ends } = await observing(
      ONE,
      value('50', 1),
    );
    assert.equal(asked.text, 'GET /3/0/9 observe=0');
    assert.equal(answer.values[0]?.value.value, '50');
    assert.ok(observation);
    await client.tell(asked.message.token, value('49', 2));
    await client.tell(asked.message.token, value('48', 3));
    assert.deepEqual(
      reports.map(({ kind, paths, values }) => [kind, paths.map(printPath), values[0]?.value.value]),
      [
        ['notify', ['/3/0/9'], '49'],
        ['notify', ['/3/0/9'], '48'],
      ],
    );
    assert.deepEqual(setting.told.slice(-2), ['notify dev 1', 'notify dev 1']);
    const { done } = await begun(observation.cancel(), setting);
    const cancel = client.take();
    assert.equal(cancel.text, 'GET /3/0/9 observe=1');
    assert.deepEqual(cancel.message.token, asked.message.token);
    await client.answer(cancel, value('48'));
    assert.equal(printCode((await done).code), '2.05');
    assert.deepEqual(ends, ['cancelled']);
    await assert.rejects(observation.cancel());
  });

  test('given up passively is answered by a reset at its next notification', async () => {
    const { client, asked, observation, ends } = await observing(ONE, value('50', 1));
    observation?.dispose();
    await client.tell(asked.message.token, value('49', 2));
    assert.equal(client.resets.length, 1);
    assert.deepEqual(ends, ['cancelled']);
  });

  test('that the client does not grant is an answer without one', async () => {
    const { answer, observation } = await observing(ONE, value('50'));
    assert.equal(printCode(answer.code), '2.05');
    assert.equal(observation, undefined);
    const refused = await observing(ONE, { code: Codes.NOT_FOUND });
    assert.equal(printCode(refused.answer.code), '4.04');
    assert.equal(refused.observation, undefined);
  });

  test('ends when the client registers anew, and its notifications are then reset', async () => {
    const { client, asked, ends } = await observing(ONE, value('50', 1));
    await client.registered('dev');
    assert.deepEqual(ends, ['replaced']);
    await client.tell(asked.message.token, value('49', 2));
    assert.equal(client.resets.length, 1);
  });

  test('ends with the registration, and with an error notification', async () => {
    const expired = await observing(ONE, value('50', 1));
    await expired.setting.clock.advance(301_000);
    assert.deepEqual(expired.ends, ['expired']);
    const gone = await observing(ONE, value('50', 1));
    await gone.client.tell(gone.asked.message.token, { code: Codes.NOT_FOUND });
    assert.deepEqual(gone.ends, ['refused']);
    assert.match(gone.reports[0]?.problems.join() ?? '', /4\.04/);
  });

  test('is asked for again, unseen, when the client’s address changes', async () => {
    const { client, location, reports, ends } = await observing(ONE, value('50', 1));
    client.move('198.51.100.4');
    await client.update(location);
    const again = client.take();
    assert.equal(again.text, 'GET /3/0/9 observe=0');
    await client.answer(again, value('47', 1));
    await client.tell(again.message.token, value('46', 2));
    assert.deepEqual(
      reports.map(({ values }) => values[0]?.value.value),
      ['47', '46'],
    );
    assert.deepEqual(ends, []);
  });

  test('of several paths is one FETCH, and its notifications name their paths', async () => {
    const body = fromHex('82 a200662f332f302f39021832 a200662f312f302f31021a00015180');
    assert.ok(body);
    const options = [uintOption(OptionNumbers.OBSERVE, 1)];
    const { client, asked, answer, reports } = await observing([pathOf(3, 0, 9), pathOf(1, 0, 1)], {
      code: Codes.CONTENT,
      format: 112,
      body,
      options,
    });
    assert.match(asked.text, /^FETCH \/ observe=0 accept=112 format=112/);
    const paths = (values: readonly { path: LwM2mPath }[]) => values.map(({ path }) => printPath(path));
    assert.deepEqual(paths(answer.values), ['/3/0/9', '/1/0/1']);
    await client.tell(asked.message.token, {
      code: Codes.CONTENT,
      format: 112,
      body,
      options: [uintOption(OptionNumbers.OBSERVE, 2)],
    });
    assert.deepEqual(paths(reports[0]?.values ?? []), ['/3/0/9', '/1/0/1']);
    assert.deepEqual(reports[0]?.problems, []);
  });

  test('a notification wakes a sleeping client’s queue', async () => {
    const setting = new Setting();
    const client = setting.client();
    await client.registered('dev', 'Q', 'lt=86400');
    const { done } = await begun(setting.server.observe('dev', ONE), setting);
    const asked = client.take();
    await client.answer(asked, value('50', 1));
    await done;
    await setting.clock.advance(100_000);
    await begun(setting.server.read('dev', pathOf(3, 0, 0)), setting);
    assert.deepEqual(client.asked, []);
    await client.tell(asked.message.token, value('49', 2));
    assert.equal(client.take().text, 'GET /3/0/0');
  });
});
