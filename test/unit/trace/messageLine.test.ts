import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageLine } from '../../../src/trace/messageLine';
import type { TracedMessage } from '../../../src/trace/tracedMessage';

const asked: TracedMessage = {
  at: 0,
  endpoint: 'dev1',
  address: 'coap://192.0.2.9:40001',
  direction: 'out',
  type: 'CON',
  code: 'GET',
  path: '/3/0',
  name: 'Device / 0',
  size: 0,
  scheme: 'coap',
};
const answered: TracedMessage = { ...asked, direction: 'in', type: 'ACK', code: '2.05', size: 12 };
const value = (path: string) => ({ path, value: 1, type: 'integer' });

describe('a message on one line', () => {
  for (const [situation, message, line] of [
    ['a request', asked, 'dev1 ← CON GET /3/0 (Device / 0)'],
    [
      'an answer with values, and how long it took',
      { ...answered, format: 'tlv', values: [value('/3/0/9')], elapsed: 38.4 },
      'dev1 → ACK 2.05 /3/0 (Device / 0) tlv, 12 B: /3/0/9 = 1 (after 38 ms)',
    ],
    [
      'many values: the first six',
      { ...answered, values: Array.from({ length: 8 }, (_, n) => value(`/3/0/7/${n}`)), elapsed: 1.26 },
      `dev1 → ACK 2.05 /3/0 (Device / 0) 12 B: ${[0, 1, 2, 3, 4, 5].map((n) => `/3/0/7/${n} = 1`).join(', ')} and 2 more (after 1.3 ms)`,
    ],
    [
      'a block that is no value',
      { ...answered, block: 'Block2 3/m/1024', format: 'octet-stream' },
      'dev1 → ACK 2.05 /3/0 (Device / 0) Block2 3/m/1024 octet-stream, 12 B',
    ],
    [
      'what nobody registered for, sent again',
      { ...asked, endpoint: undefined, path: undefined, name: undefined, retransmission: 2 },
      'coap://192.0.2.9:40001 ← CON GET (sent again, 2×)',
    ],
    [
      'bytes that are no message',
      {
        at: 0,
        address: 'a',
        direction: 'in',
        type: '?',
        code: '?',
        size: 0,
        scheme: 'coap',
        problem: 'short',
      },
      'a → ? ? ! short',
    ],
  ] as const)
    test(situation, () => assert.equal(messageLine(message as TracedMessage), line));

  test('long texts of a device are cut', () => {
    const line = messageLine({ ...answered, text: 'x'.repeat(500), query: 'y'.repeat(500) });
    assert.ok(line.length < 320, String(line.length));
    assert.match(line, /y…/);
    assert.match(line, /“x+…”/);
  });
});
