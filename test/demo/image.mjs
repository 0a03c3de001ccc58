// @ts-check
/** A firmware image as `west build` with sysbuild and MCUboot leaves it, made rather than compiled. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const headerSize = 0x200; // NCS and Zephyr leave the vector table this room
const magic = { header: 0x96f3b83d, tlvInfo: 0x6907 };
/** An area's own head, then SHA-256, key hash and signature with a head each. */
const tlvsSize = 4 + (4 + 32) + (4 + 32) + (4 + 64);
const tlvType = { keyHash: 0x01, sha256: 0x10, ed25519: 0x24 };
/** A signature key for these images only, made of nothing: it protects nothing. */
const signatureKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 0x5a)]),
  format: 'der',
  type: 'pkcs8',
});

/**
 * An MCUboot image: header, program, and unprotected TLVs with SHA-256, key hash and signature, all of them right.
 * The same version and size give the same bytes.
 * @param {{ version: string, size: number }} wanted version `1.5.0+2`; size of the whole file in bytes
 * @returns {Uint8Array}
 */
export function mcubootImage({ version, size }) {
  const numbers = /^(\d+)\.(\d+)\.(\d+)(?:\+(\d+))?$/.exec(version);
  if (!numbers) throw new Error(`not a version as MCUboot has it: ${version}`);
  const [major = 0, minor = 0, revision = 0, build = 0] = numbers.slice(1).map((n) => Number(n ?? 0));
  const programSize = size - headerSize - tlvsSize;
  if (programSize < 64) throw new Error(`${size} bytes are too few for an image`);

  const header = Buffer.alloc(headerSize);
  header.writeUInt32LE(magic.header, 0);
  header.writeUInt16LE(headerSize, 8);
  header.writeUInt32LE(programSize, 12);
  header.writeUInt8(major, 20);
  header.writeUInt8(minor, 21);
  header.writeUInt16LE(revision, 22);
  header.writeUInt32LE(build, 24);

  const signed = Buffer.concat([header, program(version, programSize)]);
  const hash = createHash('sha256').update(signed).digest();
  const publicKey = createPublicKey(signatureKey).export({ format: 'der', type: 'spki' });
  const info = Buffer.alloc(4);
  info.writeUInt16LE(magic.tlvInfo, 0);
  info.writeUInt16LE(tlvsSize, 2);
  return Buffer.concat([
    signed,
    info,
    tlv(tlvType.sha256, hash),
    tlv(tlvType.keyHash, createHash('sha256').update(publicKey).digest()),
    tlv(tlvType.ed25519, sign(null, hash, signatureKey)),
  ]);
}

/**
 * Writes what a build leaves in `build`: the update image, and beside it the files that people send by mistake.
 * @param {string} folder the application; the name of its last part is the image's name in sysbuild
 * @param {{ version: string, size: number }} wanted
 * @returns {Promise<string>} the update image's path
 */
export async function writeBuild(folder, wanted) {
  const name = path.basename(folder);
  const build = path.join(folder, 'build');
  const output = path.join(build, name, 'zephyr');
  const bootloader = path.join(build, 'mcuboot', 'zephyr');
  await mkdir(output, { recursive: true });
  await mkdir(bootloader, { recursive: true });
  const image = mcubootImage(wanted);
  await writeFile(
    path.join(build, 'domains.yaml'),
    `default: ${name}\nbuild_dir: ${build}\ndomains:\n` +
      [name, 'mcuboot'].map((d) => `  - name: ${d}\n    build_dir: ${path.join(build, d)}\n`).join('') +
      `flash_order:\n  - mcuboot\n  - ${name}\n`,
  );
  await writeFile(
    path.join(output, '.config'),
    [
      'CONFIG_KERNEL_BIN_NAME="zephyr"',
      'CONFIG_BOOTLOADER_MCUBOOT=y',
      `CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION="${wanted.version}"`,
      'CONFIG_LWM2M=y',
      '',
    ].join('\n'),
  );
  await writeFile(path.join(output, 'zephyr.bin'), image.subarray(headerSize, -tlvsSize));
  await writeFile(path.join(bootloader, 'zephyr.bin'), program('mcuboot', 4096));
  await writeFile(path.join(build, 'merged.hex'), intelHex(image.subarray(0, 1024)));
  const file = path.join(output, 'zephyr.signed.bin');
  await writeFile(file, image);
  return file;
}

/** @param {number} type @param {Uint8Array} value */
function tlv(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/**
 * Bytes that look like a Cortex-M program: stack pointer and reset vector, then what no transfer can guess.
 * @param {string} text @param {number} size
 */
function program(text, size) {
  const bytes = Buffer.alloc(size);
  let state = createHash('sha256').update(text).digest().readUInt32LE(0) | 1;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  bytes.writeUInt32LE(0x20008000, 0);
  bytes.writeUInt32LE(0x00010401, 4);
  bytes.write(`${text}\0`, 16, 'latin1');
  return bytes;
}

/** @param {Uint8Array} bytes */
function intelHex(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const data = bytes.subarray(at, at + 16);
    const record = Buffer.from([data.length, at >> 8, at & 0xff, 0, ...data]);
    const checksum = -record.reduce((sum, byte) => sum + byte, 0) & 0xff;
    lines.push(
      `:${Buffer.from([...record, checksum])
        .toString('hex')
        .toUpperCase()}`,
    );
  }
  return `${lines.join('\n')}\n:00000001FF\n`;
}
