/** First segment of the path that every offer has by itself. */
export const OFFERS_FOLDER = 'f';

/** First segments that the LwM2M server and the offers themselves have (LwM2M 1.1 §6.2.3, §5.2, RFC 6690 §4). */
const RESERVED: ReadonlySet<string> = new Set(['rd', 'dp', OFFERS_FOLDER, 'bs', 'bspack', '.well-known']);

/** Whether no image can be served below a first segment. */
export const isReserved = (segment: string): boolean => RESERVED.has(segment);

/** A path as a key: segments may hold slashes. */
export const keyOfPath = (segments: readonly string[]): string => JSON.stringify(segments);

/** The decoded segments of a path as it stands in a URI, with its first slash or without; `undefined` where an escape is no UTF-8. */
export const decodedSegments = (path: string): readonly string[] | undefined =>
  decodedEach(path.replace(/^\//, '').split('/'));

/** Segments decoded one by one; `undefined` where an escape is no UTF-8. */
export function decodedEach(segments: readonly string[]): readonly string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
