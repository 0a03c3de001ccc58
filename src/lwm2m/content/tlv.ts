import { concatBytes, decodeUtf8, encodeUtf8, NO_BYTES } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup, ResourceType } from '../../objects/definition';
import { comparePaths, MAX_ID, pathOf, printPath, type LwM2mPath } from '../../objects/path';
import type { LwM2mValue } from '../../objects/value';
import { Collector, idsBelow } from './collector';
import type { DecodedContent, Leaf } from './leaf';
import { fits64Bits, narrowInteger, type TypedValue } from './wireValue';

/** Identifier types of a TLV record, bits 7–6 of its first byte (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.3). */
const OBJECT_INSTANCE = 0;
const RESOURCE_INSTANCE = 1;
const MULTIPLE_RESOURCE = 2;
const RESOURCE = 3;

const KIND_NAMES = ['object instance', 'resource instance', 'multiple resource', 'resource'] as const;

interface TlvRecord {
  readonly kind: number;
  readonly id: number;
  readonly value: Uint8Array;
  /** Of the record, and of its value, in the payload. */
  readonly offset: number;
  readonly valueOffset: number;
}

/** The records of one level; stops at what is no record, telling where. */
function* records(bytes: Uint8Array, start: number, collector: Collector): Generator<TlvRecord> {
  let at = 0;
  while (at < bytes.length) {
    const offset = start + at;
    const head = bytes[at] ?? 0;
    const idBytes = head & 0x20 ? 2 : 1;
    const lengthBytes = (head >> 3) & 3;
    const headBytes = 1 + idBytes + lengthBytes;
    if (at + headBytes > bytes.length) return collector.note('the TLV ends within a record header', offset);
    let id = 0;
    for (let i = 0; i < idBytes; i++) id = id * 256 + (bytes[at + 1 + i] ?? 0);
    let length = lengthBytes === 0 ? head & 7 : 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 1 + idBytes + i] ?? 0);
    const from = at + headBytes;
    if (from + length > bytes.length) {
      return collector.note(`a record says ${length} bytes, ${bytes.length - from} are left`, offset);
    }
    yield {
      kind: head >> 6,
      id,
      value: bytes.subarray(from, from + length),
      offset,
      valueOffset: start + from,
    };
    at = from + length;
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readInteger(bytes: Uint8Array, unsigned: boolean): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return unsigned ? value : BigInt.asIntN(8 * bytes.length, value);
}

function typedTlv(bytes: Uint8Array, type: ResourceType | undefined): TypedValue {
  const opaque: LwM2mValue = { type: 'opaque', value: bytes };
  const misfit = (why: string): TypedValue => ({ value: opaque, misfit: `defined as ${type}, ${why}` });
  const length = bytes.length;
  switch (type) {
    case undefined:
    case 'opaque':
      return { value: opaque };
    case 'string':
    case 'corelnk': {
      const value = decodeUtf8(bytes);
      return value === undefined ? misfit('but is not UTF-8') : { value: { type, value } };
    }
    case 'integer':
    case 'unsigned':
    case 'time': {
      if (length > 8) return misfit(`${length} bytes are no integer`);
      const value = narrowInteger(readInteger(bytes, type === 'unsigned'));
      const odd = [1, 2, 4, 8].includes(length) ? {} : { misfit: `an integer of ${length} bytes` };
      if (type !== 'time') return { value: { type, value }, ...odd };
      return typeof value === 'number' ? { value: { type, value }, ...odd } : misfit('beyond any calendar');
    }
    case 'float':
      if (length === 4) return { value: { type, value: viewOf(bytes).getFloat32(0) } };
      if (length === 8) return { value: { type, value: viewOf(bytes).getFloat64(0) } };
      return misfit(`${length} bytes are no float`);
    case 'boolean':
      if (length === 1 && (bytes[0] ?? 2) < 2) return { value: { type, value: bytes[0] === 1 } };
      return misfit('but is neither 0 nor 1');
    case 'objlnk':
      if (length !== 4) return misfit(`${length} bytes are no object link`);
      return {
        value: {
          type,
          value: { objectId: viewOf(bytes).getUint16(0), instanceId: viewOf(bytes).getUint16(2) },
        },
      };
  }
}

class TlvReader {
  constructor(
    private readonly base: LwM2mPath,
    private readonly collector: Collector,
    private readonly definitions: DefinitionLookup,
  ) {}

  payload(bytes: Uint8Array): void {
    const { objectId, instanceId, resourceId } = this.base;
    if (objectId === undefined)
      return this.collector.note('TLV names no object: it can only answer below one', 0);
    for (const record of records(bytes, 0, this.collector)) {
      if (this.refused(record)) continue;
      if (record.kind === OBJECT_INSTANCE) {
        for (const inner of records(record.value, record.valueOffset, this.collector)) {
          if (this.refused(inner)) continue;
          this.resource(objectId, record.id, inner);
        }
      } else if (instanceId === undefined) {
        if (this.definitions.object(objectId)?.multiple === true) {
          this.collector.note('no object instance named: taken as instance 0', record.offset);
        }
        this.resource(objectId, 0, record);
      } else if (record.kind === RESOURCE_INSTANCE && resourceId !== undefined) {
        this.value(pathOf(objectId, instanceId, resourceId, record.id), record);
      } else this.resource(objectId, instanceId, record);
    }
  }

  private resource(objectId: number, instanceId: number, record: TlvRecord): void {
    if (record.kind === RESOURCE) return this.value(pathOf(objectId, instanceId, record.id), record);
    if (record.kind !== MULTIPLE_RESOURCE) return this.misplaced(record);
    for (const inner of records(record.value, record.valueOffset, this.collector)) {
      if (this.refused(inner)) continue;
      if (inner.kind !== RESOURCE_INSTANCE) this.misplaced(inner);
      else this.value(pathOf(objectId, instanceId, record.id, inner.id), inner);
    }
  }

  private value(path: LwM2mPath, record: TlvRecord): void {
    this.collector.addTyped(path, typedTlv(record.value, this.collector.typeOf(path)), record.valueOffset);
  }

  private refused(record: TlvRecord): boolean {
    if (record.id <= MAX_ID) return false;
    this.collector.note(`ID ${record.id} is reserved`, record.offset);
    return true;
  }

  private misplaced(record: TlvRecord): void {
    this.collector.note(`a record of kind "${KIND_NAMES[record.kind]}" has no place here`, record.offset);
  }
}

/**
 * Reads OMA TLV (Content-Format 11542; OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.3). Records before a break are kept.
 * A value of an undefined resource stays opaque, as TLV says nothing of its type.
 */
export function decodeTlv(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const collector = new Collector(base, definitions);
  new TlvReader(base, collector, definitions).payload(bytes);
  return collector.result();
}

function integerBytes(value: bigint): Uint8Array {
  const width = [8, 16, 32].find((bits) => BigInt.asIntN(bits, value) === value) ?? 64;
  const bytes = new Uint8Array(width / 8);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(width - 8 - 8 * i)) & 0xffn);
  return bytes;
}

function valueBytes(value: LwM2mValue): Uint8Array | undefined {
  switch (value.type) {
    case 'string':
    case 'corelnk':
      return encodeUtf8(value.value);
    case 'integer':
    case 'unsigned':
    case 'time':
      // an unsigned one gets a width whose sign bit is clear: Leshan reads it as signed
      return fits64Bits(value.value, value.type === 'unsigned')
        ? integerBytes(BigInt(value.value))
        : undefined;
    case 'float': {
      const exact = Object.is(Math.fround(value.value), value.value);
      const bytes = new Uint8Array(exact ? 4 : 8);
      if (exact) viewOf(bytes).setFloat32(0, value.value);
      else viewOf(bytes).setFloat64(0, value.value);
      return bytes;
    }
    case 'boolean':
      return Uint8Array.of(value.value ? 1 : 0);
    case 'opaque':
      return value.value;
    case 'objlnk': {
      const bytes = new Uint8Array(4);
      viewOf(bytes).setUint16(0, value.value.objectId);
      viewOf(bytes).setUint16(2, value.value.instanceId);
      return bytes;
    }
  }
}

function record(kind: number, id: number, value: Uint8Array): Uint8Array {
  const length = value.length;
  const lengthBytes = length < 8 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const head = [(kind << 6) | (id > 0xff ? 0x20 : 0) | (lengthBytes << 3) | (lengthBytes === 0 ? length : 0)];
  if (id > 0xff) head.push(id >> 8);
  head.push(id & 0xff);
  for (let i = lengthBytes - 1; i >= 0; i--) head.push((length >> (8 * i)) & 0xff);
  return concatBytes([Uint8Array.from(head), value]);
}

/** An object instance without any value: a Create that names it alone. */
export const tlvOfEmptyInstance = (instanceId: number): Uint8Array =>
  record(OBJECT_INSTANCE, instanceId, NO_BYTES);

/** Leaves with the IDs that remain below the level at hand. */
interface Pending {
  readonly ids: readonly number[];
  readonly value: Uint8Array;
}

function byFirstId(pending: readonly Pending[]): Map<number, Pending[]> {
  const groups = new Map<number, Pending[]>();
  for (const { ids, value } of pending) {
    const [id = 0, ...rest] = ids;
    const group = groups.get(id);
    if (group) group.push({ ids: rest, value });
    else groups.set(id, [{ ids: rest, value }]);
  }
  return groups;
}

function resourceRecords(pending: readonly Pending[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [id, group] of byFirstId(pending)) {
    const instances = group.filter((one) => one.ids.length === 1);
    for (const one of group) if (one.ids.length === 0) parts.push(record(RESOURCE, id, one.value));
    if (instances.length > 0) {
      const inner = instances.map((one) => record(RESOURCE_INSTANCE, one.ids[0] ?? 0, one.value));
      parts.push(record(MULTIPLE_RESOURCE, id, concatBytes(inner)));
    }
  }
  return concatBytes(parts);
}

/**
 * Writes OMA TLV below an object, instance, resource or resource instance. A base `/19/0` gives the resources bare,
 * which is also how Create asks the device to choose the instance; a base `/19` names the instance.
 */
export function encodeTlv(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  if (base.objectId === undefined) return problem('TLV can carry nothing above an object', 0, 'NO_PLACE');
  const pending: Pending[] = [];
  // the wrapper that a record starts with: an instance below an object, else a resource
  const wrapped =
    base.instanceId === undefined ? { objectId: base.objectId } : pathOf(base.objectId, base.instanceId);
  for (const leaf of [...leaves].sort((a, b) => comparePaths(a.path, b.path))) {
    if (!idsBelow(base, leaf.path) || leaf.path.resourceId === undefined) {
      return problem(`${printPath(leaf.path)} is no value below ${printPath(base)}`, 0, 'NO_PLACE');
    }
    const value = valueBytes(leaf.value);
    if (!value) return problem(`${printPath(leaf.path)}: beyond 64 bits`, 0, 'OUT_OF_RANGE');
    if (value.length > 0xffffff) return problem(`${printPath(leaf.path)}: beyond 16 MiB`, 0, 'TOO_LONG');
    pending.push({ ids: idsBelow(wrapped, leaf.path) ?? [], value });
  }
  const [only] = pending;
  if (base.resourceInstanceId !== undefined) {
    return decoded(only ? record(RESOURCE_INSTANCE, base.resourceInstanceId, only.value) : NO_BYTES);
  }
  if (base.instanceId !== undefined) return decoded(resourceRecords(pending));
  const parts: Uint8Array[] = [];
  for (const [id, group] of byFirstId(pending))
    parts.push(record(OBJECT_INSTANCE, id, resourceRecords(group)));
  return decoded(concatBytes(parts));
}
