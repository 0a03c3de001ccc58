import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesSource } from '../../../src/base/files';
import { seconds } from '../../../src/base/clock';
import { OperationError, isOperationError } from '../../../src/base/errors';
import type { CoapEndpoint } from '../../../src/coap/endpoint';
import { Codes, printCode } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { findBlock, uintOption } from '../../../src/coap/optionValue';
import { Lane } from '../../../src/lwm2m/management/lane';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import { pathOf } from '../../../src/objects/path';
import { begun, Setting } from './scriptedClient';

async function sleeper(...further: readonly string[]) {
  const setting = new Setting();
  const client = setting.client();
  const location = await client.registered('dev', 'Q', 'lt=86400', ...further);
  const presence = () => {
    const { awake, queued } = setting.server.presence('dev');
    return `${awake ? 'awake' : 'asleep'} ${queued}`;
  };
  return { setting, client, location, server: setting.server, presence };
}

/** A client whose connection a request finds ended. */
function hungUp(repeatable: boolean, details: { readonly unsent?: boolean }) {
  const { clock } = new Setting();
  const peer = { key: '192.0.2.7:4000#1', address: { host: '192.0.2.7', port: 4000 } };
  const registration = { endpointName: 'dev', queueMode: true, peer } as Registration;
  const client = { registration, asleep: false, removed: false };
  const lane = new Lane(client, {
    clock,
    route: () => ({ endpoint: {} as CoapEndpoint, peer }),
    heard: () => undefined,
    presence: () => undefined,
  });
  let attempts = 0;
  const attempt = () =>
    ++attempts === 1
      ? Promise.reject(new OperationError('CONNECTION_CLOSED', 'it has ended', { details }))
      : Promise.resolve('answer');
  return { clock, client, lane, done: lane.run(attempt, {}, repeatable) };
}

describe('a queue-mode client over a connection that it ends to sleep', () => {
  for (const [situation, repeatable, details] of [
    ['a Read is asked again', true, {}],
    ['an Execute that never went out goes out', false, { unsent: true }],
  ] as const)
    test(`${situation} at its next contact`, async () => {
      const { clock, client, lane, done } = hungUp(repeatable, details);
      await clock.advance(0);
      assert.deepEqual([client.asleep, lane.queued], [true, 1]);
      client.asleep = false;
      lane.contact(false);
      assert.equal(await done, 'answer');
    });

  test('an Execute that it may have taken is not sent twice', async () => {
    const { done } = hungUp(false, {});
    await assert.rejects(done, (error) => isOperationError(error, 'CONNECTION_CLOSED'));
  });
});

describe('a queue-mode client', () => {
  test('is awake for 93 s after its last message; what comes later waits for its next contact', async () => {
    const { setting, client, location, server, presence } = await sleeper();
    const presences: string[] = [];
    server.onPresence(({ presence: { awake, queued } }) => presences.push(`${awake} ${queued}`));
    await setting.clock.advance(92_999);
    assert.equal(presence(), 'awake 0');
    await setting.clock.advance(2);
    assert.equal(presence(), 'asleep 0');
    let queued = 0;
    const onQueued = () => queued++;
    const first = await begun(server.read('dev', pathOf(3, 0, 0), { onQueued }), setting);
    const second = await begun(server.read('dev', pathOf(3, 0, 1), { onQueued }), setting);
    assert.equal(presence(), 'asleep 2');
    assert.equal(queued, 2);
    await setting.clock.advance(3_600_000);
    assert.deepEqual(client.asked, []);
    await client.update(location);
    assert.deepEqual(
      client.asked.map(({ text }) => text),
      ['GET /3/0/0'],
      'in order, one at a time',
    );
    await client.answer(client.take(), { code: Codes.CONTENT, format: 0, body: 'a' });
    assert.equal(printCode((await first.done).code), '2.05');
    await client.answer(client.take(), { code: Codes.CONTENT, format: 0, body: 'b' });
    assert.equal((await second.done).values[0]?.value.value, 'b');
    assert.equal(presence(), 'awake 0');
    assert.deepEqual(
      [...new Set(presences)],
      ['false 0', 'false 1', 'false 2', 'true 2', 'true 1', 'true 0'],
    );
  });

  test('that fell asleep early gets the very same message again at its next contact', async () => {
    const { setting, client, location, server } = await sleeper();
    await setting.clock.advance(5_000);
    client.asleep = true;
    const { done } = await begun(server.execute('dev', pathOf(3, 0, 4)), setting);
    await setting.clock.advance(40_000);
    client.asleep = false;
    await client.update(location);
    const asked = client.take();
    assert.equal(asked.text, 'POST /3/0/4');
    assert.equal(client.asked.length, 0);
    client.asleep = true;
    await setting.clock.advance(20_000);
    client.asleep = false;
    await client.update(location);
    // one that went out a moment ago may still be on its way: two seconds are given to it
    await setting.clock.advance(2_000);
    assert.deepEqual(client.take().message, asked.message, 'same message ID, same token: no second Execute');
    await client.answer(asked, { code: Codes.CHANGED });
    assert.equal(printCode((await done).code), '2.04');
  });

  test('that slept through all of its window is not failed: the request waits at the head of the queue', async () => {
    const { setting, client, location, server, presence } = await sleeper();
    client.asleep = true;
    const first = await begun(server.read('dev', pathOf(3, 0, 0)), setting);
    const second = await begun(server.read('dev', pathOf(3, 0, 1)), setting);
    await setting.clock.advance(100_000);
    assert.equal(presence(), 'asleep 2');
    await setting.clock.advance(7_200_000);
    client.asleep = false;
    await client.update(location);
    const asked = client.take();
    assert.equal(asked.text, 'GET /3/0/0');
    await client.answer(asked, { code: Codes.CONTENT, format: 0, body: 'a' });
    await client.answer(client.take(), { code: Codes.CONTENT, format: 0, body: 'b' });
    assert.equal((await first.done).values[0]?.value.value, 'a');
    assert.equal((await second.done).values[0]?.value.value, 'b');
  });

  test('that goes on registering but never answers is ended by the stall time alone', async () => {
    const { setting, client, location, server } = await sleeper();
    const { done } = await begun(
      server.read('dev', pathOf(3, 0, 0), { stallTimeout: seconds(300) }),
      setting,
    );
    for (let passed = 0; passed < 290; passed += 29) {
      await setting.clock.advance(29_000);
      await client.update(location);
    }
    assert.equal(server.presence('dev').awake, true);
    let ended = false;
    done.catch(() => (ended = true));
    await setting.clock.advance(9_000);
    assert.equal(ended, false);
    await setting.clock.advance(1_001);
    await assert.rejects(done, (error) => isOperationError(error, 'TIMEOUT'));
    assert.deepEqual(server.presence('dev'), { awake: true, queued: 0 });
  });

  test('that registers anew is contacted as well: the queue goes out on the new registration', async () => {
    const { setting, client, server } = await sleeper();
    await setting.clock.advance(100_000);
    const { done } = await begun(server.read('dev', pathOf(3, 0, 0)), setting);
    const reborn = setting.client('192.0.2.99');
    await reborn.registered('dev', 'Q');
    assert.deepEqual(client.asked, []);
    await reborn.answer(reborn.take(), { code: Codes.CONTENT, format: 0, body: 'x' });
    assert.equal((await done).values[0]?.value.value, 'x');
  });

  test('that moved while a request was unanswered gets it at its new address', async () => {
    const { setting, client, location, server } = await sleeper();
    client.asleep = true;
    const { done } = await begun(server.read('dev', pathOf(3, 0, 0)), setting);
    await setting.clock.advance(30_000);
    client.asleep = false;
    client.move('198.51.100.4');
    await client.update(location);
    assert.equal(server.registration('dev')?.peer.address.host, '198.51.100.4');
    await client.answer(client.take(), { code: Codes.CONTENT, format: 0, body: 'x' });
    assert.equal((await done).values[0]?.value.value, 'x');
  });

  test('that acknowledged is not asked again, and may take its time', async () => {
    const { setting, client, location, server } = await sleeper();
    let acknowledged = 0;
    const { done } = await begun(
      server.execute('dev', pathOf(5, 0, 2), undefined, { onAcknowledged: () => acknowledged++ }),
      setting,
    );
    const asked = client.take();
    await client.acknowledge(asked);
    assert.equal(acknowledged, 1);
    await setting.clock.advance(60_000);
    await client.update(location);
    await setting.clock.advance(120_000);
    assert.deepEqual(client.asked, []);
    await client.tell(asked.message.token, { code: Codes.CHANGED });
    assert.equal(printCode((await done).code), '2.04');
  });

  test('keeps a push where it was: the block it slept through goes out again, not the first one', async () => {
    const { setting, client, location, server } = await sleeper();
    const body = bytesSource(new Uint8Array(64 * 4).fill(7));
    const { done } = await begun(server.writeOpaque('dev', pathOf(5, 0, 0), body, { szx: 2 }), setting);
    const blockOf = () => {
      const asked = client.take();
      const block = findBlock(asked.message.options, OptionNumbers.BLOCK1);
      assert.ok(block);
      return { asked, block };
    };
    const accept = async ({ asked, block }: ReturnType<typeof blockOf>) => {
      const value = (block.num << 4) | (block.more ? 8 : 0) | block.szx;
      const code = block.more ? Codes.CONTINUE : Codes.CHANGED;
      await client.answer(asked, { code, options: [uintOption(OptionNumbers.BLOCK1, value)] });
    };
    await accept(blockOf());
    client.asleep = true;
    client.asked.length = 0;
    await setting.clock.advance(50_000);
    client.asleep = false;
    await client.update(location);
    const numbers: number[] = [];
    while (client.asked.length > 0) {
      const next = blockOf();
      if (next.block.num !== numbers.at(-1)) numbers.push(next.block.num);
      await accept(next);
    }
    assert.equal(numbers[0], 1);
    assert.equal(printCode((await done).code), '2.04');
  });

  test('whose registration ends takes its queue with it', async () => {
    const { setting, server } = await sleeper();
    await setting.clock.advance(100_000);
    const { done } = await begun(server.read('dev', pathOf(3, 0, 0)), setting);
    await setting.clock.advance(86_400_000);
    await assert.rejects(done, (error) => isOperationError(error, 'GONE'));
  });

  test('that downloads firmware meanwhile is awake', async () => {
    const { setting, client, server, presence } = await sleeper();
    await setting.clock.advance(100_000);
    await begun(server.read('dev', pathOf(5, 0, 3)), setting);
    assert.equal(presence(), 'asleep 1');
    server.noteAlive('dev');
    server.noteAlive('nobody');
    await setting.clock.advance(0);
    assert.equal(presence(), 'awake 0');
    assert.equal(client.take().text, 'GET /5/0/3');
  });

  test('a cancelled request leaves the queue', async () => {
    const { setting, client, location, server, presence } = await sleeper();
    await setting.clock.advance(100_000);
    const abort = new AbortController();
    const { done } = await begun(server.read('dev', pathOf(3, 0, 0), { signal: abort.signal }), setting);
    abort.abort();
    await assert.rejects(done, (error) => isOperationError(error, 'ABORTED'));
    assert.equal(presence(), 'asleep 0');
    await client.update(location);
    assert.deepEqual(client.asked, []);
  });
});
