import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationError } from '../../../src/base/errors';
import { bytesSource, type ByteSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { OutgoingResponse } from '../../../src/coap/exchange';
import { pair, pattern, within } from './pair';

/** A body of which nothing can be read once `gone` says so. */
const untilGone = (bytes: Uint8Array, gone: () => boolean): ByteSource => {
  const source = bytesSource(bytes);
  return {
    ...source,
    readNow: (offset, length) => (gone() ? undefined : source.readNow(offset, length)),
    read: (offset, length) =>
      gone() ? Promise.reject(new OperationError('GONE', 'gone')) : source.read(offset, length),
  };
};

test('a body that can not be read any more is asked of the service again, whose answer counts', async () => {
  const image = pattern(20_000);
  let withdrawn = false;
  const asked: boolean[] = [];
  const { client, toServer, clock, close } = pair({
    service: {
      handle: (): OutgoingResponse => {
        asked.push(withdrawn);
        if (withdrawn) return { code: Codes.NOT_FOUND };
        return { code: Codes.CONTENT, body: untilGone(image, () => withdrawn) };
      },
    },
  });
  const answer = client.request(
    toServer,
    { method: Codes.GET, path: ['f', 'x'] },
    { onProgress: ({ bytes }) => (withdrawn = bytes >= 8 * 1024) },
  );
  const { code } = await within(clock, 60_000, answer);
  assert.equal(code, Codes.NOT_FOUND);
  assert.deepEqual(asked, [false, true]);
  await close();
});

test('a service that gives the same broken body again is told as 5.00, once', async () => {
  let broken = false;
  let asked = 0;
  const { client, toServer, clock, close } = pair({
    service: {
      handle: () => {
        asked++;
        return { code: Codes.CONTENT, body: untilGone(pattern(20_000), () => broken) };
      },
    },
  });
  const answer = client.request(
    toServer,
    { method: Codes.GET, path: ['f', 'x'] },
    { onProgress: () => (broken = true) },
  );
  assert.equal((await within(clock, 60_000, answer)).code, Codes.INTERNAL_SERVER_ERROR);
  assert.equal(asked, 2);
  await close();
});
