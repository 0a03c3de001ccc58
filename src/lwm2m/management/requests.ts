import { encodeUtf8 } from '../../base/bytes';
import type { ByteSource } from '../../base/files';
import { OperationError } from '../../base/errors';
import type { Decoded } from '../../base/result';
import { Codes } from '../../coap/code';
import { ContentFormats } from '../../coap/contentFormat';
import type { CoapRequest } from '../../coap/exchange';
import { pathSegments, type LwM2mPath } from '../../objects/path';
import { encodeContent, encodePaths } from '../content/content';
import type { Leaf } from '../content/leaf';
import type { LinkAttributes } from '../server';
import type { Format } from './formatMemory';
import { tlvOfEmptyInstance } from '../content/tlv';

type Root = readonly string[];

/** Uri-Path of a path below the client's root. */
const pathBelow = (root: Root, path: LwM2mPath): readonly string[] =>
  root.length === 0 ? pathSegments(path) : [...root, ...pathSegments(path)];

const accepting = (accept: Format) => (accept === undefined ? {} : { accept });

/** What our own side can't put into a payload is a mistake of the caller's. */
function bytesOf(encoded: Decoded<Uint8Array>): Uint8Array {
  if (encoded.ok) return encoded.value;
  throw new OperationError(encoded.problem.code ?? 'WRONG_TYPE', encoded.problem.message, {
    next: 'Give another value or another format.',
  });
}

/** GET (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.1). */
export const readRequest = (root: Root, path: LwM2mPath, accept: Format): CoapRequest => ({
  method: Codes.GET,
  path: pathBelow(root, path),
  ...accepting(accept),
});

/** FETCH (§6.3.7); the paths and the values in the same format. */
export const readCompositeRequest = (
  root: Root,
  paths: readonly LwM2mPath[],
  format: number,
): CoapRequest => ({
  method: Codes.FETCH,
  path: root,
  contentFormat: format,
  accept: valueFormat(format),
  body: bytesOf(encodePaths(format, paths)),
});

/** PUT replaces, POST updates (§6.3.3). */
export const writeRequest = (
  root: Root,
  path: LwM2mPath,
  leaves: readonly Leaf[],
  format: number,
  mode: 'replace' | 'update',
): CoapRequest => ({
  method: mode === 'replace' ? Codes.PUT : Codes.POST,
  path: pathBelow(root, path),
  contentFormat: format,
  body: bytesOf(encodeContent(format, path, leaves)),
});

/** PUT of bytes as they are. */
export const writeOpaqueRequest = (
  root: Root,
  path: LwM2mPath,
  body: Uint8Array | ByteSource,
  contentFormat: number = ContentFormats.OPAQUE,
): CoapRequest => ({ method: Codes.PUT, path: pathBelow(root, path), contentFormat, body });

/** iPATCH (§6.3.8). */
export const writeCompositeRequest = (root: Root, leaves: readonly Leaf[], format: number): CoapRequest => ({
  method: Codes.IPATCH,
  path: root,
  contentFormat: format,
  body: bytesOf(encodeContent(format, {}, leaves)),
});

/** POST (§6.3.5). Without arguments there is no payload: Wakaama refuses any. */
export const executeRequest = (root: Root, path: LwM2mPath, argument: string | undefined): CoapRequest => ({
  method: Codes.POST,
  path: pathBelow(root, path),
  ...(argument === undefined || argument === ''
    ? {}
    : { contentFormat: ContentFormats.TEXT, body: encodeUtf8(argument) }),
});

/** POST to the object that names an instance and gives it no value. */
export const createEmptyRequest = (root: Root, objectId: number, instanceId: number): CoapRequest => ({
  method: Codes.POST,
  path: pathBelow(root, { objectId }),
  contentFormat: ContentFormats.TLV,
  body: tlvOfEmptyInstance(instanceId),
});

/** POST to the object (§6.3.6). `base` an instance: its ID is left to the device where the format can do so. */
export const createRequest = (
  root: Root,
  base: LwM2mPath,
  leaves: readonly Leaf[],
  format: number,
): CoapRequest => ({
  method: Codes.POST,
  path: pathBelow(root, base.objectId === undefined ? {} : { objectId: base.objectId }),
  contentFormat: format,
  body: bytesOf(encodeContent(format, base, leaves)),
});

/** DELETE (§6.3.6). */
export const deleteRequest = (root: Root, path: LwM2mPath): CoapRequest => ({
  method: Codes.DELETE,
  path: pathBelow(root, path),
});

/** GET with Accept 40 (§6.3.2). */
export const discoverRequest = (root: Root, path: LwM2mPath): CoapRequest => ({
  method: Codes.GET,
  path: pathBelow(root, path),
  accept: ContentFormats.LINK,
});

/** PUT of queries alone (§6.3.4); a name without a value takes the attribute away. */
export const writeAttributesRequest = (
  root: Root,
  path: LwM2mPath,
  attributes: LinkAttributes,
): CoapRequest => ({
  method: Codes.PUT,
  path: pathBelow(root, path),
  query: Object.entries(attributes).map(([name, value]) =>
    value === undefined || value === '' ? name : `${name}=${value}`,
  ),
});

/** The ETCH formats are for requests alone; values come in SenML. */
const valueFormat = (format: number): number =>
  format === ContentFormats.SENML_ETCH_CBOR
    ? ContentFormats.SENML_CBOR
    : format === ContentFormats.SENML_ETCH_JSON
      ? ContentFormats.SENML_JSON
      : format;
