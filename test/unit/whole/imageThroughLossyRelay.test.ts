import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { pathOf } from '../../../src/objects/path';
import type { SocketAddress } from '../../../src/transport/ports';
import { ChildModule } from '../../support/childModule';
import type { LossyLink } from '../../support/relay';
import { faultsOf, mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { executeOn, openServer, pullTo, pushTo } from './realServer';

const IMAGE = mcubootImage([2, 0, 0, 0], (1 << 20) - 552);
const DIGEST = sha256(IMAGE);
const LINK: LossyLink = { seed: 20_261_124, loss: 0.1, duplicate: 0.1, reorder: 0.1 };

/** A relay in a process of its own; its address, and its words. */
async function relayTo(server: SocketAddress, link: LossyLink) {
  const child = await ChildModule.start('test/support/relayProcess.ts', [JSON.stringify({ server, link })]);
  const address = { host: '127.0.0.1', port: Number(await child.line()) };
  return { child, address };
}

async function counts(child: ChildModule): Promise<{ lost: number; duplicated: number; reordered: number }> {
  child.say('counts');
  return JSON.parse(await child.line()) as { lost: number; duplicated: number; reordered: number };
}

// side by side: each waits for retransmissions nearly all of its time
const together = { concurrency: true, timeout: 400_000 };
describe(
  `1 MiB through a relay process with loss, duplicates and reordering, seed ${LINK.seed}`,
  together,
  () => {
    test('pushed, bit for bit, and the device comes back with it', async () => {
      const { server, address, close } = await openServer(IMAGE);
      const relay = await relayTo(address, LINK);
      const sim = new RealDevice(relay.address);
      await sim.device.start();
      await sim.event('registered');
      const answer = await pushTo(server, IMAGE);
      assert.equal(answer.code, Codes.CHANGED);
      assert.equal((await sim.event('image')).sha256, DIGEST);
      assert.equal((await executeOn(server)).code, Codes.CHANGED);
      await sim.event('registered', (one) => one.firmwareVersion === '2.0.0');
      assert.equal((await server.read('sim', pathOf(3, 0, 3))).values[0]?.value.value, '2.0.0');
      const { lost, duplicated, reordered } = await counts(relay.child);
      assert.ok(lost > 100 && duplicated > 100 && reordered > 100);
      await sim.device.stop();
      await close();
      await relay.child.stop();
    });

    test('pulled, bit for bit', async () => {
      const { server, address, close } = await openServer(IMAGE);
      const relay = await relayTo(address, LINK);
      const sim = new RealDevice(relay.address);
      await sim.device.start();
      await sim.event('registered');
      const uri = `coap://127.0.0.1:${relay.address.port}/f/image`;
      assert.equal((await pullTo(server, uri)).code, Codes.CHANGED);
      assert.equal((await sim.event('image')).sha256, DIGEST);
      await sim.state(2, 0);
      await sim.device.stop();
      await close();
      await relay.child.stop();
    });

    test('pulled while its address changes, twice at the relay', async () => {
      const { server, address, close } = await openServer(IMAGE);
      const relay = await relayTo(address, LINK);
      const sim = new RealDevice(relay.address);
      await sim.device.start();
      await sim.event('registered');
      await pullTo(server, `coap://127.0.0.1:${relay.address.port}/f/image`);
      await sim.state(1, 0);
      relay.child.say('move');
      await new Promise((resolve) => setTimeout(resolve, 200));
      relay.child.say('move');
      assert.equal((await sim.event('image')).sha256, DIGEST);
      await sim.device.stop();
      await close();
      await relay.child.stop();
    });
  },
);

test('a device that takes a new address in the middle of a pull goes on, and is reached there', async () => {
  const { server, address, close } = await openServer(IMAGE);
  const sim = new RealDevice(address, { faults: faultsOf('rebind=50') });
  await sim.device.start();
  const { address: before } = await sim.event('registered');
  await pullTo(server, `coap://127.0.0.1:${address.port}/f/image`);
  assert.equal((await sim.event('image')).sha256, DIGEST);
  await sim.state(2, 0);
  assert.notEqual(sim.device.localAddress?.port, before.port);
  assert.equal((await executeOn(server)).code, Codes.CHANGED);
  await sim.state(0, 1);
  await sim.device.stop();
  await close();
});
