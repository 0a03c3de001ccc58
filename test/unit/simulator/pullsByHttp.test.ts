import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import { OperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import type { HttpFetch } from '../../../src/transport/ports';
import { Bench, mcubootImage, sha256 } from './bench';

const IMAGE = mcubootImage([1, 5, 0, 2], 20_000);
const state = async (bench: Bench): Promise<string> =>
  `${await bench.text('/5/0/3')}/${await bench.text('/5/0/5')}`;

describe('a pull by HTTP', () => {
  /** Serves the image by ranges; each entry is where one connection breaks off, `undefined` for never. */
  function fetching(breaks: (number | undefined)[], asked: string[], etags: string[] = []): HttpFetch {
    return {
      get: ({ headers = {} }) => {
        const range = headers['range'];
        asked.push(
          `${range ?? 'all'}${headers['if-range'] === undefined ? '' : ` if ${headers['if-range']}`}`,
        );
        const start = Number(/(\d+)-/.exec(range ?? '')?.[1] ?? 0);
        const end = breaks.shift();
        const etag = etags.shift() ?? '"a"';
        const same = headers['if-range'] === undefined || headers['if-range'] === etag;
        const from = same ? start : 0;
        return Promise.resolve({
          status: range !== undefined && same ? 206 : 200,
          headers: {
            etag,
            'content-length': String(IMAGE.length - from),
            'content-range': `bytes ${from}-${IMAGE.length - 1}/${IMAGE.length}`,
          },
          body: (async function* () {
            await Promise.resolve();
            const stop = end ?? IMAGE.length;
            for (let at = from; at < stop; at += 4096) yield IMAGE.subarray(at, Math.min(at + 4096, stop));
            if (end !== undefined) throw new OperationError('CONNECTION_LOST', 'cut');
          })(),
        });
      },
    };
  }

  const device = async (fetch: HttpFetch): Promise<Bench> => {
    const bench = await new Bench({ transferTimeout: seconds(30) }, { fetch }).up();
    assert.equal(
      await bench.code(Codes.PUT, '/5/0/1', Buffer.from('http://127.0.0.1:8080/fw'), 0),
      Codes.CHANGED,
    );
    await bench.clock.advance(25_000);
    return bench;
  };

  test('cut twice, it goes on where it was', async () => {
    const asked: string[] = [];
    const bench = await device(fetching([9000, 15_000, undefined], asked));
    assert.deepEqual(asked, ['all', 'bytes=9000- if "a"', 'bytes=15000- if "a"']);
    assert.equal(await state(bench), '2/0');
    await bench.down();
  });

  test('an image exchanged meanwhile is fetched from its start', async () => {
    const asked: string[] = [];
    const bench = await device(fetching([9000, undefined], asked, ['"a"', '"b"']));
    assert.deepEqual(asked, ['all', 'bytes=9000- if "a"']);
    assert.equal(await state(bench), '2/0');
    const image = bench.events.find((one) => one.kind === 'image');
    assert.equal(image?.sha256, sha256(IMAGE));
    await bench.down();
  });

  test('a connection that never brings a byte: 4', async () => {
    const asked: string[] = [];
    const bench = await device(fetching([0, 0, 0, 0, 0, 0, 0], asked));
    await bench.clock.advance(60_000);
    assert.equal(asked.length, 5);
    assert.equal(await state(bench), '0/4');
    await bench.down();
  });

  test('by HTTPS with what it trusts there; a handshake that fails is told at once: 4', async () => {
    const asked: unknown[] = [];
    const https = { judge: () => ({ trusted: false, reason: 'not known' }) as const };
    const bench = await new Bench(
      { security: { download: () => ({ https }) } },
      {
        fetch: {
          get: ({ url, tls }) => {
            asked.push(url, tls);
            return Promise.reject(new OperationError('TLS_REFUSED', 'not known'));
          },
        },
      },
    ).up();
    const protocols = await bench.get('/5/0/8', ContentFormats.SENML_JSON);
    const values = JSON.parse(Buffer.from(protocols.body).toString()) as readonly { readonly v: number }[];
    assert.deepEqual(
      values.map(({ v }) => v),
      [0, 2, 3],
    );
    await bench.code(Codes.PUT, '/5/0/1', Buffer.from('https://127.0.0.1:8443/fw'), 0);
    await bench.clock.advance(100);
    assert.deepEqual(asked, ['https://127.0.0.1:8443/fw', https]);
    assert.equal(await state(bench), '0/4');
    await bench.down();
  });

  test('not found: 7', async () => {
    const bench = await device({
      get: () =>
        Promise.resolve({
          status: 404,
          headers: {},
          body: (async function* () {
            await Promise.resolve();
            yield new Uint8Array(0);
          })(),
        }),
    });
    assert.equal(await state(bench), '0/7');
    await bench.down();
  });
});
