import assert from 'node:assert/strict';
import { fromHex } from '../../../src/base/bytes';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { parsePath, type LwM2mPath } from '../../../src/objects/path';
import type { LwM2mValue } from '../../../src/objects/value';
import { knowing } from './definitions';

/** A path from its text. */
export const at = (text: string): LwM2mPath => {
  const path = parsePath(text);
  assert.ok(path.ok);
  return path.value;
};
/** Bytes from digits. */
export const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  assert.ok(bytes);
  return bytes;
};
/** A leaf, briefly. */
export const leaf = (path: string, type: LwM2mValue['type'], value: unknown): Leaf =>
  ({ path: at(path), value: { type, value } }) as Leaf;

/** Device, Security ACL and a few test resources, as the vectors need them. */
export const definitions = knowing({
  '3/0': 'string',
  '3/1': 'string',
  '3/2': 'string',
  '3/3': 'string',
  '3/6': 'integer',
  '3/7': 'integer',
  '3/8': 'integer',
  '3/9': 'integer',
  '3/10': 'integer',
  '3/11': 'integer',
  '3/13': 'time',
  '3/14': 'string',
  '3/15': 'string',
  '3/16': 'string',
  '2/0': 'integer',
  '2/1': 'integer',
  '2/2': 'integer',
  '2/3': 'integer',
  '65/0': 'objlnk',
  '65/1': 'unsigned',
  '65/2': 'float',
  '65/3': 'boolean',
  '65/4': 'opaque',
  '65/5': 'corelnk',
  '65/6': 'integer',
});

export interface Vector {
  readonly name: string;
  readonly format: number;
  readonly base: string;
  /** Hexadecimal digits, or JSON text. */
  readonly bytes: string;
  readonly leaves: readonly Leaf[];
  /** Whether we write it just so too. */
  readonly both: boolean;
}

export const DEVICE: readonly Leaf[] = [
  leaf('/3/0/0', 'string', 'Open Mobile Alliance'),
  leaf('/3/0/1', 'string', 'Lightweight M2M Client'),
  leaf('/3/0/2', 'string', '345000123'),
  leaf('/3/0/3', 'string', '1.0'),
  leaf('/3/0/6/0', 'integer', 1),
  leaf('/3/0/6/1', 'integer', 5),
  leaf('/3/0/7/0', 'integer', 0x0ed8),
  leaf('/3/0/7/1', 'integer', 0x1388),
  leaf('/3/0/8/0', 'integer', 0x7d),
  leaf('/3/0/8/1', 'integer', 0x0384),
  leaf('/3/0/9', 'integer', 100),
  leaf('/3/0/10', 'integer', 15),
  leaf('/3/0/11/0', 'integer', 0),
  leaf('/3/0/13', 'time', 1367491215),
  leaf('/3/0/14', 'string', '+02:00'),
  leaf('/3/0/16', 'string', 'U'),
];
