import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../../../src/base/clock';
import { TroublesomeTcpRelay } from '../../support/relay';
import { mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { openHttp, openServer, pullTo } from './realServer';

test('a pull by HTTP, its connection cut twice and stalled once, goes on where it was', async () => {
  const image = mcubootImage([2, 0, 0, 0], (1 << 20) - 552);
  const { server, address, close } = await openServer(image);
  const http = await openHttp(image);
  const relay = await TroublesomeTcpRelay.open(http.address, [
    { cutAfter: 200_000 },
    { stallAfter: 300_000 },
    { cutAfter: 150_000 },
  ]);
  const sim = new RealDevice(address, { transferTimeout: millis(1800) });
  await sim.device.start();
  await sim.event('registered');
  await pullTo(server, `http://127.0.0.1:${relay.address.port}/f/image`);
  const arrived = await sim.event('image');
  assert.equal(arrived.size, image.length);
  assert.equal(arrived.sha256, sha256(image));
  await sim.state(2, 0);
  assert.equal(relay.connections, 4);
  assert.equal(http.ranges[0], 'all');
  assert.ok(http.ranges.slice(1).every((range) => /^bytes=[1-9]\d+-$/.test(range)));
  await sim.device.stop();
  await close();
  relay.close();
  http.close();
});
