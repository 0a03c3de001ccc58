import { decodeUtf8 } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import { ContentFormats } from '../../coap/contentFormat';
import { resourceDefinition, type DefinitionLookup } from '../../objects/definition';
import type { LwM2mPath } from '../../objects/path';
import { decodeCbor, encodeCbor } from './cbor';
import type { DecodedContent, Leaf } from './leaf';
import { decodeLwM2mCbor, encodeLwM2mCbor } from './lwm2mCbor';
import { decodeLwM2mJson } from './lwm2mJson';
import { decodeOpaque, encodeOpaque } from './opaque';
import { decodeSenmlCbor, decodeSenmlCborPaths, encodeSenmlCbor, encodeSenmlCborPaths } from './senmlCbor';
import { decodeSenmlJson, decodeSenmlJsonPaths, encodeSenmlJson, encodeSenmlJsonPaths } from './senmlJson';
import { decodeText, encodeText } from './text';
import { decodeTlv, encodeTlv } from './tlv';

const SUCCESSORS: ReadonlyMap<number, number> = new Map([
  [ContentFormats.OLD_TEXT, ContentFormats.TEXT],
  [ContentFormats.OLD_TLV, ContentFormats.TLV],
  [ContentFormats.OLD_JSON, ContentFormats.LWM2M_JSON],
  [ContentFormats.OLD_OPAQUE, ContentFormats.OPAQUE],
]);

/** The registered number of a format that a client calls by its old one (1541–1544). */
export const currentFormat = (format: number): number => SUCCESSORS.get(format) ?? format;

const clean = (content: Decoded<DecodedContent>): boolean =>
  content.ok && content.value.problems.length === 0;

/** Reads a payload that names no format: by what its path is, then by what it looks like. */
function decodeUnnamed(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  if (base.objectId !== undefined && base.resourceId !== undefined) {
    const type = resourceDefinition(definitions, base.objectId, base.resourceId)?.type;
    if (type === 'opaque') return decodeOpaque(base, bytes, definitions);
    const printable = !/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(decodeUtf8(bytes) ?? '\0');
    const text = decodeText(base, bytes, definitions);
    if (printable && clean(text)) return text;
    const tlv = decodeTlv(base, bytes, definitions);
    if (bytes.length > 0 && clean(tlv)) return tlv;
    return printable ? text : decodeOpaque(base, bytes, definitions);
  }
  const attempts = [decodeTlv, decodeSenmlJson, decodeSenmlCbor, decodeLwM2mJson, decodeLwM2mCbor];
  const results = attempts.map((attempt) => attempt(base, bytes, definitions));
  const [first] = results;
  return results.find(clean) ?? first ?? problem('no format reads this', 0);
}

/**
 * The values of a payload. Without a format it is guessed. A value that doesn't fit its definition is kept by its wire
 * type, with a problem; the whole is a problem only where nothing could be read.
 *
 * @param base path that was asked for or written to; the root for Send and composite operations
 * @param now seconds since 1970, to make SenML's relative times absolute
 */
export function decodeContent(
  format: number | undefined,
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
  now?: number,
): Decoded<DecodedContent> {
  if (format === undefined) return decodeUnnamed(base, bytes, definitions);
  switch (currentFormat(format)) {
    case ContentFormats.TEXT:
      return decodeText(base, bytes, definitions);
    case ContentFormats.OPAQUE:
      return decodeOpaque(base, bytes, definitions);
    case ContentFormats.CBOR:
      return decodeCbor(base, bytes, definitions);
    case ContentFormats.TLV:
      return decodeTlv(base, bytes, definitions);
    case ContentFormats.SENML_JSON:
    case ContentFormats.SENML_ETCH_JSON:
      return decodeSenmlJson(base, bytes, definitions, now);
    case ContentFormats.SENML_CBOR:
    case ContentFormats.SENML_ETCH_CBOR:
      return decodeSenmlCbor(base, bytes, definitions, now);
    case ContentFormats.LWM2M_JSON:
      return decodeLwM2mJson(base, bytes, definitions);
    case ContentFormats.LWM2M_CBOR:
      return decodeLwM2mCbor(base, bytes, definitions);
    default:
      return problem(`Content-Format ${format} carries no values of LwM2M`, 0, 'UNKNOWN_FORMAT');
  }
}

/**
 * A payload with the leaves, all below `base`. Problems: `ONE_VALUE`, `WRONG_TYPE`, `NO_PLACE`, `OUT_OF_RANGE`, `TOO_LONG` where
 * the format can't carry them; `UNKNOWN_FORMAT` where we don't write it (LwM2M JSON is only read).
 */
export function encodeContent(format: number, base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  switch (currentFormat(format)) {
    case ContentFormats.TEXT:
      return encodeText(base, leaves);
    case ContentFormats.OPAQUE:
      return encodeOpaque(base, leaves);
    case ContentFormats.CBOR:
      return encodeCbor(base, leaves);
    case ContentFormats.TLV:
      return encodeTlv(base, leaves);
    case ContentFormats.SENML_JSON:
    case ContentFormats.SENML_ETCH_JSON:
      return encodeSenmlJson(base, leaves);
    case ContentFormats.SENML_CBOR:
    case ContentFormats.SENML_ETCH_CBOR:
      return encodeSenmlCbor(base, leaves);
    case ContentFormats.LWM2M_CBOR:
      return encodeLwM2mCbor(base, leaves);
    default:
      return problem(`Content-Format ${format} is not written`, 0, 'UNKNOWN_FORMAT');
  }
}

/** The body of a Read-Composite or Observe-Composite request, in SenML JSON or SenML CBOR. */
export function encodePaths(format: number, paths: readonly LwM2mPath[]): Decoded<Uint8Array> {
  switch (format) {
    case ContentFormats.SENML_JSON:
    case ContentFormats.SENML_ETCH_JSON:
      return decoded(encodeSenmlJsonPaths(paths));
    case ContentFormats.SENML_CBOR:
    case ContentFormats.SENML_ETCH_CBOR:
      return decoded(encodeSenmlCborPaths(paths));
    default:
      return problem(`Content-Format ${format} carries no list of paths`, 0, 'UNKNOWN_FORMAT');
  }
}

/** The paths that the body of a composite request names. */
export function decodePaths(format: number | undefined, bytes: Uint8Array): Decoded<readonly LwM2mPath[]> {
  switch (format) {
    case ContentFormats.SENML_JSON:
    case ContentFormats.SENML_ETCH_JSON:
      return decodeSenmlJsonPaths(bytes);
    case ContentFormats.SENML_CBOR:
    case ContentFormats.SENML_ETCH_CBOR:
      return decodeSenmlCborPaths(bytes);
    default:
      return problem(`Content-Format ${format} carries no list of paths`, 0, 'UNKNOWN_FORMAT');
  }
}
