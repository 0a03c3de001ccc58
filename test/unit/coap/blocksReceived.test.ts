import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import type { ByteSink } from '../../../src/base/files';
import { concatBytes, equalBytes } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { findUint, uintOption } from '../../../src/coap/optionValue';
import type { CoapService } from '../../../src/coap/exchange';
import { block1, block1Of, block2, block2Of, con, path } from './rows/scriptedPeer';
import { pattern } from './pair';
import { wire } from './wire';

const image = pattern(3000);
const part = (num: number, messageId: number, token = num, szx: 4 | 6 = 6) => {
  const size = 16 << szx;
  const more = (num + 1) * size < image.length;
  const options = [path('fw'), block1(num, more, szx)];
  return con(Codes.PUT, messageId, [token], options, image.subarray(num * size, (num + 1) * size));
};

/** A service that keeps the bodies it was given. */
function keeping(extra: Partial<CoapService> = {}): CoapService & { readonly bodies: Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  return {
    bodies,
    handle: (request) => {
      bodies.push(request.body);
      return { code: Codes.CHANGED };
    },
    ...extra,
  };
}

/** A sink in memory that tells what became of it. */
function sink(delayed = false): ByteSink & { parts: Uint8Array[]; ends: string[]; release: () => void } {
  const made = {
    parts: [] as Uint8Array[],
    ends: [] as string[],
    release: () => undefined as void,
    write: (bytes: Uint8Array) => {
      made.parts.push(bytes.slice());
      return delayed ? new Promise<void>((resolve) => (made.release = resolve)) : undefined;
    },
    close: () => Promise.resolve(void made.ends.push('closed')),
    abort: () => Promise.resolve(void made.ends.push('aborted')),
  };
  return made;
}

describe('a long body received', () => {
  test('with a gap is refused with 4.08, and goes on where it was', async () => {
    const service = keeping();
    const w = wire(service);
    await w.send(part(0, 1));
    assert.equal(w.take().code, Codes.CONTINUE);
    await w.send(part(2, 2));
    assert.equal(w.take().code, Codes.REQUEST_ENTITY_INCOMPLETE);
    await w.send(part(1, 3));
    assert.equal(w.take().code, Codes.CONTINUE);
    await w.send(part(2, 4));
    assert.equal(w.take().code, Codes.CHANGED);
    assert.ok(equalBytes(service.bodies[0] ?? new Uint8Array(0), image));
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('is answered in blocks as its last message asks (where our own client puts it), or else its first', async () => {
    for (const asking of ['last', 'first'] as const) {
      const w = wire(keeping({ handle: () => ({ code: Codes.CONTENT, body: pattern(500) }) }));
      for (const num of [0, 1]) {
        const asks = num === (asking === 'last' ? 1 : 0) ? [block2(0, false, 2)] : [];
        const options = [path('fw'), ...asks, block1(num, num === 0, 6)];
        await w.send(con(Codes.FETCH, num + 1, [num + 1], options, pattern(num === 0 ? 1024 : 10)));
      }
      assert.equal(w.take().code, Codes.CONTINUE);
      const answer = w.take();
      assert.deepEqual(block2Of(answer), { num: 0, more: true, szx: 2 }, asking);
      assert.equal(answer.payload.length, 64);
      await w.endpoint.close();
    }
  });

  test('tolerates a block that comes again in another message', async () => {
    const service = keeping();
    const w = wire(service);
    await w.send(part(0, 1));
    await w.send(part(1, 2));
    await w.send(part(1, 3));
    await w.send(part(2, 4));
    assert.deepEqual(
      w.sent.map((m) => m.code),
      [Codes.CONTINUE, Codes.CONTINUE, Codes.CONTINUE, Codes.CHANGED],
    );
    assert.ok(equalBytes(service.bodies[0] ?? new Uint8Array(0), image));
    await w.endpoint.close();
  });

  test('that begins in the middle is refused with 4.08', async () => {
    const w = wire(keeping());
    await w.send(part(1, 1));
    assert.equal(w.take().code, Codes.REQUEST_ENTITY_INCOMPLETE);
    await w.endpoint.close();
  });

  test('longer than the limit is refused with 4.13 and the limit: at once where its size is told', async () => {
    const w = wire(keeping(), { maxBodyBytes: 1500 });
    const told = part(0, 1);
    await w.send({ ...told, options: [...told.options, uintOption(OptionNumbers.SIZE1, 3000)] });
    const refusal = w.take();
    assert.equal(refusal.code, Codes.REQUEST_ENTITY_TOO_LARGE);
    assert.equal(findUint(refusal.options, OptionNumbers.SIZE1), 1500);
    await w.send(part(0, 2));
    assert.equal(w.take().code, Codes.CONTINUE);
    await w.send(part(1, 3));
    assert.equal(w.take().code, Codes.REQUEST_ENTITY_TOO_LARGE);
    await w.endpoint.close();
  });

  test('in larger blocks than ours is asked for in ours', async () => {
    const service = keeping();
    const w = wire(service, { szx: 4 });
    await w.send(part(0, 1));
    assert.deepEqual(block1Of(w.take()), { num: 0, more: true, szx: 4 });
    for (let num = 4; num < 12; num++) await w.send(part(num, num, num, 4));
    assert.ok(equalBytes(service.bodies[0] ?? new Uint8Array(0), image));
    await w.endpoint.close();
  });

  test('of two resources, and of two tags of one, are kept apart', async () => {
    const service = keeping();
    const w = wire(service);
    const tagged = (num: number, messageId: number, tag: number) => {
      const message = part(num, messageId);
      const options = [...message.options, { number: OptionNumbers.REQUEST_TAG, value: Uint8Array.of(tag) }];
      return { ...message, options };
    };
    for (let num = 0; num < 3; num++) {
      await w.send(part(num, 10 + num));
      await w.send(tagged(num, 20 + num, 1));
      await w.send(tagged(num, 30 + num, 2));
    }
    assert.equal(service.bodies.length, 3);
    for (const body of service.bodies) assert.ok(equalBytes(body, image));
    await w.endpoint.close();
  });

  test('streams into a sink, waiting for it, and is closed before it is handled', async () => {
    const target = sink(true);
    const service = keeping({ receiveBody: () => target });
    const w = wire(service);
    await w.send(part(0, 1));
    assert.deepEqual(w.sent, []);
    target.release();
    await w.clock.advance(0);
    assert.equal(w.take().code, Codes.CONTINUE);
    await w.send(part(1, 2));
    await w.clock.advance(150);
    assert.equal(w.take().code, Codes.EMPTY, 'the sender is told not to repeat it');
    target.release();
    await w.clock.advance(0);
    const separate = w.take();
    assert.equal(separate.code, Codes.CONTINUE);
    await w.send({ ...separate, type: 2, code: 0, token: new Uint8Array(0), options: [] });
    await w.send(part(2, 3));
    target.release();
    await w.clock.advance(0);
    assert.equal(w.take().code, Codes.CHANGED);
    assert.deepEqual(target.ends, ['closed']);
    assert.ok(equalBytes(concatBytes(target.parts), image));
    assert.equal(service.bodies[0]?.length, 0);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('begun anew throws away what came, and so do silence and the end of its peer', async () => {
    const sinks: ReturnType<typeof sink>[] = [];
    const service = keeping({
      receiveBody: () => {
        const made = sink();
        sinks.push(made);
        return made;
      },
    });
    const w = wire(service);
    await w.send(part(0, 1));
    await w.send(part(0, 2));
    assert.deepEqual(sinks[0]?.ends, ['aborted']);
    await w.clock.advance(300_000);
    assert.deepEqual(sinks[1]?.ends, ['aborted']);
    await w.send(part(0, 3));
    w.endpoint.forget(w.peer, new Error('gone'));
    assert.deepEqual(sinks[2]?.ends, ['aborted']);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('can be refused by the service before it comes', async () => {
    const w = wire(keeping({ receiveBody: () => ({ code: Codes.METHOD_NOT_ALLOWED }) }));
    await w.send(part(0, 1));
    assert.equal(w.take().code, Codes.METHOD_NOT_ALLOWED);
    await w.endpoint.close();
  });

  test('a block that is not as long as it says is refused', async () => {
    const w = wire(keeping());
    const short = part(0, 1);
    await w.send({ ...short, payload: short.payload.subarray(0, 500) });
    assert.equal(w.take().code, Codes.BAD_REQUEST);
    await w.endpoint.close();
  });
});
