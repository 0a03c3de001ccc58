import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ByteSource } from '../../../src/base/files';
import { inspectImage } from '../../../src/firmware/image/inspect';
import { nodeHash } from '../../../src/transport/nodeHash';
import { mcubootImage } from '../../support/images';

/** A file that is nowhere in memory but for its ends, and notes what is read of it. */
class ReadLog implements ByteSource {
  readonly reads: (readonly [offset: number, length: number])[] = [];

  constructor(
    readonly size: number,
    private readonly head: Uint8Array,
  ) {}

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push([offset, length]);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    if (offset < this.head.length) bytes.set(this.head.subarray(offset, offset + bytes.length));
    return Promise.resolve(bytes);
  }

  readNow(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test('64 MiB are read once, in order, no more than 64 KiB at a time', async () => {
  const size = 64 << 20;
  const image = mcubootImage();
  const source = new ReadLog(size, image);
  const facts = await inspectImage(source, nodeHash);
  let next = 0;
  for (const [offset, length] of source.reads) {
    assert.equal(offset, next);
    assert.ok(length <= 64 * 1024);
    next = offset + length;
  }
  assert.equal(next, size);
  const hash = createHash('sha256').update(image);
  for (let at = image.length; at < size; at += 1 << 20)
    hash.update(Buffer.alloc(Math.min(1 << 20, size - at)));
  assert.deepEqual([facts.kind, facts.size, facts.sha256], ['mcuboot', size, hash.digest('hex')]);
});

test('a source that ends before its size is told by what came of it', async () => {
  const image = mcubootImage();
  const short: ByteSource = {
    size: image.length + 1000,
    read: (offset, length) => Promise.resolve(image.subarray(offset, offset + length)),
    readNow: () => undefined,
    close: () => Promise.resolve(),
  };
  assert.equal((await inspectImage(short, nodeHash)).size, image.length);
});
