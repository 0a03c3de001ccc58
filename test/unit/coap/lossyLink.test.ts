import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Codes } from '../../../src/coap/code';
import { equalBytes } from '../../../src/base/bytes';
import { seededRandom } from '../../support/seededRandom';
import { pair, pattern, within } from './pair';

/** What libcoap's client needed for the same at its slowest and fastest seed, in milliseconds of real time. */
const LIBCOAP_FASTEST = 30_200;

for (const seed of [1, 2, 3]) {
  test(`64 KiB over 100 ms of round trip, 5 % lost each way (seed ${seed})`, async (t) => {
    const dice = seededRandom(seed * 7919);
    const image = pattern(64 * 1024);
    let received: Uint8Array | undefined;
    let lost = 0;
    const p = pair({
      seed,
      service: {
        handle: (request) => {
          received = request.body;
          return { code: Codes.CHANGED };
        },
      },
      fate: () => {
        if (dice.unit() >= 0.05) return [50];
        lost++;
        return [];
      },
    });
    let retransmissions = 0;
    const request = { method: Codes.PUT, path: ['5', '0', '0'], body: image };
    const onProgress = (step: { retransmissions: number }) => (retransmissions = step.retransmissions);
    const response = await within(
      p.clock,
      120_000,
      p.client.request(p.toServer, request, { onProgress }),
      50,
    );
    const took = p.clock.now();
    t.diagnostic(`${(took / 1000).toFixed(1)} s, ${lost} datagrams lost, ${retransmissions} sent again`);
    assert.equal(response.code, Codes.CHANGED);
    assert.ok(received && equalBytes(received, image));
    assert.ok(lost > 0 && retransmissions >= lost / 2);
    assert.ok(took <= 0.4 * LIBCOAP_FASTEST, `${took} ms`);
    await p.close();
    assert.equal(p.clock.timers, 0);
  });
}
