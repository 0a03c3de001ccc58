import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8, fromHex } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { MessageTypes } from '../../../src/coap/message';
import { OptionNumbers } from '../../../src/coap/option';
import { capabilities, ping, release } from '../../../src/coap/signal';
import { encodeStreamMessage } from '../../../src/coap/streamMessage';
import { blockOption, textOption, uintOption } from '../../../src/coap/optionValue';
import { encodeContent } from '../../../src/lwm2m/content/content';
import { pathOf } from '../../../src/objects/path';
import { bytesOf, tracing } from './traced';

const format = (n: number) => uintOption(OptionNumbers.CONTENT_FORMAT, n);
const ACK = MessageTypes.ACK;

describe('a read and its answer', () => {
  test('the answer has the path, the name and the time of the request', async () => {
    const trace = tracing();
    assert.deepEqual(trace.out({ code: Codes.GET, id: 7, token: 'a1', path: '/3/0/3' }), {
      at: Date.UTC(2026, 0, 1),
      endpoint: 'dev1',
      address: 'coap://198.51.100.7:40000',
      direction: 'out',
      scheme: 'coap',
      type: 'CON',
      code: 'GET',
      messageId: 7,
      token: 'a1',
      path: '/3/0/3',
      name: 'Device / 0 / Firmware Version',
      size: 0,
    });
    await trace.clock.advance(12);
    const payload = encodeUtf8('1.4.0');
    assert.deepEqual(
      trace.in({ type: ACK, code: Codes.CONTENT, id: 7, token: 'a1', options: [format(0)], payload }),
      {
        at: Date.UTC(2026, 0, 1) + 12,
        endpoint: 'dev1',
        address: 'coap://198.51.100.7:40000',
        direction: 'in',
        scheme: 'coap',
        type: 'ACK',
        code: '2.05',
        messageId: 7,
        token: 'a1',
        path: '/3/0/3',
        name: 'Device / 0 / Firmware Version',
        format: 'text',
        size: 5,
        values: [{ path: '/3/0/3', value: '1.4.0', type: 'string' }],
        elapsed: 12,
      },
    );
  });

  test('TLV is decoded under the path of the request', () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/3/0' });
    const content = encodeContent(ContentFormats.TLV, pathOf(3, 0), [
      { path: pathOf(3, 0, 0), value: { type: 'string', value: 'ACME' } },
      { path: pathOf(3, 0, 9), value: { type: 'integer', value: 80 } },
    ]);
    assert.ok(content.ok);
    const told = trace.in({
      type: ACK,
      code: Codes.CONTENT,
      token: 'a1',
      options: [format(ContentFormats.TLV)],
      payload: content.value,
    });
    assert.equal(told.format, 'tlv');
    assert.deepEqual(told.values, [
      { path: '/3/0/0', value: 'ACME', type: 'string' },
      { path: '/3/0/9', value: 80, type: 'integer' },
    ]);
  });

  test('a separate response has its time from the request, and what acknowledges either has the path', async () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, id: 7, token: 'a1', path: '/3/0/9' });
    assert.equal(trace.in({ type: ACK, code: 0, id: 7 }).path, '/3/0/9');
    await trace.clock.advance(250);
    const answer = trace.in({ code: Codes.CONTENT, id: 90, token: 'a1', payload: encodeUtf8('80') });
    assert.equal(answer.elapsed, 250);
    assert.deepEqual(answer.values, [{ path: '/3/0/9', value: 80, type: 'integer' }]);
    const acknowledged = trace.out({ type: ACK, code: 0, id: 90 });
    assert.deepEqual([acknowledged.code, acknowledged.path], ['Empty', '/3/0/9']);
  });

  test('a request sent again keeps the time of the first', async () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, id: 7, token: 'a1', path: '/3/0/9' });
    await trace.clock.advance(2000);
    assert.equal(trace.out({ code: Codes.GET, id: 7, token: 'a1', path: '/3/0/9' }, 1).retransmission, 1);
    await trace.clock.advance(30);
    const answer = { type: ACK, code: Codes.CONTENT, id: 7, token: 'a1' };
    assert.equal(trace.in(answer).elapsed, 2030);
    assert.equal(trace.in(answer, 1).elapsed, undefined);
  });

  test('a token means nothing between other peers, nor the other way', () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/3/0/9' });
    const answer = bytesOf({ type: ACK, code: Codes.CONTENT, token: 'a1' });
    const other = { key: 'other', address: { host: '198.51.100.8', port: 1 } };
    assert.equal(trace.raw('in', answer, 0, other).path, undefined);
    assert.equal(trace.raw('out', answer).path, undefined);
    assert.equal(trace.raw('in', answer).path, '/3/0/9');
  });

  test('a request is forgotten when nothing can answer it any more', async () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/3/0/9' });
    await trace.clock.advance(248_000);
    assert.equal(trace.in({ code: Codes.CONTENT, token: 'a1' }).path, undefined);
  });

  test('an error shows what the device says', () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/3/0/9' });
    const told = trace.in({ type: ACK, code: Codes.NOT_FOUND, token: 'a1', payload: encodeUtf8('no such') });
    assert.deepEqual([told.code, told.text, told.values], ['4.04', 'no such', undefined]);
  });
});

describe('observations', () => {
  test('a notification has the path of its observation for as long as it lasts', async () => {
    const trace = tracing();
    const observe = (n: number) => uintOption(OptionNumbers.OBSERVE, n);
    trace.out({ code: Codes.GET, token: 'b2', path: '/3/0/9', options: [observe(0)] });
    const first = trace.in({ type: ACK, code: Codes.CONTENT, token: 'b2', options: [observe(1)] });
    assert.deepEqual([first.observe, first.elapsed], [1, 0]);
    await trace.clock.advance(3600_000);
    const later = {
      code: Codes.CONTENT,
      id: 500,
      token: 'b2',
      options: [observe(2)],
      payload: encodeUtf8('79'),
    };
    const notified = trace.in(later);
    assert.deepEqual([notified.path, notified.elapsed], ['/3/0/9', undefined]);
    assert.deepEqual(notified.values, [{ path: '/3/0/9', value: 79, type: 'integer' }]);
    assert.equal(trace.out({ type: MessageTypes.RST, code: 0, id: 500 }).path, '/3/0/9');
    assert.equal(trace.in({ ...later, id: 501 }).path, undefined);
  });

  test('one that is cancelled is forgotten', async () => {
    const trace = tracing();
    const observe = (n: number) => [uintOption(OptionNumbers.OBSERVE, n)];
    trace.out({ code: Codes.GET, id: 1, token: 'b2', path: '/3/0/9', options: observe(0) });
    trace.out({ code: Codes.GET, id: 2, token: 'b2', path: '/3/0/9', options: observe(1) });
    await trace.clock.advance(248_000);
    assert.equal(trace.in({ code: Codes.CONTENT, token: 'b2' }).path, undefined);
  });
});

describe('what devices send', () => {
  const query = (...texts: string[]) => texts.map((text) => textOption(OptionNumbers.URI_QUERY, text));

  test('a registration names the endpoint before the server knows it, and so does its answer', () => {
    const trace = tracing('earlier');
    const told = trace.in({
      code: Codes.POST,
      token: 'c3',
      path: '/rd',
      options: [format(40), ...query('ep=new', 'lt=60')],
      payload: encodeUtf8('</1/0>,</3/0>'),
    });
    assert.deepEqual(
      [told.endpoint, told.name, told.query, told.format, told.text],
      ['new', 'Register', 'ep=new&lt=60', 'link', '</1/0>,</3/0>'],
    );
    const location = ['rd', '5a3f'].map((text) => textOption(OptionNumbers.LOCATION_PATH, text));
    const answer = trace.out({ type: ACK, code: Codes.CREATED, token: 'c3', options: location });
    assert.deepEqual(
      [answer.endpoint, answer.path, answer.name, answer.text],
      ['new', '/rd', 'Register', 'at /rd/5a3f'],
    );
  });

  test('updates, de-registrations and sends are named', () => {
    const trace = tracing();
    assert.equal(trace.in({ code: Codes.POST, path: '/rd/5a3f' }).name, 'Update');
    assert.equal(trace.in({ code: Codes.DELETE, path: '/rd/5a3f' }).name, 'De-register');
    const sent = trace.in({
      code: Codes.POST,
      path: '/dp',
      options: [format(ContentFormats.SENML_JSON)],
      payload: encodeUtf8('[{"bn":"/3/0/9","v":81}]'),
    });
    assert.equal(sent.name, 'Send');
    assert.deepEqual(sent.values, [{ path: '/3/0/9', value: 81, type: 'integer' }]);
  });
});

describe('what servers send', () => {
  test("the arguments of Execute are a text, not the resource's value", () => {
    const told = tracing().out({ code: Codes.POST, path: '/3/0/4', payload: encodeUtf8("0='x'") });
    assert.deepEqual([told.name, told.text, told.values], ['Device / 0 / Reboot', "0='x'", undefined]);
  });

  test('a composite read shows its paths, and its answer the values', () => {
    const trace = tracing();
    const asked = trace.out({
      code: Codes.FETCH,
      token: 'd4',
      options: [format(ContentFormats.SENML_JSON)],
      payload: encodeUtf8('[{"n":"/3/0/0"},{"n":"/3/0/9"}]'),
    });
    assert.deepEqual([asked.path, asked.text], ['/', '/3/0/0 /3/0/9']);
    const answer = trace.in({
      type: ACK,
      code: Codes.CONTENT,
      token: 'd4',
      options: [format(ContentFormats.SENML_JSON)],
      payload: encodeUtf8('[{"n":"/3/0/9","v":1}]'),
    });
    assert.deepEqual(answer.values, [{ path: '/3/0/9', value: 1, type: 'integer' }]);
  });

  test('a block is told by its place and not decoded, in either direction', () => {
    const trace = tracing();
    const pushed = trace.out({
      code: Codes.PUT,
      token: 'e5',
      path: '/5/0/0',
      options: [format(42), blockOption(OptionNumbers.BLOCK1, { num: 3, more: true, szx: 6 })],
      payload: new Uint8Array(1024),
    });
    assert.deepEqual(
      [pushed.block, pushed.text, pushed.size, pushed.values],
      ['Block1 3/m/1024', 'bytes 3072 to 4095, more follow', 1024, undefined],
    );
    const went = trace.in({
      type: ACK,
      code: Codes.CONTINUE,
      token: 'e5',
      options: [blockOption(OptionNumbers.BLOCK1, { num: 3, more: true, szx: 6 })],
    });
    assert.deepEqual([went.code, went.block, went.text], ['2.31', 'Block1 3/m/1024', undefined]);
    trace.out({ code: Codes.GET, token: 'e6', path: '/3/0' });
    const last = trace.in({
      type: ACK,
      code: Codes.CONTENT,
      token: 'e6',
      options: [blockOption(OptionNumbers.BLOCK2, { num: 4, more: false, szx: 2 })],
      payload: new Uint8Array(10),
    });
    assert.deepEqual([last.block, last.text], ['Block2 4/-/64', 'bytes 256 to 265, the last']);
  });
});

describe('what is not as it should be', () => {
  test('a datagram that is no message is told with its problem', () => {
    const told = tracing(undefined).raw('in', fromHex('16fefd0000') ?? new Uint8Array());
    assert.deepEqual([told.type, told.code, told.problem], ['?', '?', 'CoAP version 0, not 1']);
    const cutOff = tracing().raw('in', fromHex('480112340011') ?? new Uint8Array());
    assert.deepEqual([cutOff.type, cutOff.code, cutOff.problem], ['CON', '?', 'the token is cut off']);
  });

  test('a ping and its reset', () => {
    const trace = tracing();
    assert.deepEqual(
      [trace.in({ code: 0, id: 9 }).code, trace.in({ code: 0, id: 9 }).type],
      ['Empty', 'CON'],
    );
    assert.equal(trace.out({ type: MessageTypes.RST, code: 0, id: 9 }).type, 'RST');
  });

  test('content that is none of its format is shown as it is', () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/3/0' });
    const told = trace.in({
      type: ACK,
      code: Codes.CONTENT,
      token: 'a1',
      options: [format(ContentFormats.SENML_JSON)],
      payload: encodeUtf8('{oops'),
    });
    assert.equal(told.text, '{oops');
    assert.ok(told.problem);
  });

  test('values are bounded in number and length', () => {
    const trace = tracing();
    trace.out({ code: Codes.GET, token: 'a1', path: '/' });
    trace.out({ code: Codes.FETCH, token: 'a2' });
    const entries = Array.from(
      { length: 500 },
      (_, i) => `{"n":"/3/0/${i + 100}","vs":"${'x'.repeat(100)}"}`,
    );
    const told = trace.in({
      type: ACK,
      code: Codes.CONTENT,
      token: 'a2',
      options: [format(ContentFormats.SENML_JSON)],
      payload: encodeUtf8(`[${entries.join(',')}]`),
    });
    assert.ok(told.values && told.values.length <= 64);
    assert.match(told.text ?? '', /^\d+ of 500 values$/);
    assert.ok(JSON.stringify(told).length < 16_384);
  });

  test('long paths and queries are cut', () => {
    const long = textOption(OptionNumbers.URI_QUERY, 'q'.repeat(60_000));
    const told = tracing().in({ code: Codes.GET, path: 'p'.repeat(60_000), options: [long] });
    assert.ok((told.path ?? '').length <= 301 && (told.query ?? '').length <= 1001);
  });
});

describe('whatever bytes come', () => {
  const formats = fc.constantFrom(0, 11542, 11543, 11544, 42, 40, 60, 110, 112, 320, 322, 4711);
  const said = fc.record({
    type: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<0 | 1 | 2 | 3>,
    code: fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 7, 0x45, 0x44, 0x84), fc.integer({ min: 1, max: 255 })),
    id: fc.integer({ min: 0, max: 3 }),
    token: fc.constantFrom('', 'a1', 'b2'),
    path: fc.constantFrom('/3/0', '/3/0/9', '/rd', '/dp', '', '/x/y'),
    options: fc.array(
      fc.oneof(
        formats.map(format),
        fc.record({ number: fc.constantFrom(6, 15, 23, 27, 8), value: fc.uint8Array({ maxLength: 5 }) }),
      ),
      { maxLength: 4 },
    ),
    payload: fc.uint8Array({ maxLength: 200 }),
  });

  test('a message is traced, bounded, as plain JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(said, fc.boolean()), { maxLength: 12 }), (messages) => {
        const trace = tracing();
        for (const [message, incoming] of messages) {
          const told = incoming ? trace.in(message) : trace.out(message);
          assert.equal(told.problem === undefined || told.problem.length < 500, true);
          assert.deepEqual(JSON.parse(JSON.stringify(told)), told);
          assert.ok(JSON.stringify(told).length < 32_768);
        }
      }),
    );
  });

  test('no bytes throw', () => {
    const trace = tracing();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('in', 'out'), (bytes, direction) => {
        assert.equal(trace.raw(direction as 'in' | 'out', bytes).direction, direction);
      }),
    );
  });
});

describe('over a connection', () => {
  const TCP = { scheme: 'coap+tcp' as const, local: { host: '192.0.2.1', port: 5683 } };

  test('messages have no type and no ID; an answer has its path all the same', () => {
    const trace = tracing('dev1', TCP);
    const token = Uint8Array.of(0xa1);
    const path = ['3', '0', '9'].map((text) => textOption(OptionNumbers.URI_PATH, text));
    const none = new Uint8Array();
    const asked = trace.raw(
      'out',
      encodeStreamMessage({ code: Codes.GET, token, options: path, payload: none }),
    );
    assert.deepEqual([asked.type, asked.messageId, asked.path], ['TCP', undefined, '/3/0/9']);
    const payload = encodeUtf8('80');
    const answer = trace.raw(
      'in',
      encodeStreamMessage({ code: Codes.CONTENT, token, options: [format(0)], payload }),
    );
    assert.deepEqual(answer.values, [{ path: '/3/0/9', value: 80, type: 'integer' }]);
    assert.equal(answer.elapsed, 0);
  });

  test('signals say what they say', () => {
    const trace = tracing('dev1', TCP);
    const csm = trace.raw('in', encodeStreamMessage(capabilities(1152)));
    assert.deepEqual([csm.code, csm.text], ['CSM', 'Max-Message-Size 1152, Block-Wise-Transfer']);
    assert.equal(trace.raw('in', encodeStreamMessage(ping(Uint8Array.of(1)))).code, 'Ping');
    assert.equal(trace.raw('in', encodeStreamMessage(release())).code, 'Release');
  });

  test('blocks of many (BERT) are named so', () => {
    const told = tracing('dev1', TCP).raw(
      'out',
      encodeStreamMessage({
        code: Codes.PUT,
        token: new Uint8Array(),
        options: [uintOption(OptionNumbers.BLOCK1, (8 << 4) | 8 | 7)],
        payload: new Uint8Array(8192),
      }),
    );
    assert.deepEqual([told.block, told.text], ['Block1 8/m/BERT', 'bytes 8192 to 16383, more follow']);
  });

  test('no bytes throw', () => {
    const trace = tracing('dev1', TCP);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        assert.equal(trace.raw('in', bytes).type, 'TCP');
      }),
    );
  });
});
