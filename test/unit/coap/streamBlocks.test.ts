import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { toHex } from '../../../src/base/bytes';
import { bytesSource, type ByteSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { CoapRequest, IncomingRequest, Szx } from '../../../src/coap/exchange';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { blockOption, findBlock, findUint } from '../../../src/coap/optionValue';
import type { StreamMessage } from '../../../src/coap/streamMessage';
import { pattern, within } from './pair';
import { BASE_CSM, BERT_CSM, answers, calling, says, streamPair, type Connection } from './stream';

const image: CoapRequest = { method: Codes.GET, path: ['image'] };
const block1 = (num: number, more: boolean, szx: Szx): CoapOption =>
  blockOption(OptionNumbers.BLOCK1, { num, more, szx });
const block2 = (num: number, more: boolean, szx: Szx): CoapOption =>
  blockOption(OptionNumbers.BLOCK2, { num, more, szx });
/** A block as RFC 8323 §6 writes it: `1:8/1/BERT(16384)`. */
const inShort = ({ options, payload }: StreamMessage): string => {
  const parts: string[] = [];
  for (const [name, number] of [
    ['1', OptionNumbers.BLOCK1],
    ['2', OptionNumbers.BLOCK2],
  ] as const) {
    const block = findBlock(options, number, true);
    if (!block) continue;
    const size = block.szx === 7 ? 'BERT' : `${16 << block.szx}`;
    parts.push(`${name}:${block.num}/${block.more ? 1 : 0}/${size}`);
  }
  return `${parts.join(' ')}(${payload.length})`;
};

/** PUTs `size` bytes to a scripted peer that acknowledges each block by `reply`; gives what it was sent. */
async function pushed(
  csm: string,
  size: number,
  reply = (request: StreamMessage): StreamMessage => {
    const block = findBlock(request.options, OptionNumbers.BLOCK1, true);
    const options = block ? [block1(block.num, block.more, block.szx)] : [];
    return answers(request, block?.more ? Codes.CONTINUE : Codes.CHANGED, options);
  },
  szx?: Szx,
): Promise<{ readonly blocks: string[]; readonly body: number[] }> {
  const c = await calling({ csm });
  const body = pattern(size);
  const asking = c.endpoint.request(
    c.peer,
    { method: Codes.PUT, path: ['5', '0', '0'], body: bytesSource(body) },
    szx === undefined ? {} : { szx },
  );
  const blocks: string[] = [];
  const bytes: number[] = [];
  for (let turns = 0; turns < 200; turns++) {
    await c.clock.advance(0);
    const request = c.sent.shift();
    if (!request) break;
    assert.equal(c.sent.length, 0, 'one block at a time');
    blocks.push(inShort(request));
    bytes.push(...request.payload);
    await c.send(reply(request));
  }
  assert.equal((await asking).code, Codes.CHANGED);
  await c.close();
  assert.equal(toHex(Uint8Array.from(bytes)), toHex(body));
  return { blocks, body: bytes };
}

describe('a body that we send', () => {
  test('goes in BERT blocks as large as the peer takes', async () => {
    const { blocks } = await pushed(BERT_CSM, 10_000);
    assert.deepEqual(blocks, ['1:0/1/BERT(4096)', '1:4/1/BERT(4096)', '1:8/0/BERT(1808)']);
  });

  test('goes whole where it fits', async () => {
    assert.deepEqual((await pushed(BERT_CSM, 4096)).blocks, ['(4096)']);
    assert.deepEqual((await pushed(BASE_CSM, 1024)).blocks, ['(1024)']);
  });

  test('goes in blocks of 16 KiB at most, whatever the peer would take', async () => {
    const { blocks } = await pushed('60e1 24 00800100 20', 40_000);
    assert.deepEqual(blocks, ['1:0/1/BERT(16384)', '1:16/1/BERT(16384)', '1:32/0/BERT(7232)']);
  });

  test('goes in ordinary blocks to a peer that takes no more than the base size', async () => {
    const { blocks } = await pushed(BASE_CSM, 2500);
    assert.deepEqual(blocks, ['1:0/1/1024(1024)', '1:1/1/1024(1024)', '1:2/0/1024(452)']);
  });

  test('goes in one message, or ordinary blocks, to a peer that has said nothing of blocks', async () => {
    assert.deepEqual((await pushed('30e1 222080', 8000)).blocks, ['(8000)']);
    assert.deepEqual((await pushed('30e1 220500', 2000)).blocks, ['1:0/1/1024(1024)', '1:1/0/1024(976)']);
  });

  test('goes in smaller blocks to a peer that takes less than the base size', async () => {
    const { blocks } = await pushed('40e1 2200c8 20', 150);
    assert.deepEqual(blocks, ['1:0/1/64(64)', '1:1/1/64(64)', '1:2/0/64(22)']);
  });

  test('goes in the smaller blocks that are asked for, and has the answer come in such too', async () => {
    const { blocks } = await pushed(BERT_CSM, 3000, undefined, 6);
    assert.deepEqual(blocks, ['1:0/1/1024(1024)', '1:1/1/1024(1024)', '1:2/0/1024 2:0/0/1024(952)']);
  });

  test('begun in BERT goes on in blocks of 16 bytes, where the peer wants that', async () => {
    const { blocks } = await pushed(BERT_CSM, 4096 + 40, (request) => {
      const block = findBlock(request.options, OptionNumbers.BLOCK1, true);
      assert.ok(block);
      return answers(request, block.more ? Codes.CONTINUE : Codes.CHANGED, [
        block1(block.num, block.more, 0),
      ]);
    });
    assert.deepEqual(blocks, ['1:0/1/BERT(4096)', '1:256/1/16(16)', '1:257/1/16(16)', '1:258/0/16(8)']);
  });

  test('refused as too large is begun anew in the size asked for', async () => {
    const c = await calling({ csm: BERT_CSM });
    const asking = c.endpoint.request(c.peer, { method: Codes.PUT, path: ['x'], body: pattern(3000) });
    await c.clock.advance(0);
    await c.send(answers(c.take(), Codes.REQUEST_ENTITY_TOO_LARGE, [block1(0, true, 5)]));
    const first = c.take();
    assert.equal(inShort(first), '1:0/1/512(512)');
    await c.send(answers(first, Codes.FORBIDDEN));
    assert.equal((await asking).code, Codes.FORBIDDEN);
    await c.close();
  });
});

describe('a body that is sent to us', () => {
  const taking = (csm: string) => {
    const bodies: Uint8Array[] = [];
    const service = {
      handle: ({ body }: IncomingRequest) => {
        bodies.push(body.slice());
        return { code: Codes.CHANGED };
      },
    };
    return { bodies, connect: () => calling({ csm, service }) };
  };
  const put = (c: Connection, num: number, more: boolean, szx: Szx, payload: Uint8Array) =>
    c.send(says(Codes.PUT, [num], [block1(num, more, szx)], payload));

  for (const [name, csm] of [
    ['of a peer that takes BERT', BERT_CSM],
    ['of one whose capabilities do not say so', BASE_CSM],
  ] as const) {
    test(`in BERT blocks ${name} is taken (RFC 8323 §6.2)`, async () => {
      const { bodies, connect } = taking(csm);
      const c = await connect();
      const body = pattern(8192 + 16_384 + 5683);
      const told: string[] = [];
      for (const [num, end] of [
        [0, 8192],
        [8, 24_576],
        [24, body.length],
      ] as const) {
        await put(c, num, end < body.length, 7, body.subarray(num * 1024, end));
        const answer = c.take();
        told.push(`${answer.code} ${inShort(answer)}`);
      }
      assert.deepEqual(told, ['95 1:0/1/BERT(0)', '95 1:8/1/BERT(0)', '68 1:24/0/BERT(0)']);
      assert.equal(toHex(bodies[0] ?? new Uint8Array()), toHex(body));
      await c.close();
    });
  }

  const wrong: readonly [string, number, number, number][] = [
    ['that is no multiple of 1024', 0, 1500, Codes.BAD_REQUEST],
    ['that is empty', 0, 0, Codes.BAD_REQUEST],
    ['that leaves a gap', 3, 1024, Codes.REQUEST_ENTITY_INCOMPLETE],
    ['that comes again with more than before', 1, 2048, Codes.REQUEST_ENTITY_INCOMPLETE],
  ];
  for (const [name, num, length, code] of wrong) {
    test(`in BERT blocks, one ${name}: refused`, async () => {
      const { bodies, connect } = taking(BERT_CSM);
      const c = await connect();
      await put(c, 0, true, 7, pattern(2048));
      c.take();
      await put(c, num, true, 7, pattern(length));
      assert.equal(c.take().code, code);
      assert.deepEqual(bodies, []);
      await c.close();
    });
  }

  test('in BERT is asked for in smaller blocks where the endpoint is set so', async () => {
    const c = await calling({ endpoint: { szx: 2 } });
    await put(c, 0, true, 7, pattern(2048));
    assert.equal(inShort(c.take()), '1:0/1/64(0)');
    await put(c, 32, true, 2, pattern(64));
    assert.equal(inShort(c.take()), '1:32/1/64(0)');
    await c.close();
  });

  test('faster than it is stored is refused, not lost in silence', async () => {
    let stored = (): void => undefined;
    const c = await calling({
      service: {
        receiveBody: () => ({
          write: () => new Promise<void>((resolve) => (stored = resolve)),
          close: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        }),
        handle: () => ({ code: Codes.CHANGED }),
      },
    });
    await put(c, 0, true, 7, pattern(1024));
    await put(c, 1, true, 7, pattern(1024));
    assert.deepEqual([c.take().code, c.sent.length], [Codes.REQUEST_ENTITY_INCOMPLETE, 0]);
    stored();
    await c.clock.advance(0);
    assert.equal(c.take().code, Codes.CONTINUE);
    await c.close();
  });
});

describe('an answer that we give', () => {
  const serving = (csm: string, size: number) =>
    calling({
      csm,
      service: { handle: () => ({ code: Codes.CONTENT, body: bytesSource(pattern(size)) }) },
    });

  test('goes in BERT blocks (RFC 8323 §6.1)', async () => {
    const c = await serving(BERT_CSM, 10_000);
    const told: string[] = [];
    await c.send(says(Codes.GET, [1]));
    const first = c.take();
    assert.equal(findUint(first.options, OptionNumbers.SIZE2), 10_000);
    told.push(inShort(first));
    for (const num of [4, 8]) {
      await c.send(says(Codes.GET, [num], [block2(num, false, 7)]));
      told.push(inShort(c.take()));
    }
    assert.deepEqual(told, ['2:0/1/BERT(4096)', '2:4/1/BERT(4096)', '2:8/0/BERT(1808)']);
    await c.close();
  });

  test('goes in ordinary blocks to a peer that asks for BERT and takes the base size only', async () => {
    const c = await serving(BASE_CSM, 2000);
    await c.send(says(Codes.GET, [1], [block2(0, false, 7)]));
    assert.equal(inShort(c.take()), '2:0/1/1024(1024)');
    await c.send(says(Codes.GET, [1], [block2(1, false, 7)]));
    assert.equal(inShort(c.take()), '2:1/0/1024(976)');
    await c.close();
  });

  test('goes in blocks of 16 bytes where they are asked for', async () => {
    const c = await serving(BERT_CSM, 40);
    for (const [num, told] of [
      [0, '2:0/1/16(16)'],
      [1, '2:1/1/16(16)'],
      [2, '2:2/0/16(8)'],
    ] as const) {
      await c.send(says(Codes.GET, [num], [block2(num, false, 0)]));
      assert.equal(inShort(c.take()), told);
    }
    await c.close();
  });
});

describe('an answer that we ask for', () => {
  const lengths = [3072, 5120, 4711];
  for (const [name, csm] of [
    ['of a peer that takes BERT', BERT_CSM],
    ['of one whose capabilities do not say so', BASE_CSM],
  ] as const) {
    test(`in BERT blocks of any length, ${name}`, async () => {
      const c = await calling({ csm });
      const body = pattern(lengths.reduce((sum, length) => sum + length));
      const asking = c.endpoint.request(c.peer, image);
      await c.clock.advance(0);
      const asked: string[] = [];
      let at = 0;
      for (const length of lengths) {
        const request = c.take();
        asked.push(inShort(request));
        const end = at + length;
        const option = block2(at / 1024, end < body.length, 7);
        await c.send(answers(request, Codes.CONTENT, [option], body.subarray(at, end)));
        at = end;
      }
      assert.deepEqual(asked, ['(0)', '2:3/0/BERT(0)', '2:8/0/BERT(0)']);
      assert.equal(toHex((await asking).body), toHex(body));
      await c.close();
    });
  }

  test('a BERT block that is no multiple of 1024 breaks the protocol', async () => {
    const c = await calling();
    const asking = assert.rejects(c.endpoint.request(c.peer, image), /a block of 1024 bytes came with 1500/);
    await c.clock.advance(0);
    await c.send(answers(c.take(), Codes.CONTENT, [block2(0, true, 7)], pattern(1500)));
    await asking;
    await c.close();
  });

  test('in smaller blocks is asked for at once', async () => {
    const c = await calling({ csm: BERT_CSM });
    void c.endpoint.request(c.peer, image, { szx: 6 }).catch(() => undefined);
    await c.clock.advance(0);
    assert.equal(inShort(c.take()), '2:0/0/1024(0)');
    await c.close();
  });
});

/** A source of zeros. */
const zeros = (size: number): ByteSource => ({
  size,
  read: (offset, length) => Promise.resolve(new Uint8Array(Math.min(length, size - offset))),
  readNow: () => undefined,
  close: () => Promise.resolve(),
});

describe('both ways between two of ours', () => {
  const size = 4 << 20;
  test('4 MiB pushed: no more than a block and its answer are ever under way', async () => {
    let received = 0;
    const pair = streamPair({
      service: {
        receiveBody: () => ({
          write: (bytes) => void (received += bytes.length),
          close: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        }),
        handle: () => ({ code: Codes.CHANGED }),
      },
    });
    await within(pair.clock, 10, pair.client.request(pair.toServer, { method: Codes.GET, path: [] }));
    const put = { method: Codes.PUT, path: ['image'], body: zeros(size) };
    assert.equal((await within(pair.clock, 10, pair.client.request(pair.toServer, put))).code, Codes.CHANGED);
    assert.equal(received, size);
    assert.ok(pair.clientChannel.mostUnderWay < 16_896, `${pair.clientChannel.mostUnderWay}`);
    await pair.close();
  });

  test('4 MiB fetched into a sink: no more than a block is ever under way', async () => {
    let received = 0;
    const pair = streamPair({ service: { handle: () => ({ code: Codes.CONTENT, body: zeros(size) }) } });
    const sink = {
      write: (bytes: Uint8Array) => void (received += bytes.length),
      close: () => Promise.resolve(),
      abort: () => Promise.resolve(),
    };
    await within(pair.clock, 10, pair.client.request(pair.toServer, image, { sink }));
    assert.equal(received, size);
    assert.ok(pair.serverChannel.mostUnderWay < 16_896, `${pair.serverChannel.mostUnderWay}`);
    await pair.close();
  });
});
