import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { UpdateStart } from '../../../src/contract/workbench';
import type { UpdateEvent } from '../../../src/fota/run';
import { mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { RealHost } from './realHost';

const IMAGE = mcubootImage([1, 5, 0, 0], 60_000);

let host: RealHost;
let file: string;
let count = 0;

/** An update of a fresh device; what it had in the end. */
async function updated(start: Partial<UpdateStart>) {
  const endpoint = `urn:dev:uri-${++count}`;
  const sim = new RealDevice(host.address, { endpointName: endpoint });
  await sim.device.start();
  await sim.event('registered');
  const { end, events } = await host.update({ endpoint, file, ...start });
  const image = sim.events.find((event) => event.kind === 'image');
  await sim.device.stop();
  return { end, endpoint, arrived: image?.sha256, uri: uriOf(events), events };
}

const uriOf = (events: readonly UpdateEvent[]): string | undefined =>
  events.find((event) => event.kind === 'plan')?.plan.packageUri;
const fetchedBy = (events: readonly UpdateEvent[], protocol: string) =>
  events.some((event) => event.kind === 'step' && event.text.includes(`fetches the image by ${protocol} `));

describe('a Package URI of the user’s own, over real sockets', { timeout: 120_000 }, () => {
  before(async () => {
    host = await RealHost.open();
    file = host.file('app.signed.bin', IMAGE);
  });
  after(() => host.close());

  test('relative: the device finds it where it registered', async () => {
    const { end, uri, arrived, events } = await updated({ uri: '/fw/{endpoint}/{version}.bin' });
    assert.equal(end.outcome, 'succeeded', end.cause);
    assert.equal(uri, '/fw/urn:dev:uri-1/1.5.0.bin');
    assert.equal(arrived, sha256(IMAGE));
    assert.ok(fetchedBy(events, 'coap'));
  });

  test('absolute by HTTP, with our own address', async () => {
    const { port } = host.httpAddress;
    const { end, uri, arrived, events } = await updated({
      uri: `http://127.0.0.1:${port}/fw/{endpoint}.bin`,
    });
    assert.equal(end.outcome, 'succeeded', end.cause);
    assert.equal(uri, `http://127.0.0.1:${port}/fw/urn:dev:uri-2.bin`);
    assert.equal(arrived, sha256(IMAGE));
    assert.ok(fetchedBy(events, 'http'));
    assert.equal((await fetch(uri)).status, 404, 'nothing is served after the end');
  });

  test('of another server: nothing of it is seen here, and the update is verified all the same', async () => {
    const asked: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      asked.push(request.url);
      response.end(IMAGE);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    assert.ok(typeof address === 'object' && address);
    try {
      const { end, arrived, events } = await updated({
        uri: `http://127.0.0.1:${address.port}/{sha256}`,
        external: true,
      });
      assert.equal(end.outcome, 'succeeded', end.cause);
      assert.equal(arrived, sha256(IMAGE));
      assert.deepEqual(asked, [`/${sha256(IMAGE)}`]);
      assert.ok(!events.some((event) => event.kind === 'progress'));
    } finally {
      other.close();
    }
  });

  test('of a server that nobody said has it: refused, and nothing is sent', async () => {
    const { end, arrived } = await updated({ uri: 'http://127.0.0.1:9/fw.bin' });
    assert.deepEqual([end.outcome, end.code], ['failed', 'URI_NOT_OURS']);
    assert.equal(arrived, undefined);
  });
});
