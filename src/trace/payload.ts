import { decodeUtf8, toBase64, toHex } from '../base/bytes';
import { Codes, isRequest, type Code } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import { decodeContent, decodePaths } from '../lwm2m/content/content';
import type { Leaf } from '../lwm2m/content/leaf';
import type { DefinitionLookup } from '../objects/definition';
import { printPath, type LwM2mPath } from '../objects/path';
import type { LwM2mValue } from '../objects/value';
import { valueToJson } from '../objects/valueJson';
import { cut, type TracedBlock } from './messageWords';
import type { TracedMessage } from './tracedMessage';

/** Most values of one message that are told, and most characters of all its texts. */
const MOST_VALUES = 64;
const MOST_TEXT = 4096;
/** Longest text, and opaque in bytes, of one value. */
const LONGEST_VALUE = 1024;
const LONGEST_OPAQUE = 768;
/** A longer payload is not decoded: no honest datagram carries it. */
const LONGEST_DECODED = 64 * 1024;
/** Bytes shown of what is neither values nor text. */
const HEX_BYTES = 32;

/** A payload with what is known of its message. */
export interface TracedPayload {
  readonly code: Code;
  /** Of the request, for a response. */
  readonly method: Code | undefined;
  /** What the values are below; `undefined` where the path is none of LwM2M, or not known. */
  readonly base: LwM2mPath | undefined;
  readonly format: number | undefined;
  readonly block: TracedBlock | undefined;
  readonly payload: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
}

/** What a payload says. */
export type PayloadView = Pick<TracedMessage, 'values' | 'text' | 'problem'>;

/** Reads a payload: its values where it has any, else its text, or its first bytes in hexadecimal. Bounded; never throws. */
export function readPayload(traced: TracedPayload, definitions: DefinitionLookup): PayloadView {
  const { code, method, base, format, block, payload, now } = traced;
  if (payload.length === 0) return {};
  if (block && (block.num > 0 || block.more)) return { text: partText(block, payload.length) };
  if (code >> 5 >= 4 || format === ContentFormats.LINK) return { text: plainText(payload) };
  if (base === undefined || payload.length > LONGEST_DECODED) return { text: plainText(payload) };
  if (isRequest(code)) {
    if (code === Codes.FETCH) return pathsOf(format, payload);
    // The arguments of Execute are no value of the resource.
    if (code === Codes.POST && base.resourceId !== undefined) return { text: plainText(payload) };
  } else if (method === undefined) return { text: plainText(payload) };
  const content = decodeContent(format, base, payload, definitions, now);
  if (!content.ok) return { text: plainText(payload), problem: content.problem.message };
  const [problem] = content.value.problems;
  return { ...valuesOf(content.value.leaves), ...(problem ? { problem: problem.message } : {}) };
}

const partText = ({ offset, more }: TracedBlock, length: number): string =>
  `bytes ${offset} to ${offset + length - 1}, ${more ? 'more follow' : 'the last'}`;

function pathsOf(format: number | undefined, payload: Uint8Array): PayloadView {
  const paths = decodePaths(format, payload);
  if (!paths.ok) return { text: plainText(payload), problem: paths.problem.message };
  const told = paths.value.slice(0, MOST_VALUES).map(printPath).join(' ');
  return {
    text: paths.value.length > MOST_VALUES ? `${told} and ${paths.value.length - MOST_VALUES} more` : told,
  };
}

function valuesOf(leaves: readonly Leaf[]): PayloadView {
  const values: { path: string; value: string | number | boolean; type: string }[] = [];
  let room = MOST_TEXT;
  for (const { path, value } of leaves.slice(0, MOST_VALUES)) {
    const json = shortJson(value);
    if (typeof json === 'string') room -= json.length;
    if (room < 0) break;
    values.push({ path: printPath(path), value: json, type: value.type });
  }
  const all = leaves.length;
  return { values, ...(values.length < all ? { text: `${values.length} of ${all} values` } : {}) };
}

function shortJson(value: LwM2mValue): string | number | boolean {
  if (value.type === 'opaque' && value.value.length > LONGEST_OPAQUE)
    return `${toBase64(value.value.subarray(0, LONGEST_OPAQUE))}…`;
  const json = valueToJson(value);
  return typeof json === 'string' ? cut(json, LONGEST_VALUE + 1) : json;
}

/** Bytes as text where they are one, else the first of them in hexadecimal. */
export function plainText(bytes: Uint8Array): string {
  // A character of UTF-8 has at most four bytes: what is beyond is cut anyway.
  const text = bytes.length > 4 * MOST_TEXT ? undefined : decodeUtf8(bytes);
  if (text !== undefined && !/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return cut(text, MOST_TEXT);
  return `${toHex(bytes.subarray(0, HEX_BYTES))}${bytes.length > HEX_BYTES ? '…' : ''}`;
}
