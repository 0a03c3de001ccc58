import { NO_BYTES } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { putInteger, WireReader } from './wire';

/** What a record carries (RFC 6347 §4.1, RFC 9146 §4). */
export const ContentTypes = {
  CHANGE_CIPHER_SPEC: 20,
  ALERT: 21,
  HANDSHAKE: 22,
  APPLICATION_DATA: 23,
  TLS12_CID: 25,
} as const;

/** DTLS 1.2 on the wire, and 1.0 as first records and HelloVerifyRequest name it (RFC 6347 §4.2.1). */
export const DTLS_1_2 = 0xfefd;
export const DTLS_1_0 = 0xfeff;

/** Plaintext of one record (RFC 5246 §6.2.1). */
export const MAX_PLAINTEXT = 1 << 14;
/** Ciphertext of one record may be longer by this (RFC 5246 §6.2.3). */
const MAX_EXPANSION = 2048;

/** What the protection of a record covers besides its text. `cid` is the receiver's and empty for the classic header. */
export interface RecordHeader {
  readonly type: number;
  readonly version: number;
  readonly epoch: number;
  /** 48 bits; counts from 0 within the epoch. */
  readonly sequence: number;
  readonly cid: Uint8Array;
}

/** One record as it stands in a datagram; the fragment is a view of it. */
export interface DtlsRecord {
  readonly header: RecordHeader;
  readonly fragment: Uint8Array;
}

/** Length of a record's header, which the receiver's connection ID lengthens. */
export const headerLength = (cid: Uint8Array): number => 13 + cid.length;

/** Writes the header into the first bytes of a record whose fragment already stands behind them. */
export function putHeader(record: Uint8Array, { type, version, epoch, sequence, cid }: RecordHeader): void {
  let at = putInteger(record, 0, type, 1);
  at = putInteger(record, at, version, 2);
  at = putInteger(record, at, epoch, 2);
  at = putInteger(record, at, sequence, 6);
  record.set(cid, at);
  at += cid.length;
  putInteger(record, at, record.length - at - 2, 2);
}

/** The bytes of a record. */
export function encodeRecord(header: RecordHeader, fragment: Uint8Array): Uint8Array {
  const length = headerLength(header.cid);
  const record = new Uint8Array(length + fragment.length);
  record.set(fragment, length);
  putHeader(record, header);
  return record;
}

/**
 * The record at `offset` of a datagram and where the next begins. Record versions are not compared with ours: a first
 * ClientHello has 0xFEFF and, from some Mbed TLS, 0xFE00 (observed: Mbed TLS 2.28); all have major 0xFE.
 * `ownCidLength` is the length of the connection IDs that we hand out, which no record tells (RFC 9146 §4).
 */
export function decodeRecord(
  datagram: Uint8Array,
  offset: number,
  ownCidLength: number,
): Decoded<{ readonly record: DtlsRecord; readonly next: number }> {
  const reader = new WireReader(datagram, offset);
  const type = reader.uint8();
  if (!RECORD_TYPES.has(type)) return problem(`content type ${type} is not DTLS's`, offset, 'TYPE');
  const version = reader.uint16();
  if (!reader.failed && version >> 8 !== 0xfe) return problem('not a DTLS version', offset + 1, 'VERSION');
  const epoch = reader.uint16();
  const sequence = reader.uint48();
  const cid = type === ContentTypes.TLS12_CID ? reader.bytes(ownCidLength) : NO_BYTES;
  const length = reader.uint16();
  if (reader.failed) return problem('the record header is cut short', offset, 'SHORT');
  if (type === ContentTypes.TLS12_CID && (ownCidLength === 0 || epoch === 0)) {
    return problem('a connection ID where none can be', offset, 'CID');
  }
  if (length > MAX_PLAINTEXT + MAX_EXPANSION) return problem(`a record of ${length} bytes`, offset, 'LENGTH');
  const fragment = reader.bytes(length);
  if (reader.failed) return problem('the record is cut short', reader.offset, 'SHORT');
  return decoded({
    record: { header: { type, version, epoch, sequence, cid }, fragment },
    next: reader.offset,
  });
}

const RECORD_TYPES = new Set<number>(Object.values(ContentTypes));

/** Whether a datagram begins as DTLS: what tells plain CoAP on the secured port apart. */
export const looksLikeDtls = (datagram: Uint8Array): boolean =>
  RECORD_TYPES.has(datagram[0] ?? 0) && datagram[1] === 0xfe && datagram.length >= 13;
