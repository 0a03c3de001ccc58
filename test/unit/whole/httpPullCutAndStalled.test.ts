import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../../../src/base/clock';
import { TroublesomeTcpRelay } from '../../support/relay';
import { mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { RealHost } from './realHost';

test('an update by HTTP, its connection cut twice and stalled once, goes on where it was', async () => {
  const image = mcubootImage([2, 0, 0, 0], (1 << 20) - 552);
  const front = '127.0.0.2';
  const host = await RealHost.open({ advertisedHost: front });
  const relay = await TroublesomeTcpRelay.open(
    host.httpAddress,
    [{ cutAfter: 200_000 }, { stallAfter: 300_000 }, { cutAfter: 150_000 }],
    { host: front, port: host.httpAddress.port },
  );
  const sim = new RealDevice(host.address, { transferTimeout: millis(1800) });
  await sim.device.start();
  await sim.event('registered');
  const file = host.file('app.signed.bin', image);
  const { end } = await host.update({ endpoint: 'sim', file, method: 'pull', protocol: 'http' });
  assert.equal(end.outcome, 'succeeded', end.cause);
  const arrived = await sim.event('image');
  assert.equal(arrived.size, image.length);
  assert.equal(arrived.sha256, sha256(image));
  assert.equal(relay.connections, 4);
  assert.ok(relay.bytes < image.length + 4 * 1024, 'no byte of the image was sent twice');
  await sim.device.stop();
  await host.close();
  relay.close();
});
