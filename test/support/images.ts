/** Images as build tools make them, for tests: right in every byte unless a test spoils them. */
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { bytesSource } from '../../src/base/files';
import type { ImageFacts } from '../../src/firmware/image/facts';
import { inspectImage } from '../../src/firmware/image/inspect';
import type { StagedImage } from '../../src/firmware/stagedImage';
import { nodeHash } from '../../src/transport/nodeHash';
import { seededRandom } from './seededRandom';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** An entry of an MCUboot TLV area. */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

export interface McubootWanted {
  /** `1.5.0+2` */
  readonly version?: string;
  /** Bytes of the program. */
  readonly programSize?: number;
  readonly headerSize?: number;
  readonly flags?: number;
  readonly seed?: number;
  readonly protectedTlvs?: readonly Tlv[];
  /** What proves the image; the hash over header, program and protected TLVs unless given. */
  readonly proof?: Tlv | 'none';
  readonly signed?: boolean;
  /** Bytes after the TLVs, as a padded slot has. */
  readonly padding?: number;
}

function tlvArea(magic: number, tlvs: readonly Tlv[]): Buffer {
  const entries = tlvs.map(({ type, value }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  const info = Buffer.alloc(4);
  info.writeUInt16LE(magic, 0);
  info.writeUInt16LE(4 + entries.reduce((sum, { length }) => sum + length, 0), 2);
  return Buffer.concat([info, ...entries]);
}

/** An MCUboot image; the signature is of the right length and of no key. */
export function mcubootImage(wanted: McubootWanted = {}): Uint8Array {
  const { version = '1.5.0+2', programSize = 4000, headerSize = 0x200, flags = 0, seed = 1 } = wanted;
  const { protectedTlvs = [], signed = true, padding = 0 } = wanted;
  const [major = 0, minor = 0, revision = 0, build = 0] = version.split(/[.+]/).map(Number);
  const random = seededRandom(seed);
  const guarded = protectedTlvs.length === 0 ? Buffer.alloc(0) : tlvArea(0x6908, protectedTlvs);
  const header = Buffer.alloc(headerSize);
  header.writeUInt32LE(0x96f3b83d, 0);
  header.writeUInt16LE(headerSize, 8);
  header.writeUInt16LE(guarded.length, 10);
  header.writeUInt32LE(programSize, 12);
  header.writeUInt32LE(flags, 16);
  header.writeUInt8(major, 20);
  header.writeUInt8(minor, 21);
  header.writeUInt16LE(revision, 22);
  header.writeUInt32LE(build, 24);
  const covered = Buffer.concat([header, random.bytes(programSize), guarded]);
  const proof = wanted.proof ?? { type: 0x10, value: sha256(covered) };
  const tlvs = [
    ...(proof === 'none' ? [] : [proof]),
    ...(signed
      ? [
          { type: 0x01, value: random.bytes(32) },
          { type: 0x22, value: random.bytes(71) },
        ]
      : []),
  ];
  return new Uint8Array(Buffer.concat([covered, tlvArea(0x6907, tlvs), Buffer.alloc(padding, 0xff)]));
}

export interface EspWanted {
  /** Without one there is no descriptor. */
  readonly version?: string;
  readonly segments?: readonly number[];
  readonly hashAppended?: boolean;
  readonly seed?: number;
}

/** An ESP-IDF application image. */
export function espImage(wanted: EspWanted = {}): Uint8Array {
  const { segments = [512, 300, 0, 44], hashAppended = true, seed = 1 } = wanted;
  const random = seededRandom(seed);
  const header = Buffer.alloc(24);
  header[0] = 0xe9;
  header[1] = segments.length;
  header[23] = hashAppended ? 1 : 0;
  let checksum = 0xef;
  const parts: Uint8Array[] = [header];
  for (const [i, length] of segments.entries()) {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x3c000020, 0);
    head.writeUInt32LE(length, 4);
    const data = Buffer.from(random.bytes(length));
    if (i === 0 && wanted.version !== undefined && length >= 256) {
      data.fill(0, 0, 256).writeUInt32LE(0xabcd5432, 0);
      data.write(wanted.version, 16, 32);
      data.write('thermometer', 48, 32);
    }
    for (const byte of data) checksum ^= byte;
    parts.push(head, data);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.alloc(16 - (length % 16));
  padding[padding.length - 1] = checksum;
  const whole = Buffer.concat([...parts, padding]);
  return new Uint8Array(hashAppended ? Buffer.concat([whole, sha256(whole)]) : whole);
}

/** A modem's delta image: what its vendor signed can't be told from anything, but for its magic number. */
export function modemDelta(size = 4096, seed = 1): Uint8Array {
  const bytes = seededRandom(seed).bytes(size);
  bytes.set([0x6d, 0x65, 0x44, 0x75]);
  return bytes;
}

/** A modem's full image, wrapped for the device. */
export function modemFull(size = 4096, seed = 1): Uint8Array {
  const bytes = seededRandom(seed).bytes(size);
  bytes.set([0xd2, 0x84]);
  return bytes;
}

/** Intel HEX as `merged.hex` begins. */
export const intelHex = (): Uint8Array =>
  Buffer.from(':020000040000FA\n:10000000A8430020C51F0100B1450100911F010074\n:00000001FF\n');

/** The head of `zephyr.elf`. */
export const elf = (): Uint8Array => {
  const bytes = new Uint8Array(200);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  return bytes;
};

/** A linked program without a header, as `zephyr.bin` is: stack pointer and reset vector first. */
export const bareProgram = (): Uint8Array => {
  const bytes = seededRandom(5).bytes(2048);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x2000_8000, true);
  view.setUint32(4, 0x0000_1235, true);
  return bytes;
};

/** A package as `dfu_application.zip` is one. `level` 0 stores, above it deflates. */
export function dfuPackage(
  files: Readonly<Record<string, Uint8Array>> = { 'app.bin': mcubootImage() },
  level: 0 | 6 = 6,
): Uint8Array {
  const manifest = {
    'format-version': 1,
    time: 1_700_000_000,
    files: Object.entries(files).map(([file, bytes]) => ({ file, size: bytes.length, image_index: '0' })),
  };
  return zipSync({ ...files, 'manifest.json': Buffer.from(JSON.stringify(manifest)) }, { level });
}

/** What an image in memory is. */
export const factsOf = (bytes: Uint8Array): Promise<ImageFacts> => inspectImage(bytesSource(bytes), nodeHash);

/** An image staged in memory. */
export async function stagedInMemory(
  bytes: Uint8Array,
  file = '/build/zephyr.signed.bin',
): Promise<StagedImage> {
  return {
    file,
    copy: '/state/images/1.image',
    facts: await factsOf(bytes),
    open: () => Promise.resolve(bytesSource(bytes)),
    remove: () => Promise.resolve(),
  };
}
