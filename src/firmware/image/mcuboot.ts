import { equalBytes, toHex } from '../../base/bytes';
import type { Hasher, HashPort } from '../../base/hash';
import { decoded, problem, type Decoded } from '../../base/result';
import type { ImageProblem } from './facts';
import {
  imageProblem,
  REBUILD,
  Stretch,
  unusable,
  viewOf,
  type Findings,
  type ImageReader,
} from './imageReader';

/** `IMAGE_MAGIC` in bootutil/image.h, as it stands in the file. */
export const MCUBOOT_MAGIC = [0x3d, 0xb8, 0xf3, 0x96] as const;

/** Bytes of `struct image_header`. */
const HEADER_BYTES = 32;
const TLV_HEAD = 4;
const PROTECTED_MAGIC = 0x6908;
const UNPROTECTED_MAGIC = 0x6907;
/** Protected and unprotected area, each with a length of 16 bits. */
const MAX_TLV_BYTES = 2 * 0xffff;

const Flags = { ENCRYPTED: 0x04 | 0x08, NON_BOOTABLE: 0x10 } as const;
const TlvTypes = { SHA256: 0x10, SHA384: 0x11, SHA512: 0x12, SIG_PURE: 0x25 } as const;
/** RSA-2048, ECDSA-P224 (older), ECDSA, RSA-3072, Ed25519. */
const SIGNATURES: ReadonlySet<number> = new Set([0x20, 0x21, 0x22, 0x23, 0x24]);

/** MCUboot's image header (`struct image_header` in bootutil/image.h), lengths in bytes. */
export interface McubootHeader {
  readonly headerSize: number;
  readonly protectedSize: number;
  readonly imageSize: number;
  readonly flags: number;
  /** `1.5.0+2`; a build number of 0 is left out. */
  readonly version: string;
}

/** One entry of a TLV area; `offset` is that of its type in the file. */
export interface McubootTlv {
  readonly type: number;
  readonly value: Uint8Array;
  readonly offset: number;
  readonly protected: boolean;
}

/** Reads the header from an image's first bytes. Problems: `UNKNOWN_KIND`, `TRUNCATED`, `BAD_HEADER`. */
export function decodeMcubootHeader(bytes: Uint8Array): Decoded<McubootHeader> {
  if (MCUBOOT_MAGIC.some((byte, i) => bytes[i] !== byte))
    return problem('no MCUboot header: its magic number is not there', 0, 'UNKNOWN_KIND');
  if (bytes.length < HEADER_BYTES)
    return problem(
      `the file ends within MCUboot's header of ${HEADER_BYTES} bytes`,
      bytes.length,
      'TRUNCATED',
    );
  const view = viewOf(bytes);
  const headerSize = view.getUint16(8, true);
  const imageSize = view.getUint32(12, true);
  if (headerSize < HEADER_BYTES)
    return problem(
      `MCUboot's header says that it is ${headerSize} bytes long, which is too short`,
      8,
      'BAD_HEADER',
    );
  if (imageSize === 0) return problem("MCUboot's header says that the program is empty", 12, 'BAD_HEADER');
  const build = view.getUint32(24, true);
  const version = `${view.getUint8(20)}.${view.getUint8(21)}.${view.getUint16(22, true)}`;
  return decoded({
    headerSize,
    protectedSize: view.getUint16(10, true),
    imageSize,
    flags: view.getUint32(16, true),
    version: build === 0 ? version : `${version}+${build}`,
  });
}

/**
 * Reads the TLV areas that follow the program: the protected one, where the header tells of one, then the other.
 * `start` is the offset of `bytes` in the file. Problems: `TRUNCATED` where the bytes end too soon, `BAD_TLV`.
 */
export function decodeMcubootTlvs(
  bytes: Uint8Array,
  start: number,
  protectedSize: number,
): Decoded<readonly McubootTlv[]> {
  const all: McubootTlv[] = [];
  let at = 0;
  if (protectedSize > 0) {
    const area = decodeArea(bytes, start, 0, PROTECTED_MAGIC, all);
    if (!area.ok) return area;
    if (area.value !== protectedSize)
      return problem(
        `the protected TLVs are ${area.value} bytes long where the header says ${protectedSize}`,
        start + 2,
        'BAD_TLV',
      );
    at = protectedSize;
  }
  const area = decodeArea(bytes, start, at, UNPROTECTED_MAGIC, all);
  return area.ok ? decoded(all) : area;
}

/** Adds the entries of the area at `from`; the value is the area's length. */
function decodeArea(
  bytes: Uint8Array,
  start: number,
  from: number,
  magic: number,
  into: McubootTlv[],
): Decoded<number> {
  const view = viewOf(bytes);
  const name = magic === PROTECTED_MAGIC ? 'protected TLVs' : 'TLVs';
  if (from + TLV_HEAD > bytes.length)
    return problem(`the file ends before the image's ${name}`, start + bytes.length, 'TRUNCATED');
  const found = view.getUint16(from, true);
  if (found !== magic)
    return problem(
      `the image's ${name} do not begin where the header says (0x${found.toString(16)} instead of 0x${magic.toString(16)})`,
      start + from,
      'BAD_TLV',
    );
  const length = view.getUint16(from + 2, true);
  if (length < TLV_HEAD)
    return problem(`the ${name} say that they are ${length} bytes long`, start + from + 2, 'BAD_TLV');
  const end = from + length;
  if (end > bytes.length)
    return problem(
      `the file ends within the image's ${name}: ${end - bytes.length} bytes are missing`,
      start + bytes.length,
      'TRUNCATED',
    );
  for (let at = from + TLV_HEAD; at < end;) {
    const valueAt = at + TLV_HEAD;
    const valueEnd = valueAt > end ? valueAt : valueAt + view.getUint16(at + 2, true);
    if (valueEnd > end) return problem(`a TLV reaches beyond the end of the ${name}`, start + at, 'BAD_TLV');
    into.push({
      type: view.getUint16(at, true),
      value: bytes.subarray(valueAt, valueEnd),
      offset: start + at,
      protected: magic === PROTECTED_MAGIC,
    });
    at = valueEnd;
  }
  return decoded(length);
}

/**
 * Reads an image made by imgtool and checks what can be checked without a key: sizes, TLVs, and the SHA-256 over header,
 * program and protected TLVs. Warnings that leave it sendable: `UNSIGNED`, `HASH_UNCHECKED`, `NOT_BOOTABLE`.
 * What follows the TLVs (padding, MCUboot's own trailer) is not looked at.
 */
export class McubootReader implements ImageReader {
  private at = 0;
  private readonly head = new Stretch(0, HEADER_BYTES);
  private header: Decoded<McubootHeader> | undefined;
  private tail: Stretch | undefined;
  private covered = 0;
  private readonly hasher: Hasher;

  constructor(hash: HashPort) {
    this.hasher = hash.sha256();
  }

  write(bytes: Uint8Array): void {
    const piece = this.header ? bytes : this.readHead(bytes);
    if (!piece) return;
    if (this.header?.ok) this.hashed(piece);
    this.at += piece.length;
  }

  /** Bytes up to the end of what the image's hash covers, by its own header; `undefined` while, or where, it has none. */
  get announcedSize(): number | undefined {
    return this.header?.ok ? this.covered : undefined;
  }

  /** The bytes so far once the header is whole, else nothing. */
  private readHead(bytes: Uint8Array): Uint8Array | undefined {
    const before = this.head.length;
    this.head.add(bytes, before);
    if (this.head.length < HEADER_BYTES) return undefined;
    this.header = decodeMcubootHeader(this.head.value());
    if (this.header.ok) {
      const { headerSize, imageSize, protectedSize } = this.header.value;
      this.covered = headerSize + imageSize + protectedSize;
      this.tail = new Stretch(headerSize + imageSize, MAX_TLV_BYTES);
      if (before > 0) this.hasher.update(this.head.value().subarray(0, before));
    }
    this.at = before;
    return bytes;
  }

  private hashed(piece: Uint8Array): void {
    const covered = piece.subarray(0, Math.max(0, this.covered - this.at));
    if (covered.length > 0) this.hasher.update(covered);
    this.tail?.add(piece, this.at);
  }

  end(): Findings {
    const header = this.header ?? decodeMcubootHeader(this.head.value());
    if (!header.ok) {
      const { message, offset, code = 'BAD_HEADER' } = header.problem;
      return unusable(imageProblem(code, message, { offset, next: REBUILD }));
    }
    const { headerSize, imageSize, protectedSize, version } = header.value;
    const start = headerSize + imageSize;
    if (this.at < start)
      return unusable(
        imageProblem('TRUNCATED', `the file ends ${start - this.at} bytes before the program does`, {
          offset: this.at,
          next: REBUILD,
        }),
        version,
      );
    const tlvs = decodeMcubootTlvs(this.tail?.value() ?? new Uint8Array(0), start, protectedSize);
    if (!tlvs.ok) {
      const { message, offset, code = 'BAD_TLV' } = tlvs.problem;
      return unusable(imageProblem(code, message, { offset, next: REBUILD }), version);
    }
    return this.judged(header.value, tlvs.value);
  }

  private judged(header: McubootHeader, tlvs: readonly McubootTlv[]): Findings {
    const { version, flags } = header;
    const hash = this.hashProblem(header, tlvs);
    if (hash && hash.code !== 'HASH_UNCHECKED') return unusable(hash, version);
    const problems: ImageProblem[] = hash ? [hash] : [];
    if (!tlvs.some(({ type }) => SIGNATURES.has(type)))
      problems.push(
        imageProblem('UNSIGNED', 'the image holds no signature: most bootloaders refuse it', {
          offset: header.headerSize + header.imageSize + header.protectedSize,
          next: 'Set SB_CONFIG_BOOT_SIGNATURE_KEY_FILE (sysbuild) or sign it with imgtool, unless the bootloader takes unsigned images.',
        }),
      );
    if (flags & Flags.NON_BOOTABLE)
      problems.push(
        imageProblem('NOT_BOOTABLE', 'the image is marked as one that does not boot by itself', {
          offset: 16,
        }),
      );
    return { sendable: true, version, problems };
  }

  private hashProblem(header: McubootHeader, tlvs: readonly McubootTlv[]): ImageProblem | undefined {
    const held = tlvs.find(({ type }) => type === TlvTypes.SHA256);
    if (!held) {
      const other = tlvs.find(({ type }) => OTHER_PROOFS.has(type));
      return other
        ? imageProblem(
            'HASH_UNCHECKED',
            `the image is proved by ${OTHER_PROOFS.get(other.type)}, which only the device can check`,
            {
              offset: other.offset,
            },
          )
        : imageProblem('NO_HASH', 'the image holds no hash: MCUboot refuses it', {
            offset: header.headerSize + header.imageSize + header.protectedSize,
            next: REBUILD,
          });
    }
    // imgtool hashes what it then encrypts, so the hash is of bytes that are not in the file.
    if (header.flags & Flags.ENCRYPTED)
      return imageProblem('HASH_UNCHECKED', 'the image is encrypted: only the device can check its hash', {
        offset: held.offset,
      });
    const computed = this.hasher.digest();
    if (equalBytes(held.value, computed)) return undefined;
    return imageProblem(
      'HASH_MISMATCH',
      `the SHA-256 in the image (${toHex(held.value.subarray(0, 8))}…) is not that of its bytes (${toHex(computed.subarray(0, 8))}…)`,
      { offset: held.offset, next: REBUILD },
    );
  }
}

const OTHER_PROOFS: ReadonlyMap<number, string> = new Map([
  [TlvTypes.SHA384, 'SHA-384'],
  [TlvTypes.SHA512, 'SHA-512'],
  [TlvTypes.SIG_PURE, 'a signature over the whole image'],
]);
