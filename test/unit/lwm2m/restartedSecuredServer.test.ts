import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { seconds } from '../../../src/base/clock';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import { pathOf } from '../../../src/objects/path';
import { seededRandom } from '../../support/seededRandom';
import { begun, OBJECTS, ScriptedClient, Setting, type Asked } from './scriptedClient';

const SECURED = { host: '192.0.2.1', port: 5684 };
const DEVICE = { host: '192.0.2.7', port: 40_100 };
const KEYS: Readonly<Record<string, string>> = { dev1: 'key of device 1', dev2: 'key of device 2' };

/** A server that listens with DTLS, and devices that have keys. */
class SecuredSetting extends Setting {
  constructor() {
    super();
    const server = {
      psk: (identity: Uint8Array) => {
        const key = KEYS[Buffer.from(identity).toString()];
        return key === undefined ? undefined : encodeUtf8(key);
      },
    };
    this.serve(this.dtls(SECURED, { server }));
  }

  /** A device with its own key, at the one address that all of them have here. */
  device(name: string, address = DEVICE): ScriptedClient {
    const psk = { identity: encodeUtf8(name), key: encodeUtf8(KEYS[name] ?? '') };
    return new ScriptedClient(this, this.dtls(address, { client: { psk } }));
  }

  private dtls({ host, port }: typeof SECURED, more: object) {
    const below = this.network.open(host, port);
    return createDtlsChannel(below, {
      clock: this.clock,
      random: seededRandom(port),
      observer: () => undefined,
      ...more,
    });
  }
}

const register = (client: ScriptedClient, name: string, ...further: readonly string[]) =>
  client.request(
    {
      code: Codes.POST,
      path: '/rd',
      query: [`ep=${name}`, 'lwm2m=1.1', 'lt=600', 'b=U', ...further],
      format: ContentFormats.LINK,
      body: OBJECTS,
    },
    SECURED,
  );
const update = (client: ScriptedClient, location: string) =>
  client.request({ code: Codes.POST, path: `/${location}` }, SECURED);
const tell = (client: ScriptedClient, asked: Asked, body: string) =>
  client.answer(asked, { code: Codes.CONTENT, format: 0, body }, SECURED);

/** A server that was started anew, with the registration of dev1 from before. */
async function restarted(...further: readonly string[]) {
  const before = new SecuredSetting();
  const { location } = await register(before.device('dev1'), 'dev1', ...further);
  const stored = JSON.parse(JSON.stringify(before.server.registrations())) as readonly Registration[];
  const setting = new SecuredSetting();
  setting.server.restore(stored);
  return { setting, server: setting.server, location };
}

describe('a secured device after a restart of the server', () => {
  test('is not taken for another one that has its address now', async () => {
    const { setting, server } = await restarted();
    const other = setting.device('dev2');
    assert.equal((await register(other, 'dev2')).code, '2.01');
    await assert.rejects(server.read('dev1', pathOf(3, 0, 3)), { code: 'NO_SESSION' });
    await assert.rejects(server.execute('dev1', pathOf(3, 0, 4)), { code: 'NO_SESSION' });
    await setting.clock.advance(100_000);
    assert.deepEqual(other.asked, []);
  });

  test('has no session: whoever does not wait is told so at once, and nothing goes out', async () => {
    const { setting, server } = await restarted();
    const sent: number[] = [];
    setting.network.fate = (_from, _to, bytes) => (sent.push(bytes.length), [0]);
    await assert.rejects(server.read('dev1', pathOf(3, 0, 3)), {
      code: 'NO_SESSION',
      message: /dev1 has no session/,
    });
    assert.deepEqual(sent, []);
    assert.equal(server.presence('dev1').queued, 0);
  });

  test('gets with its next Update what was asked by who waits, in order', async () => {
    const { setting, server, location } = await restarted();
    const why: string[] = [];
    const waits = { stallTimeout: seconds(300), onQueued: (told: string) => void why.push(told) };
    const first = await begun(server.read('dev1', pathOf(3, 0, 0), waits), setting);
    const second = await begun(server.read('dev1', pathOf(3, 0, 1), waits), setting);
    assert.deepEqual(why, ['noSession', 'noSession']);
    assert.equal(server.presence('dev1').queued, 2);
    await setting.clock.advance(200_000);
    await assert.rejects(server.read('dev1', pathOf(3, 0, 2)), { code: 'NO_SESSION' });
    const device = setting.device('dev1');
    assert.equal((await update(device, location)).code, '2.04');
    const asked = device.take();
    assert.equal(asked.text, 'GET /3/0/0');
    // the time it waited counts no more: it has its session
    await setting.clock.advance(150_000);
    device.asked.length = 0;
    await tell(device, asked, 'a');
    await tell(device, device.take(), 'b');
    assert.equal((await first.done).values[0]?.value.value, 'a');
    assert.equal((await second.done).values[0]?.value.value, 'b');
    assert.equal(server.presence('dev1').queued, 0);
  });

  test('that does not come in time is named as the cause, not its power', async () => {
    const { setting, server } = await restarted();
    const { done } = await begun(
      server.read('dev1', pathOf(3, 0, 0), { stallTimeout: seconds(30) }),
      setting,
    );
    await setting.clock.advance(30_001);
    await assert.rejects(done, { code: 'NO_SESSION' });
    assert.equal(server.presence('dev1').queued, 0);
  });

  test('is waited for until its registration ends by who tells the user of it', async () => {
    const { setting, server } = await restarted();
    const { done } = await begun(
      server.read('dev1', pathOf(3, 0, 0), { onQueued: () => undefined }),
      setting,
    );
    await setting.clock.advance(599_000);
    assert.equal(server.presence('dev1').queued, 1);
    await setting.clock.advance(2_000);
    await assert.rejects(done, { code: 'GONE' });
  });

  test('is asked over its new session, whether it has updated yet or not', async () => {
    const { setting, server } = await restarted();
    const device = setting.device('dev1');
    await device.request({ code: Codes.GET, path: '/none' }, SECURED);
    const { done } = await begun(server.read('dev1', pathOf(3, 0, 0)), setting);
    await tell(device, device.take(), 'a');
    assert.equal((await done).values[0]?.value.value, 'a');
  });

  test('that sleeps is waited for like any other, and another one at its address wakes it not', async () => {
    const { setting, server, location } = await restarted('Q');
    const { done } = await begun(server.read('dev1', pathOf(3, 0, 0)), setting);
    const other = setting.device('dev2');
    await register(other, 'dev2');
    server.noteAlive('dev1');
    await setting.clock.advance(1_000);
    assert.deepEqual(other.asked, []);
    assert.deepEqual(server.presence('dev1'), { awake: false, queued: 1 });
    const device = setting.device('dev1', { ...DEVICE, port: 40_200 });
    await update(device, location);
    await tell(device, device.take(), 'a');
    assert.equal((await done).values[0]?.value.value, 'a');
  });
});
