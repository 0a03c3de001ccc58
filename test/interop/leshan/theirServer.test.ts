import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathOf } from '../../../src/objects/path';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { mcubootImage } from '../../support/images';
import { RealDevice } from '../../unit/whole/realDevice';
import { leshan } from '../peers/leshan/prepare.mjs';
import { startJsonPeer } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

/* Our simulated device against a server that is not ours: what it shows a user has to be what a real device does. */

const { TEXT, CBOR, TLV, SENML_JSON, SENML_CBOR } = ContentFormats;
const PORT = 25_741;
const FILE_PORT = 25_742;
test(
  'our simulated device is managed and updated by a server on Leshan’s libraries',
  { timeout: 60_000 },
  async (t) => {
    const peer = requirePeer(t, await leshan());
    if (peer === undefined) return;
    const folder = mkdtempSync(path.join(tmpdir(), 'their-server-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'image.bin');
    const bytes = mcubootImage({ version: '4.5.6', programSize: 256 << 10 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(file, bytes);
    const server = startJsonPeer(peer.server('--port', PORT, '--file', file, '--file-port', FILE_PORT));
    const ours = new RealDevice({ host: '127.0.0.1', port: PORT });
    t.after(async () => {
      await ours.device.stop();
      await server.close();
    });
    await server.next('ready');
    await ours.device.start();
    const registered = await server.next('registered');
    assert.equal(registered.endpoint, 'sim');
    const told = await ours.event('registered');
    assert.equal(told.location, `/rd/${registered.location}`);
    const request = async (asked: object) => {
      server.send({ do: 'request', endpoint: 'sim', ...asked });
      return server.next('answer');
    };

    await t.test('read, in each format', async () => {
      for (const format of [undefined, TEXT, TLV, SENML_JSON, SENML_CBOR]) {
        const answer = await request({ kind: 'read', path: '/3/0/3', format });
        assert.equal(answer.code, 205, `in ${format}: ${answer.message}`);
        assert.equal(answer.content, '1.0.0');
        const state = await request({ kind: 'read', path: '/5/0/3', format });
        assert.equal(state.content, 0, `in ${format}`);
      }
      for (const format of [undefined, TLV, SENML_JSON, SENML_CBOR]) {
        const device = await request({ kind: 'read', path: '/3/0', format });
        assert.equal(device.content[3], '1.0.0', `in ${format}: ${device.message}`);
        assert.equal(typeof device.content[13], 'number', 'the time');
      }
      // ours is 3303 of version 1.0, which Leshan's server has no definition of: only SenML says that it is a number
      for (const format of [SENML_JSON, SENML_CBOR]) {
        const temperature = await request({ kind: 'read', path: '/3303/0', format });
        assert.equal(typeof temperature.content[5700], 'number', JSON.stringify(temperature));
      }
      const cbor = await request({ kind: 'read', path: '/3/0/3', format: CBOR });
      assert.ok(cbor.code === 205 ? cbor.content === '1.0.0' : cbor.code === 406, cbor.message);
    });

    await t.test('several paths, what it says it has, and what it has not', async () => {
      for (const format of [SENML_JSON, SENML_CBOR]) {
        const answer = await request({ kind: 'readComposite', paths: ['/3/0/3', '/5/0/3'], format });
        assert.equal(answer.content['/3/0/3'], '1.0.0', answer.message);
        assert.equal(answer.content['/5/0/3'], 0);
      }
      const links = await request({ kind: 'discover', path: '/3303' });
      assert.ok(links.content.some((link: string) => link.startsWith('</3303/0/5700>')));
      assert.equal((await request({ kind: 'read', path: '/9999/0' })).code, 404);
    });

    await t.test('written, executed, observed', async () => {
      const written = await request({ kind: 'write', path: '/1/0/1', value: 240 });
      assert.equal(written.code, 204, written.message);
      assert.equal((await request({ kind: 'read', path: '/1/0/1' })).content, 240);
      assert.equal((await request({ kind: 'execute', path: '/1/0/8' })).code, 204);
      await server.next('updated');
      assert.equal((await request({ kind: 'observe', path: '/5/0/3' })).code, 205);
    });

    await t.test('tells values by itself', async () => {
      assert.equal(await ours.device.send([pathOf(3, 0, 3), pathOf(3303, 0, 5700)]), true);
      const sent = await server.next('sent');
      assert.equal(sent.content['/3/0/3'], '1.0.0');
    });

    await t.test('updated by push', async () => {
      server.send({ do: 'push', endpoint: 'sim', file });
      assert.equal((await server.next('push')).code, 204);
      assert.equal((await ours.event('image')).sha256, sha256);
      await server.next('notified', { where: ({ content }) => content === 2 });
      assert.equal((await request({ kind: 'execute', path: '/5/0/2' })).code, 204);
      await ours.event('rebooted');
      await server.next('registered');
      assert.equal((await request({ kind: 'read', path: '/3/0/3' })).content, '4.5.6');
      assert.equal((await request({ kind: 'read', path: '/5/0/5' })).content, 1);
    });

    await t.test('updated by pull from Californium', async () => {
      const write = (value: string) => request({ kind: 'write', path: '/5/0/1', value, format: TEXT });
      assert.equal((await write(`coap://127.0.0.1:${FILE_PORT}/file`)).code, 204);
      await ours.event('state', ({ state }) => state === 2 && ours.events.filter(isImage).length === 2);
      assert.equal(ours.events.filter(isImage).at(-1)?.sha256, sha256);
      assert.equal((await request({ kind: 'execute', path: '/5/0/2' })).code, 204);
      await server.next('registered');
      assert.equal((await request({ kind: 'read', path: '/5/0/5' })).content, 1);
    });

    await t.test('a URI where nothing is: result 7', async () => {
      const asked = { kind: 'write', path: '/5/0/1', format: TEXT };
      await request({ ...asked, value: `coap://127.0.0.1:${FILE_PORT}/nothing` });
      await ours.state(0, 7);
      assert.equal((await request({ kind: 'read', path: '/5/0/5' })).content, 7);
    });
  },
);

const isImage = (event: RealDevice['events'][number]) => event.kind === 'image';
