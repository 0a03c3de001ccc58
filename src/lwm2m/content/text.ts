import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup, ResourceType } from '../../objects/definition';
import { printPath, type LwM2mPath } from '../../objects/path';
import type { LwM2mValue } from '../../objects/value';
import { Collector } from './collector';
import type { DecodedContent, Leaf } from './leaf';
import { narrowInteger, parseObjectLink, typedValue, type TypedValue, type WireValue } from './wireValue';

/** The one value of a format that carries no path; a problem where there isn't exactly one. */
export function onlyValue(formatName: string, base: LwM2mPath, leaves: readonly Leaf[]): Decoded<LwM2mValue> {
  const [leaf] = leaves;
  if (!leaf || leaves.length > 1) {
    return problem(`${formatName} carries one value, here are ${leaves.length}`, 0, 'ONE_VALUE');
  }
  if (base.resourceId === undefined) {
    return problem(`${formatName} carries one resource, ${printPath(base)} is none`, 0, 'ONE_VALUE');
  }
  // a resource instance written as the resource itself would replace the others silently
  if (leaf.path.resourceInstanceId !== base.resourceInstanceId) {
    return problem(`${formatName} can't tell the resource instance ${printPath(leaf.path)}`, 0, 'ONE_VALUE');
  }
  return decoded(leaf.value);
}

function wireOfText(text: string, type: ResourceType | undefined): WireValue {
  const asString: WireValue = { kind: 'string', value: text };
  switch (type) {
    case 'integer':
    case 'unsigned':
    case 'time':
      return /^[+-]?\d{1,40}$/.test(text)
        ? { kind: 'integer', value: narrowInteger(BigInt(text.replace(/^\+/, ''))) }
        : asString;
    case 'float':
      if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text))
        return { kind: 'float', value: Number(text) };
      if (/^[+-]?inf(inity)?$/i.test(text)) {
        return { kind: 'float', value: text.startsWith('-') ? -Infinity : Infinity };
      }
      return /^[+-]?nan$/i.test(text) ? { kind: 'float', value: NaN } : asString;
    case 'boolean':
      return text === '0' || text === '1' ? { kind: 'boolean', value: text === '1' } : asString;
    case 'opaque': {
      const bytes = fromBase64(text);
      return bytes ? { kind: 'opaque', value: bytes } : asString;
    }
    case 'objlnk': {
      const link = parseObjectLink(text);
      return link ? { kind: 'objlnk', value: link } : asString;
    }
    default:
      return asString;
  }
}

/** The value that text is under a type (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.1); bytes that are no UTF-8 stay opaque. */
export function typedText(bytes: Uint8Array, type: ResourceType | undefined): TypedValue {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { value: { type: 'opaque', value: bytes }, misfit: 'the text is not UTF-8' };
  return typedValue(wireOfText(text, type), type);
}

/** Reads text/plain (Content-Format 0): one resource or resource instance. */
export function decodeText(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const collector = new Collector(base, definitions);
  collector.addTyped(base, typedText(bytes, collector.typeOf(base)), 0);
  return collector.result();
}

/** A value as text/plain writes it (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C): opaque in base64, boolean as 0 or 1. */
export function printText(value: LwM2mValue): string {
  switch (value.type) {
    case 'string':
    case 'corelnk':
      return value.value;
    case 'integer':
    case 'unsigned':
    case 'time':
      return String(value.value);
    case 'float':
      return Object.is(value.value, -0) ? '-0' : String(value.value);
    case 'boolean':
      return value.value ? '1' : '0';
    case 'opaque':
      return toBase64(value.value);
    case 'objlnk':
      return `${value.value.objectId}:${value.value.instanceId}`;
  }
}

/** Writes text/plain; a problem where there isn't exactly one value. */
export function encodeText(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const value = onlyValue('text/plain', base, leaves);
  return value.ok ? decoded(encodeUtf8(printText(value.value))) : value;
}
