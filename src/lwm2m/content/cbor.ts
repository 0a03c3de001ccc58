import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import type { LwM2mPath } from '../../objects/path';
import { parseCbor, wireOfItem } from './cborItem';
import { cborValue } from './cborWrite';
import { Collector } from './collector';
import type { DecodedContent, Leaf } from './leaf';
import { onlyValue } from './text';

/** Reads application/cbor (Content-Format 60): one resource or resource instance (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.5). */
export function decodeCbor(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const item = parseCbor(bytes);
  if (!item.ok) return item;
  const collector = new Collector(base, definitions);
  const wire = wireOfItem(item.value);
  if (typeof wire === 'string') collector.note(wire, item.value.offset);
  else collector.add(base, wire, item.value.offset);
  return collector.result();
}

/** Writes application/cbor; a problem where there isn't exactly one value. */
export function encodeCbor(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const value = onlyValue('application/cbor', base, leaves);
  if (!value.ok) return value;
  const bytes = cborValue(value.value);
  return bytes ? decoded(bytes) : problem('beyond 64 bits', 0, 'OUT_OF_RANGE');
}
