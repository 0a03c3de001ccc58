import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, encodeUtf8 } from '../../../src/base/bytes';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { decodeContent } from '../../../src/lwm2m/content/content';
import { secondsOfDateTime } from '../../../src/lwm2m/content/dateTime';
import { pathOf } from '../../../src/objects/path';
import { fc } from '../../support/properties';
import { knowing } from './definitions';

const text = (value: string) => concatBytes([Uint8Array.of(0x78, value.length), encodeUtf8(value)]);
const tagged = (value: string) => concatBytes([Uint8Array.of(0xc0), text(value)]);
const named = (path: string, field: number, item: Uint8Array) =>
  concatBytes([
    Uint8Array.of(0x81, 0xa2, 0x21, 0x60 + path.length),
    encodeUtf8(path),
    Uint8Array.of(field),
    item,
  ]);

// As Zephyr 4.1 writes it (subsys/net/lib/lwm2m/lwm2m_rw_cbor.c, put_time).
const ZEPHYR = '2016-10-11T11:50:13-00:00';

for (const [situation, format, bytes] of [
  ['CBOR', ContentFormats.CBOR, tagged(ZEPHYR)],
  ['SenML CBOR, in v with its tag', ContentFormats.SENML_CBOR, named('/3/0/13', 2, tagged(ZEPHYR))],
  ['SenML CBOR, in vs', ContentFormats.SENML_CBOR, named('/3/0/13', 3, text(ZEPHYR))],
  [
    'LwM2M CBOR',
    ContentFormats.LWM2M_CBOR,
    concatBytes([Uint8Array.of(0xa1, 0x83, 3, 0, 13), tagged(ZEPHYR)]),
  ],
] as const)
  test(`a Time that comes as a date and time in ${situation}`, () => {
    const result = decodeContent(format, pathOf(3, 0, 13), bytes, knowing({ '3/13': 'time' }));
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(
      result.value.leaves.map(({ value }) => value),
      [{ type: 'time', value: 1_476_186_613 }],
    );
    assert.deepEqual(result.value.problems, []);
  });

test('an object link with the NUL that Zephyr leaves behind it', () => {
  const result = decodeContent(
    ContentFormats.CBOR,
    pathOf(3, 0, 13),
    text('10:0\0'),
    knowing({ '3/13': 'objlnk' }),
  );
  assert.ok(result.ok);
  assert.deepEqual(result.value.leaves[0]?.value, { type: 'objlnk', value: { objectId: 10, instanceId: 0 } });
});

test('dates and times: offsets, leap days, fractions; what is none', () => {
  for (const [written, seconds] of [
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1969-12-31T23:59:59.5Z', -1],
    ['2000-02-29T00:00:00Z', 951_782_400],
    ['2016-12-31T23:59:60Z', 1_483_228_800],
    ['9999-12-31T23:59:59-00:00', 253_402_300_799],
  ] as const)
    assert.equal(secondsOfDateTime(written), seconds, written);
  for (const none of [
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-01-01T24:00:00Z',
    '2023-01-01T00:00:00',
    '2023-01-01',
    'yesterday',
  ])
    assert.equal(secondsOfDateTime(none), undefined, none);
});

test('every second of 0000 to 9999 is read as it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
      assert.equal(secondsOfDateTime(new Date(seconds * 1000).toISOString()), seconds);
    }),
    { numRuns: 2000 },
  );
});
