import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { decodeContent, decodePaths, encodeContent, encodePaths } from '../../../src/lwm2m/content/content';
import { printPath } from '../../../src/objects/path';
import { OTHER_VECTORS } from './otherVectors';
import { TLV_VECTORS } from './tlvVectors';
import { at, definitions, hex, type Vector } from './vector';

const { SENML_JSON, SENML_CBOR, LWM2M_JSON } = ContentFormats;

const isText = (format: number) => format === SENML_JSON || format === LWM2M_JSON;
const bytesOf = (vector: Vector) => (isText(vector.format) ? encodeUtf8(vector.bytes) : hex(vector.bytes));

describe('vectors of the formats', () => {
  for (const vector of [...TLV_VECTORS, ...OTHER_VECTORS]) {
    test(`${vector.name}: read`, () => {
      const content = decodeContent(vector.format, at(vector.base), bytesOf(vector), definitions);
      assert.ok(content.ok, content.ok ? '' : content.problem.message);
      assert.deepEqual(content.value.problems, []);
      assert.deepEqual(content.value.leaves, vector.leaves);
    });
    if (vector.both) {
      test(`${vector.name}: written`, () => {
        const bytes = encodeContent(vector.format, at(vector.base), vector.leaves);
        assert.ok(bytes.ok, bytes.ok ? '' : bytes.problem.message);
        if (isText(vector.format)) assert.equal(new TextDecoder().decode(bytes.value), vector.bytes);
        else assert.equal(toHex(bytes.value), vector.bytes.replace(/\s+/g, ''));
      });
    }
  }
});

describe('paths of a composite request', () => {
  const paths = ['/3/0/3', '/5/0', '/'].map(at);
  for (const [name, format, wire] of [
    ['SenML CBOR', SENML_CBOR, '83 a1 00 66 2f332f302f33 a1 00 64 2f352f30 a1 00 61 2f'],
    ['SenML JSON', SENML_JSON, toHex(encodeUtf8('[{"n":"/3/0/3"},{"n":"/5/0"},{"n":"/"}]'))],
  ] as const) {
    test(`${name}, both ways`, () => {
      const bytes = encodePaths(format, paths);
      assert.ok(bytes.ok);
      assert.equal(toHex(bytes.value), wire.replace(/\s+/g, ''));
      const read = decodePaths(format, hex(wire));
      assert.ok(read.ok);
      assert.deepEqual(read.value.map(printPath), ['/3/0/3', '/5/0', '/']);
    });
  }
});
