import { toHex } from '../../base/bytes';
import type { ByteSource } from '../../base/files';
import type { HashPort } from '../../base/hash';
import { ESP_MAGIC, EspReader } from './esp';
import type { ImageFacts, ImageKind } from './facts';
import type { ImageReader } from './imageReader';
import { MCUBOOT_MAGIC, McubootReader } from './mcuboot';
import { ModemReader } from './modem';
import { elfReader, hexReader, UnknownReader } from './notForTheAir';
import { inspectZip } from './zip';

/** How much of a file is in memory at a time. */
const PIECE = 64 * 1024;
/** First bytes by which a kind is known. */
const HEAD_BYTES = 16;

const SIGNS: readonly (readonly [kind: ImageKind, at: number, bytes: readonly number[]])[] = [
  ['mcuboot', 0, MCUBOOT_MAGIC],
  // dfu_target_modem_delta.c has the magic number after four bytes of no meaning; descriptions have it at the start.
  ['modem-delta', 4, [0x6d, 0x65, 0x44, 0x75]],
  ['modem-delta', 0, [0x6d, 0x65, 0x44, 0x75]],
  // COSE_Sign1 around the segments' digests (dfu_target_full_modem.c).
  ['modem-full', 0, [0xd2, 0x84]],
  ['zip', 0, [0x50, 0x4b, 0x03, 0x04]],
  ['zip', 0, [0x50, 0x4b, 0x05, 0x06]],
  ['elf', 0, [0x7f, 0x45, 0x4c, 0x46]],
  ['esp', 0, [ESP_MAGIC]],
];

/** The kind of a file by its first 16 bytes. */
export function kindOf(head: Uint8Array): ImageKind {
  for (const [kind, at, bytes] of SIGNS) if (bytes.every((byte, i) => head[at + i] === byte)) return kind;
  // A record of Intel HEX: a colon, then hexadecimal digits; the first may end within the head.
  if (/^:[0-9a-f]{10,}(?:[\r\n].*)?$/is.test(String.fromCharCode(...head.subarray(0, HEAD_BYTES))))
    return 'hex';
  return 'unknown';
}

function readerFor(kind: ImageKind, hash: HashPort): ImageReader | undefined {
  switch (kind) {
    case 'mcuboot':
      return new McubootReader(hash);
    case 'esp':
      return new EspReader(hash);
    case 'modem-delta':
    case 'modem-full':
      return new ModemReader();
    case 'hex':
      return hexReader();
    case 'elf':
      return elfReader();
    case 'unknown':
      return new UnknownReader();
    case 'zip':
      // Its directory is at its end and tells the places.
      return undefined;
  }
}

/**
 * What a file is, judged by its bytes, in one pass in pieces of 64 KiB (a zip package's directory is read besides).
 * Doesn't close the source. Throws what the source throws (`UNREADABLE`); a damaged image is a value with its problems.
 */
export async function inspectImage(source: ByteSource, hash: HashPort): Promise<ImageFacts> {
  const whole = hash.sha256();
  let kind: ImageKind = 'unknown';
  let reader: ImageReader | undefined = new UnknownReader();
  let at = 0;
  while (at < source.size) {
    const piece = await source.read(at, Math.min(PIECE, source.size - at));
    if (piece.length === 0) break;
    if (at === 0) {
      kind = kindOf(piece.subarray(0, HEAD_BYTES));
      reader = readerFor(kind, hash);
    }
    whole.update(piece);
    reader?.write(piece);
    at += piece.length;
  }
  const findings = reader ? reader.end() : await inspectZip(source);
  return { kind, size: at, sha256: toHex(whole.digest()), ...findings };
}
