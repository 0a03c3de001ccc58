import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import type { SocketAddress } from '../../../src/transport/ports';
import { ChildModule } from '../../support/childModule';
import type { LossyLink, RelayCounts } from '../../support/relay';
import { mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { RealHost } from './realHost';

const IMAGE = mcubootImage([2, 0, 0, 0], (1 << 20) - 552);
const LINK: LossyLink = { seed: 20_261_124, loss: 0.1, duplicate: 0.1, reorder: 0.1 };
/** Seconds of silence that are no end yet: five losses in a row, one run in four has them, are half a minute of backing off. */
const PATIENCE = 300;
/** Another address of loopback, where a relay can have the server's own port number: Package URIs then lead through it. */
const RELAY_HOST = '127.0.0.2';

interface Run {
  readonly host: RealHost;
  readonly relay: ChildModule;
  readonly sim: RealDevice;
  readonly file: string;
}

/** A host, a relay process in front of it, and a device that knows the relay only. */
async function throughRelay(work: (run: Run) => Promise<void>, lifetime = 300): Promise<void> {
  const host = await RealHost.open({ advertisedHost: RELAY_HOST });
  const front: SocketAddress = { host: RELAY_HOST, port: host.address.port };
  const relay = await ChildModule.start('test/support/relayProcess.ts', [
    JSON.stringify({ server: host.address, link: LINK, front }),
  ]);
  await relay.line();
  const sim = new RealDevice(front, { lifetime, transferTimeout: seconds(PATIENCE) });
  await sim.device.start();
  await sim.event('registered');
  try {
    await work({ host, relay, sim, file: host.file('app.signed.bin', IMAGE) });
    relay.say('counts');
    const { lost, duplicated, reordered } = JSON.parse(await relay.line()) as RelayCounts;
    assert.ok(lost > 100 && duplicated > 100 && reordered > 100);
  } finally {
    await sim.device.stop();
    await host.close();
    await relay.stop();
  }
}

async function updatedWell({ host, sim, file }: Run, method: 'push' | 'pull'): Promise<void> {
  const { end } = await host.update({
    endpoint: 'sim',
    file,
    method,
    stallTimeout: PATIENCE,
    ...(method === 'pull' ? { protocol: 'coap' } : {}),
  });
  assert.equal(end.outcome, 'succeeded', end.cause);
  assert.equal(end.versionAfter, '2.0.0');
  const { size, sha256: digest } = await sim.event('image');
  assert.equal(size, IMAGE.length);
  assert.equal(digest, sha256(IMAGE));
}

// side by side: each waits for retransmissions nearly all of its time
const together = { concurrency: true, timeout: 400_000 };
describe(
  `1 MiB through a relay process that loses, repeats and reorders, seed ${LINK.seed}`,
  together,
  () => {
    test('pushed, bit for bit', () => throughRelay((run) => updatedWell(run, 'push')));

    test('pulled, bit for bit', () => throughRelay((run) => updatedWell(run, 'pull')));

    test('pulled while its address changes twice', () =>
      throughRelay(async (run) => {
        const updated = updatedWell(run, 'pull');
        await run.sim.state(1, 0);
        for (let n = 0; n < 2; n++) {
          await new Promise((resolve) => setTimeout(resolve, 2000));
          run.relay.say('move');
        }
        await updated;
        // the server learns a new address from the next Update alone
      }, 20));
  },
);
