import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { decodeContent, encodeContent, encodePaths } from '../../../src/lwm2m/content/content';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { NO_DEFINITIONS } from '../../../src/objects/definition';
import { parsePath, printPath, ROOT, type LwM2mPath } from '../../../src/objects/path';
import type { LwM2mValue } from '../../../src/objects/value';
import { Bench, faultsOf } from './bench';

const at = (text: string): LwM2mPath => {
  const path = parsePath(text);
  assert.ok(path.ok);
  return path.value;
};
const leaf = (path: string, value: LwM2mValue): Leaf => ({ path: at(path), value });
const encoded = (format: number, base: string, ...leaves: Leaf[]): Uint8Array => {
  const body = encodeContent(format, at(base), leaves);
  assert.ok(body.ok);
  return body.value;
};
const { TEXT, LINK, OPAQUE, CBOR, SENML_JSON, SENML_CBOR, TLV } = ContentFormats;

describe('Read', () => {
  for (const format of [TEXT, CBOR, TLV, SENML_JSON, SENML_CBOR]) {
    test(`a resource in format ${format}`, async () => {
      const bench = await new Bench().up();
      const response = await bench.get('/3/0/0', format);
      assert.equal(response.code, Codes.CONTENT);
      assert.equal(response.contentFormat, format);
      const content = decodeContent(format, at('/3/0/0'), response.body, NO_DEFINITIONS);
      assert.ok(content.ok);
      assert.deepEqual(
        content.value.leaves.map((one) => printPath(one.path)),
        ['/3/0/0'],
      );
      await bench.down();
    });
  }

  for (const format of [TLV, SENML_JSON, SENML_CBOR]) {
    test(`an instance and an object in format ${format}`, async () => {
      const bench = await new Bench().up();
      for (const [path, due] of [
        ['/3/0', '/3/0/7/1'],
        ['/3303', '/3303/1/5700'],
      ] as const) {
        const response = await bench.get(path, format);
        const content = decodeContent(format, at(path), response.body, NO_DEFINITIONS);
        assert.ok(content.ok);
        assert.deepEqual(content.value.problems, []);
        assert.ok(content.value.leaves.some((one) => printPath(one.path) === due));
      }
      await bench.down();
    });
  }

  test('unasked: text for one value, SenML CBOR for several, TLV where the device is a 1.0 one', async () => {
    const bench = await new Bench().up();
    assert.equal((await bench.get('/3/0/0')).contentFormat, TEXT);
    assert.equal((await bench.get('/3/0/7')).contentFormat, SENML_CBOR);
    assert.equal((await bench.get('/3/0')).contentFormat, SENML_CBOR);
    assert.equal((await bench.get('/19/0/0/0')).contentFormat, OPAQUE);
    await bench.down();
    const old = await new Bench({ lwm2mVersion: '1.0' }).up();
    assert.equal((await old.get('/3/0')).contentFormat, TLV);
    assert.equal((await old.get('/3/0', SENML_CBOR)).code, Codes.NOT_ACCEPTABLE);
    await old.down();
  });

  for (const [path, code] of [
    ['/0/0/0', Codes.UNAUTHORIZED],
    ['/3/0/4', Codes.METHOD_NOT_ALLOWED],
    ['/5/0/0', Codes.METHOD_NOT_ALLOWED],
    ['/3/0/99', Codes.NOT_FOUND],
    ['/3/1', Codes.NOT_FOUND],
    ['/77', Codes.NOT_FOUND],
    ['/3/0/7/9', Codes.NOT_FOUND],
    ['/some/where', Codes.NOT_FOUND],
  ] as const) {
    test(`${path} is refused`, async () => {
      const bench = await new Bench().up();
      assert.equal((await bench.get(path)).code, code);
      await bench.down();
    });
  }

  test('a value that the format cannot carry is not acceptable', async () => {
    const bench = await new Bench().up();
    assert.equal((await bench.get('/3/0', TEXT)).code, Codes.NOT_ACCEPTABLE);
    assert.equal((await bench.get('/3/0', 9999)).code, Codes.NOT_ACCEPTABLE);
    await bench.down();
  });

  test('sensors move with the clock, the same for the same seed', async () => {
    const series = async (): Promise<string[]> => {
      const bench = await new Bench().up();
      const values: string[] = [];
      for (let n = 0; n < 5; n++) {
        values.push(await bench.text('/3303/0/5700'));
        await bench.clock.advance(20_000);
      }
      await bench.down();
      return values;
    };
    const first = await series();
    assert.ok(new Set(first).size > 3);
    assert.deepEqual(await series(), first);
  });
});

describe('Write', () => {
  test('a resource, in every format', async () => {
    const bench = await new Bench().up();
    for (const format of [TEXT, CBOR, TLV, SENML_JSON, SENML_CBOR]) {
      const value = `zone ${format}`;
      const body = encoded(format, '/3/0/15', leaf('/3/0/15', { type: 'string', value }));
      assert.equal(await bench.code(Codes.PUT, '/3/0/15', body, format), Codes.CHANGED);
      assert.equal(await bench.text('/3/0/15'), value);
    }
    await bench.down();
  });

  test('parts of an instance', async () => {
    const bench = await new Bench().up();
    const body = encoded(
      SENML_CBOR,
      '/1/0',
      leaf('/1/0/2', { type: 'integer', value: 3 }),
      leaf('/1/0/3', { type: 'integer', value: 40 }),
    );
    assert.equal(await bench.code(Codes.POST, '/1/0', body, SENML_CBOR), Codes.CHANGED);
    assert.deepEqual([await bench.text('/1/0/2'), await bench.text('/1/0/3')], ['3', '40']);
    await bench.down();
  });

  test('an instance whose replacement is refused stays as it was', async () => {
    const bench = await new Bench().up();
    assert.equal(await bench.code(Codes.PUT, '/19/0/5', encodeUtf8('7'), TEXT), Codes.CHANGED);
    const body = encoded(SENML_CBOR, '/19/0', leaf('/19/0/77', { type: 'integer', value: 9 }));
    assert.equal(await bench.code(Codes.PUT, '/19/0', body, SENML_CBOR), Codes.NOT_FOUND);
    assert.equal(await bench.text('/19/0/5'), '7');
    await bench.down();
  });

  test('a lifetime that no server would take is refused', async () => {
    const bench = await new Bench().up();
    assert.equal(await bench.code(Codes.PUT, '/1/0/1', encodeUtf8('5000000000'), TEXT), Codes.BAD_REQUEST);
    await bench.down();
  });

  test('resource instances: one, some beside the others, all anew', async () => {
    const bench = await new Bench().up();
    const data = (n: number): LwM2mValue => ({ type: 'opaque', value: Uint8Array.of(n) });
    const instances = async (): Promise<string[]> => {
      const response = await bench.get('/19/0/0', SENML_CBOR);
      const content = decodeContent(SENML_CBOR, at('/19/0/0'), response.body, NO_DEFINITIONS);
      assert.ok(content.ok);
      return content.value.leaves.map((one) => printPath(one.path));
    };
    assert.equal(await bench.code(Codes.PUT, '/19/0/0/5', Uint8Array.of(5), OPAQUE), Codes.CHANGED);
    assert.deepEqual(await instances(), ['/19/0/0/0', '/19/0/0/5']);
    const more = encoded(TLV, '/19/0/0', leaf('/19/0/0/7', data(7)));
    assert.equal(await bench.code(Codes.POST, '/19/0/0', more, TLV), Codes.CHANGED);
    assert.deepEqual(await instances(), ['/19/0/0/0', '/19/0/0/5', '/19/0/0/7']);
    const anew = encoded(SENML_CBOR, '/19/0/0', leaf('/19/0/0/1', data(1)));
    assert.equal(await bench.code(Codes.PUT, '/19/0/0', anew, SENML_CBOR), Codes.CHANGED);
    assert.deepEqual(await instances(), ['/19/0/0/1']);
    await bench.down();
  });

  test('what is refused', async () => {
    const bench = await new Bench().up();
    const put = (path: string, body: string, format: number = TEXT) =>
      bench.code(Codes.PUT, path, encodeUtf8(body), format);
    assert.equal(await put('/3/0/0', 'x'), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await put('/3/0/99', 'x'), Codes.NOT_FOUND);
    assert.equal(await put('/1/0/1', 'soon'), Codes.BAD_REQUEST);
    assert.equal(await put('/1/0/1', '0'), Codes.BAD_REQUEST);
    assert.equal(await put('/1/0/1', '60', 50), Codes.UNSUPPORTED_CONTENT_FORMAT);
    assert.equal(await put('/0/0/0', 'x'), Codes.UNAUTHORIZED);
    assert.equal(await put('/3', 'x'), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.text('/1/0/1'), '300');
    await bench.down();
  });
});

describe('Execute, Create, Delete', () => {
  test('arguments are read by their grammar', async () => {
    const bench = await new Bench().up();
    assert.equal(await bench.code(Codes.POST, '/3/0/12', encodeUtf8("0='x',1"), TEXT), Codes.CHANGED);
    assert.equal(await bench.code(Codes.POST, '/3/0/12', encodeUtf8('no,'), TEXT), Codes.BAD_REQUEST);
    assert.equal(await bench.code(Codes.POST, '/3/0/3'), Codes.METHOD_NOT_ALLOWED);
    await bench.down();
  });

  for (const format of [TLV, SENML_CBOR, SENML_JSON]) {
    test(`an instance of one's choice is made and removed, format ${format}`, async () => {
      const bench = await new Bench().up();
      const body = encoded(format, '/19', leaf('/19/4/5', { type: 'integer', value: 9 }));
      const created = await bench.ask({ method: Codes.POST, path: ['19'], contentFormat: format, body });
      assert.equal(created.code, Codes.CREATED);
      assert.deepEqual(created.locationPath, ['19', '4']);
      assert.equal(await bench.text('/19/4/5'), '9');
      await bench.clock.advance(100);
      assert.match(bench.bodies.at(-1) ?? '', /<\/19\/4>/);
      assert.equal(await bench.code(Codes.POST, '/19', body, format), Codes.BAD_REQUEST);
      assert.equal(await bench.code(Codes.DELETE, '/19/4'), Codes.DELETED);
      assert.equal((await bench.get('/19/4')).code, Codes.NOT_FOUND);
      await bench.down();
    });
  }

  test('the device chooses the instance where none is named', async () => {
    const bench = await new Bench().up();
    const body = encoded(TLV, '/19/0', leaf('/19/0/5', { type: 'integer', value: 9 }));
    const created = await bench.ask({ method: Codes.POST, path: ['19'], contentFormat: TLV, body });
    assert.deepEqual(created.locationPath, ['19', '1']);
    assert.equal(await bench.text('/19/1/5'), '9');
    await bench.down();
  });

  test('the device chooses it too where SenML has no value', async () => {
    const bench = await new Bench().up();
    const ask = { method: Codes.POST, path: ['19'], contentFormat: 110, body: encodeUtf8('[]') };
    assert.deepEqual((await bench.ask(ask)).locationPath, ['19', '1']);
    await bench.down();
  });

  test('a wrong value makes no instance', async () => {
    const bench = await new Bench().up();
    const body = encoded(SENML_CBOR, '/19', leaf('/19/4/77', { type: 'integer', value: 9 }));
    assert.equal(await bench.code(Codes.POST, '/19', body, SENML_CBOR), Codes.NOT_FOUND);
    assert.equal((await bench.get('/19/4')).code, Codes.NOT_FOUND);
    await bench.down();
  });

  test('objects whose instances are the device’s own refuse both', async () => {
    const bench = await new Bench().up();
    assert.equal(await bench.code(Codes.POST, '/3', new Uint8Array(0), TLV), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.code(Codes.DELETE, '/3/0'), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.code(Codes.DELETE, '/3303/7'), Codes.NOT_FOUND);
    await bench.down();
  });
});

describe('Discover', () => {
  const links = async (bench: Bench, path: string): Promise<string> =>
    Buffer.from((await bench.get(path, LINK)).body).toString();

  test('object, instance, resource, with what was written', async () => {
    const bench = await new Bench().up();
    assert.equal(await bench.code(Codes.PUT, '/3303/0?pmin=2&pmax=30'), Codes.CHANGED);
    assert.equal(await bench.code(Codes.PUT, '/3303/0/5700?gt=25&lt=20.5&st=1'), Codes.CHANGED);
    const object = await links(bench, '/3303');
    assert.match(object, /^<\/3303>;ver=1.1,<\/3303\/0>;pmin=2;pmax=30,<\/3303\/0\/5601>/);
    assert.match(object, /<\/3303\/0\/5700>;gt=25;lt=20.5;st=1,/);
    assert.equal(await links(bench, '/3303/0/5700'), '</3303/0/5700>;pmin=2;pmax=30;gt=25;lt=20.5;st=1');
    assert.match(await links(bench, '/3/0/7'), /^<\/3\/0\/7>;dim=2,<\/3\/0\/7\/0>,<\/3\/0\/7\/1>$/);
    assert.match(await links(bench, '/5'), /^<\/5>;ver=1.1,<\/5\/0>/);
    assert.equal(await bench.code(Codes.PUT, '/3303/0?pmin'), Codes.CHANGED);
    assert.match(await links(bench, '/3303/0'), /^<\/3303\/0>;pmax=30,/);
    await bench.down();
  });

  test('attributes that cannot be', async () => {
    const bench = await new Bench().up();
    for (const query of ['gt=1&lt=2', 'st=0', 'pmin=x', 'what=1', 'lt=1&gt=2&st=1']) {
      assert.equal(await bench.code(Codes.PUT, `/3303/0/5700?${query}`), Codes.BAD_REQUEST, query);
    }
    assert.equal(await bench.code(Codes.PUT, '/3303/0?gt=1'), Codes.BAD_REQUEST);
    assert.equal(await bench.code(Codes.PUT, '/77/0?pmin=1'), Codes.NOT_FOUND);
    await bench.down();
  });
});

describe('composite operations', () => {
  test('Read and Write, all or nothing', async () => {
    const bench = await new Bench().up();
    const paths = encodePaths(SENML_CBOR, [at('/3/0/0'), at('/1/0/1'), at('/9/9/9')]);
    assert.ok(paths.ok);
    const read = await bench.ask({
      method: Codes.FETCH,
      path: [],
      contentFormat: SENML_CBOR,
      accept: SENML_JSON,
      body: paths.value,
    });
    const content = decodeContent(SENML_JSON, ROOT, read.body, NO_DEFINITIONS);
    assert.ok(content.ok);
    assert.deepEqual(
      content.value.leaves.map((one) => printPath(one.path)),
      ['/3/0/0', '/1/0/1'],
    );

    const write = (...leaves: Leaf[]) =>
      bench.code(Codes.IPATCH, '/', encoded(SENML_CBOR, '/', ...leaves), SENML_CBOR);
    const zone = leaf('/3/0/15', { type: 'string', value: 'elsewhere' });
    assert.equal(await write(zone, leaf('/3/0/0', { type: 'string', value: 'x' })), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.text('/3/0/15'), 'Etc/UTC');
    assert.equal(await write(zone, leaf('/1/0/2', { type: 'integer', value: 1 })), Codes.CHANGED);
    assert.equal(await bench.text('/3/0/15'), 'elsewhere');
    await bench.down();
  });

  test('a 1.0 device knows none', async () => {
    const bench = await new Bench({ lwm2mVersion: '1.0' }).up();
    assert.equal(await bench.code(Codes.FETCH, '/', new Uint8Array(0), SENML_CBOR), Codes.METHOD_NOT_ALLOWED);
    await bench.down();
  });
});

describe('Observe', () => {
  async function observed(
    bench: Bench,
    path: string,
  ): Promise<{ seen: [number, number][]; cancel: () => Promise<unknown> }> {
    const peer = bench.server.channel.peerAt(bench.device.localAddress ?? { host: '', port: 0 });
    const { observation } = await bench.settled(
      bench.server.observe(peer, { method: Codes.GET, path: path.split('/').slice(1), accept: TEXT }),
    );
    assert.ok(observation);
    const seen: [number, number][] = [];
    observation.onNotification(({ response }) => {
      seen.push([bench.clock.now(), Number(Buffer.from(response.body).toString())]);
    });
    return { seen, cancel: () => bench.settled(observation.cancel()) };
  }

  test('tells each change, until it is cancelled', async () => {
    const bench = await new Bench().up();
    const { seen, cancel } = await observed(bench, '/3303/0/5700');
    await bench.clock.advance(20_000);
    assert.ok(seen.length >= 8);
    await cancel();
    const before = seen.length;
    await bench.clock.advance(20_000);
    assert.equal(seen.length, before);
    await bench.down();
  });

  test('not more often than pmin, not more seldom than pmax', async () => {
    const bench = await new Bench().up();
    await bench.code(Codes.PUT, '/3303/0/5700?pmin=10');
    await bench.code(Codes.PUT, '/1/0/1?pmax=7');
    const often = await observed(bench, '/3303/0/5700');
    const seldom = await observed(bench, '/1/0/1');
    await bench.clock.advance(60_000);
    const gaps = often.seen.slice(1).map(([time], i) => time - (often.seen[i]?.[0] ?? 0));
    assert.ok(gaps.length >= 4 && gaps.every((gap) => gap >= 10_000));
    assert.equal(seldom.seen.length, 8);
    await bench.down();
  });

  test('gt, lt and st: only what crosses or steps is told', async () => {
    const bench = await new Bench().up();
    await bench.code(Codes.PUT, '/3303/0/5700?gt=22&lt=21');
    const { seen } = await observed(bench, '/3303/0/5700');
    await bench.clock.advance(400_000);
    assert.ok(seen.length >= 4);
    const band = (value: number): number => (value > 22 ? 2 : value < 21 ? 0 : 1);
    for (let i = 1; i < seen.length; i++) {
      assert.notEqual(band(seen[i]?.[1] ?? 0), band(seen[i - 1]?.[1] ?? 0));
    }
    await bench.code(Codes.PUT, '/3304/0/5700?st=5');
    const steps = await observed(bench, '/3304/0/5700');
    await bench.clock.advance(400_000);
    assert.ok(steps.seen.length >= 4);
    for (let i = 1; i < steps.seen.length; i++) {
      assert.ok(Math.abs((steps.seen[i]?.[1] ?? 0) - (steps.seen[i - 1]?.[1] ?? 0)) >= 5);
    }
    await bench.down();
  });

  test('several paths at once', async () => {
    const bench = await new Bench().up();
    const paths = encodePaths(SENML_JSON, [at('/3/0/15'), at('/1/0/2')]);
    assert.ok(paths.ok);
    const peer = bench.server.channel.peerAt(bench.device.localAddress ?? { host: '', port: 0 });
    const { observation } = await bench.settled(
      bench.server.observe(peer, {
        method: Codes.FETCH,
        path: [],
        contentFormat: SENML_JSON,
        accept: SENML_JSON,
        body: paths.value,
      }),
    );
    const seen: string[] = [];
    observation?.onNotification(({ response }) => seen.push(Buffer.from(response.body).toString()));
    await bench.code(Codes.PUT, '/3/0/15', encodeUtf8('here'), TEXT);
    await bench.clock.advance(100);
    assert.equal(seen.length, 1);
    assert.match(seen[0] ?? '', /here/);
    await bench.down();
  });
});

test('Send: by itself, until it is muted', async () => {
  const bench = new Bench({ faults: faultsOf('send=5') });
  bench.serve = (request) => (request.path[0] === 'dp' ? { code: Codes.CHANGED } : undefined);
  await bench.up();
  await bench.clock.advance(11_000);
  assert.equal(bench.received.filter((one) => one === 'POST /dp').length, 2);
  await bench.code(Codes.PUT, '/1/0/23', encodeUtf8('1'), TEXT);
  await bench.clock.advance(20_000);
  assert.equal(bench.received.filter((one) => one === 'POST /dp').length, 2);
  await bench.down();
});
