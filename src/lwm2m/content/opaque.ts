import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import type { LwM2mPath } from '../../objects/path';
import { Collector } from './collector';
import type { DecodedContent, Leaf } from './leaf';
import { onlyValue } from './text';
import { typedValue } from './wireValue';

/** Reads application/octet-stream (Content-Format 42): one opaque resource (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.2). */
export function decodeOpaque(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const collector = new Collector(base, definitions);
  collector.addTyped(base, typedValue({ kind: 'opaque', value: bytes }, collector.typeOf(base)), 0);
  return collector.result();
}

/** Writes application/octet-stream; a problem where there isn't exactly one value, or it isn't opaque. */
export function encodeOpaque(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const value = onlyValue('application/octet-stream', base, leaves);
  if (!value.ok) return value;
  return value.value.type === 'opaque'
    ? decoded(value.value.value)
    : problem(
        `application/octet-stream carries opaque bytes, not a value of type ${value.value.type}`,
        0,
        'WRONG_TYPE',
      );
}
