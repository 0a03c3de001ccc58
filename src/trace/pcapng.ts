import { concatBytes, encodeUtf8, toHex } from '../base/bytes';
import { wireAddress, udpPacket } from './ipPacket';

/** An IP address as text (IPv6 without brackets) and a UDP port. */
export interface CapturedAddress {
  readonly host: string;
  readonly port: number;
}

/** A datagram that went over the wire, as the socket saw it. */
export interface CapturedDatagram {
  /** Milliseconds since 1970, fractions count. */
  readonly at: number;
  readonly source: CapturedAddress;
  readonly destination: CapturedAddress;
  readonly payload: Uint8Array;
  /** Shown by Wireshark as the packet's comment. */
  readonly comment?: string;
}

/** What decrypts one session: its client random (32 bytes) and master secret (48 bytes), RFC 5246 §8.1. Secret. */
export interface SessionSecret {
  readonly clientRandom: Uint8Array;
  readonly masterSecret: Uint8Array;
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** "TLSK": a TLS key log (draft-ietf-opsawg-pcapng §4.8). */
const TLS_KEY_LOG = 0x544c534b;
/** LINKTYPE_RAW: each packet begins with its IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101;
const OPTION_COMMENT = 1;
const OPTION_APPLICATION = 4;
const OPTION_TIME_RESOLUTION = 9;
/** 10⁻⁶ s, the format's default, said all the same. */
const MICROSECONDS = 6;
const MAX_COMMENT_BYTES = 1000;

/**
 * The beginning of a capture file (draft-ietf-opsawg-pcapng): section header, and one interface of raw IP packets.
 * The whole file is this, then blocks of {@link decryptionSecrets} and {@link capturedPacket} in the order of their
 * events; a session's secret stands before its first packet.
 */
export function captureHeader(application: string): Uint8Array {
  return concatBytes([
    block(SECTION_HEADER, [
      u32(BYTE_ORDER_MAGIC),
      u16(1),
      u16(0),
      // The section's length is not known while it grows: −1.
      u32(0xffffffff),
      u32(0xffffffff),
      options([[OPTION_APPLICATION, encodeUtf8(application)]]),
    ]),
    block(INTERFACE_DESCRIPTION, [
      u16(LINKTYPE_RAW),
      u16(0),
      u32(0),
      options([[OPTION_TIME_RESOLUTION, Uint8Array.of(MICROSECONDS)]]),
    ]),
  ]);
}

/** A Decryption Secrets Block, so that Wireshark shows the sessions' records decrypted. Whoever has the file can read them. */
export function decryptionSecrets(secrets: readonly SessionSecret[]): Uint8Array {
  const log = encodeUtf8(
    secrets
      .map(
        ({ clientRandom, masterSecret }) => `CLIENT_RANDOM ${toHex(clientRandom)} ${toHex(masterSecret)}\n`,
      )
      .join(''),
  );
  return block(DECRYPTION_SECRETS, [u32(TLS_KEY_LOG), u32(log.length), padded(log)]);
}

/**
 * An Enhanced Packet Block of a datagram, under an IP and UDP header made for it. `undefined` where its addresses are
 * not both IPv4 or both IPv6 (an IPv4-mapped one counts for either), or it is longer than UDP carries.
 */
export function capturedPacket(datagram: CapturedDatagram): Uint8Array | undefined {
  const packet = udpPacket(
    wireAddress(datagram.source.host),
    datagram.source.port,
    wireAddress(datagram.destination.host),
    datagram.destination.port,
    datagram.payload,
  );
  return packet && packetBlock(datagram.at, packet, datagram.comment);
}

/** An Enhanced Packet Block of an IP packet that went over the wire at `at`, milliseconds since 1970. */
export function packetBlock(at: number, packet: Uint8Array, commentText?: string): Uint8Array {
  const microseconds = Math.max(0, Math.round(at * 1000));
  const comment = commentText === undefined ? undefined : bounded(commentText);
  return block(ENHANCED_PACKET, [
    u32(0),
    u32(Math.floor(microseconds / 2 ** 32)),
    u32(microseconds % 2 ** 32),
    u32(packet.length),
    u32(packet.length),
    padded(packet),
    options(comment ? [[OPTION_COMMENT, comment]] : []),
  ]);
}

/** UTF-8 of a comment, cut at a character's end. */
function bounded(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes.length <= MAX_COMMENT_BYTES) return bytes;
  let end = MAX_COMMENT_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 12);
  return concatBytes([u32(type), u32(length), ...parts, u32(length)]);
}

function options(given: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  if (given.length === 0) return new Uint8Array(0);
  const parts = given.flatMap(([code, value]) => [u16(code), u16(value.length), padded(value)]);
  return concatBytes([...parts, u16(0), u16(0)]);
}

/** Filled with zeros to whole 32-bit words. */
function padded(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array((bytes.length + 3) & ~3);
  all.set(bytes);
  return all;
}

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >>> 8);

const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
