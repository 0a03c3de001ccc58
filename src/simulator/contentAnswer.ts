import { encodeUtf8 } from '../base/bytes';
import { Codes, type Code } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import type { OutgoingResponse } from '../coap/exchange';
import { currentFormat, encodeContent } from '../lwm2m/content/content';
import type { Leaf } from '../lwm2m/content/leaf';
import type { LwM2mPath } from '../objects/path';

/** Formats a device of each version writes; the first is what several values go in unasked. */
const WRITTEN: Readonly<Record<'1.0' | '1.1', readonly number[]>> = {
  '1.0': [ContentFormats.TLV, ContentFormats.TEXT, ContentFormats.OPAQUE],
  '1.1': [
    ContentFormats.SENML_CBOR,
    ContentFormats.SENML_JSON,
    ContentFormats.TLV,
    ContentFormats.CBOR,
    ContentFormats.TEXT,
    ContentFormats.OPAQUE,
  ],
};

/** The Content-Formats of several values that a device of a version offers, for `ct` in its registration. */
export const offeredFormats = (version: '1.0' | '1.1'): readonly number[] =>
  [...WRITTEN[version]].sort((a, b) => a - b);

/** Whether a device of a version understands a payload's format. */
export const isKnownFormat = (version: '1.0' | '1.1', format: number | undefined): boolean =>
  format === undefined ||
  WRITTEN[version].includes(currentFormat(format)) ||
  (version === '1.1' &&
    (format === ContentFormats.SENML_ETCH_JSON || format === ContentFormats.SENML_ETCH_CBOR));

/** An answer of a code alone, with why, where there is a why. */
export const answerOf = (code: Code, why?: string): OutgoingResponse =>
  why === undefined ? { code } : { code, body: encodeUtf8(why) };

function unaskedFormat(version: '1.0' | '1.1', path: LwM2mPath, leaves: readonly Leaf[]): number {
  const [only] = leaves;
  const single = path.resourceId !== undefined && leaves.length === 1 && only;
  const several = WRITTEN[version][0] ?? ContentFormats.TLV;
  if (!single || (path.resourceInstanceId === undefined && only.path.resourceInstanceId !== undefined)) {
    return several;
  }
  return only.value.type === 'opaque' ? ContentFormats.OPAQUE : ContentFormats.TEXT;
}

/** Values as the answer to a Read or as a notification: in the format asked for, else in the one that suits them; 4.06 where it can't carry them. */
export function contentAnswer(
  version: '1.0' | '1.1',
  path: LwM2mPath,
  leaves: readonly Leaf[],
  accept: number | undefined,
): OutgoingResponse {
  const format = accept ?? unaskedFormat(version, path, leaves);
  if (!WRITTEN[version].includes(currentFormat(format))) {
    return answerOf(Codes.NOT_ACCEPTABLE, `format ${format} is not written`);
  }
  const body = encodeContent(currentFormat(format), path, leaves);
  return body.ok
    ? { code: Codes.CONTENT, contentFormat: format, body: body.value }
    : answerOf(Codes.NOT_ACCEPTABLE, body.problem.message);
}
