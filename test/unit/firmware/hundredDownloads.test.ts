import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ByteSource } from '../../../src/base/files';
import { NO_LOG } from '../../../src/base/log';
import { createFirmwareOffers } from '../../../src/firmware/offers';
import { nodeHash } from '../../../src/transport/nodeHash';
import { mcubootImage, stagedInMemory } from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

test('a hundred downloads of 1 MiB at once hold 16 KiB each, and all arrive whole', async () => {
  const image = mcubootImage({ programSize: (1 << 20) - 1000 });
  let longest = 0;
  const source: ByteSource = {
    size: image.length,
    read: (offset, length) => {
      longest = Math.max(longest, length);
      return Promise.resolve(image.slice(offset, offset + length));
    },
    readNow: () => undefined,
    close: () => Promise.resolve(),
  };
  const clock = new VirtualClock();
  const offers = createFirmwareOffers({ clock, random: seededRandom(1), hash: nodeHash, log: NO_LOG });
  const offer = await offers.offer({
    ...(await stagedInMemory(image)),
    open: () => Promise.resolve(source),
  });
  const complete = new Set<string>();
  offer.onActivity(({ kind, from }) => kind === 'complete' && complete.add(from.host));
  let held = 0;
  let most = 0;
  const fetch = async (n: number) => {
    const peer = { host: `192.0.2.${n}`, port: 40_000 };
    const { body = [], onSent } = await offers.http({ method: 'GET', path: offer.path, headers: {}, peer });
    assert.ok(!(body instanceof Uint8Array));
    const hash = createHash('sha256');
    let sent = 0;
    for await (const piece of body) {
      held += piece.length;
      most = Math.max(most, held);
      // a connection that takes its time
      await new Promise((resolve) => setImmediate(resolve));
      hash.update(piece);
      sent += piece.length;
      held -= piece.length;
    }
    onSent?.(sent, true);
    return hash.digest('hex');
  };
  const hashes = await Promise.all(Array.from({ length: 100 }, (_, n) => fetch(n)));
  assert.deepEqual(new Set(hashes), new Set([offer.image.facts.sha256]));
  assert.equal(complete.size, 100);
  assert.ok(longest <= 16 * 1024, `${longest} bytes read at a time`);
  assert.ok(most <= 100 * 16 * 1024, `${most} bytes held`);
});
