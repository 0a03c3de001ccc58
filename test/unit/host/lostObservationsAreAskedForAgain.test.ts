import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import { Codes } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { uintOption } from '../../../src/coap/optionValue';
import { Observations } from '../../../src/host/observations';
import { pathOf } from '../../../src/objects/path';
import { begun, Setting, type Words } from '../lwm2m/scriptedClient';

const PATHS = [pathOf(3, 0, 9)];
const OBSERVE = 'GET /3/0/9 observe=0';
const SEND = { code: Codes.POST, path: '/dp', format: 110, body: '[{"n":"/3303/0/5700","v":1}]' };

const value = (body: string, sequence: number): Words => ({
  code: Codes.CONTENT,
  format: 0,
  body,
  options: [uintOption(OptionNumbers.OBSERVE, sequence)],
});

/** A device whose battery level a user watches. */
async function watched() {
  const setting = new Setting();
  const observations = new Observations(setting.server, NO_LOG);
  const client = setting.client();
  const location = await client.registered('dev', 'lt=86400');
  const { done } = await begun(observations.begin('dev', PATHS, {}), setting);
  await client.answer(client.take(), value('50', 1));
  const { id } = await done;
  assert.ok(id !== undefined);
  const told: string[] = [];
  observations.onReport((one) => told.push(`${one.id} ${String(one.report.values[0]?.value.value)}`));
  observations.onEnd((one) => told.push(`${one.id} ended: ${one.reason}`));
  /** What it is asked goes unanswered until it is given up. */
  const silence = async () => {
    client.asleep = true;
    await setting.clock.advance(100_000);
    client.asleep = false;
    client.asked.length = 0;
  };
  const asked = async (): Promise<readonly string[]> => {
    await setting.clock.advance(1500);
    const retransmitted = new Map(client.asked.map((one) => [one.message.messageId, one]));
    client.asked.splice(0, Infinity, ...retransmitted.values());
    return client.asked.map(({ text }) => text);
  };
  return { setting, observations, client, location, id, told, silence, asked };
}

test('an observation whose repetition after a move went unanswered is asked for at the next Update', async () => {
  const { client, location, id, told, silence, asked } = await watched();
  client.move('198.51.100.4');
  await client.update(location);
  await silence();
  await client.update(location);
  assert.deepEqual(await asked(), [OBSERVE]);
  const again = client.take();
  await client.answer(again, value('47', 1));
  await client.tell(again.message.token, value('46', 2));
  assert.deepEqual(told, [`${id} 46`]);
  await client.update(location);
  assert.deepEqual(await asked(), []);
});

test('one that a device did not answer after it registered anew is asked for when it is heard again', async () => {
  const { client, id, told, silence, asked } = await watched();
  await client.registered('dev', 'lt=86400');
  await silence();
  assert.equal((await client.request(SEND)).code, '2.04');
  assert.deepEqual(await asked(), [OBSERVE]);
  const again = client.take();
  await client.answer(again, value('47', 1));
  await client.tell(again.message.token, value('46', 2));
  assert.deepEqual(told, [`${id} 46`]);
});

test('each contact is worth one attempt, and none is made while one is under way or the device is silent', async () => {
  const { client, location, silence, asked, setting } = await watched();
  client.move('198.51.100.4');
  await client.update(location);
  await silence();
  await setting.clock.advance(600_000);
  assert.deepEqual(client.asked, []);
  await client.update(location);
  await client.acknowledge(client.take());
  for (let n = 0; n < 3; n++) {
    await setting.clock.advance(1500);
    await client.update(location);
  }
  assert.deepEqual(client.asked, []);
  await silence();
  await setting.clock.advance(600_000);
  assert.deepEqual(client.asked, []);
  await client.request(SEND);
  assert.deepEqual(await asked(), [OBSERVE]);
});

test('one cancelled meanwhile is not asked for', async () => {
  const { client, location, observations, id, silence, asked } = await watched();
  client.move('198.51.100.4');
  await client.update(location);
  await silence();
  await observations.cancel(id);
  await client.update(location);
  assert.deepEqual(await asked(), []);
});

test('whoever observes the same before the device is heard goes on with the same observation', async () => {
  const { client, location, observations, id, told, silence, asked, setting } = await watched();
  client.move('198.51.100.4');
  await client.update(location);
  await silence();
  const { done } = await begun(observations.begin('dev', PATHS, {}), setting);
  const again = client.take();
  await client.answer(again, value('47', 1));
  assert.equal((await done).id, id);
  assert.equal(observations.of('dev').length, 1);
  await client.tell(again.message.token, value('46', 2));
  assert.deepEqual(told, [`${id} 46`]);
  await client.update(location);
  assert.deepEqual(await asked(), []);
});

test('one under way when the device registers anew is neither ended nor kept twice', async () => {
  const { client, location, observations, id, told, silence, asked } = await watched();
  client.move('198.51.100.4');
  await client.update(location);
  await silence();
  await client.update(location);
  const late = client.take();
  await client.registered('dev', 'lt=86400');
  await client.answer(late, value('45', 1));
  assert.deepEqual(await asked(), [OBSERVE]);
  const again = client.take();
  await client.answer(again, value('47', 1));
  await client.tell(again.message.token, value('46', 2));
  assert.deepEqual(told, [`${id} 46`]);
  assert.equal(observations.of('dev').length, 1);
});
