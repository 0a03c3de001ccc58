import { inflateSync } from 'fflate';
import { decodeUtf8, decodeUtf8Lenient } from '../../base/bytes';
import type { ByteSource } from '../../base/files';
import { decoded, problem, type Decoded } from '../../base/result';
import { imageProblem, unusable, viewOf, type Findings } from './imageReader';

/** A file of a zip package, as its central directory lists it (APPNOTE 4.3.12). */
export interface ZipEntry {
  readonly name: string;
  /** 0 = stored, 8 = deflated. */
  readonly method: number;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly at: number;
}

const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const [END_MAGIC, ENTRY_MAGIC, LOCAL_MAGIC] = [0x06054b50, 0x02014b50, 0x04034b50];
/** Limits on what a package can make us keep. */
const MAX_DIRECTORY = 1 << 20;
const MAX_ENTRIES = 1000;
const MAX_MANIFEST = 64 * 1024;

/** Where the central directory is, from a file's last bytes; `start` is the offset of `tail` in the file. */
export function decodeZipEnd(
  tail: Uint8Array,
  start: number,
): Decoded<{ readonly at: number; readonly length: number }> {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_MAGIC) continue;
    const [length, directoryAt] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (directoryAt + length > start + at)
      return problem('the zip package’s directory reaches beyond the file', start + at + 12, 'BAD_ZIP');
    return decoded({ at: directoryAt, length });
  }
  return problem('the zip package ends before its directory', start + tail.length, 'TRUNCATED');
}

/** The entries of a central directory, no more than 1000; `start` is its offset in the file. */
export function decodeZipDirectory(bytes: Uint8Array, start: number): Decoded<readonly ZipEntry[]> {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; at < bytes.length && entries.length < MAX_ENTRIES;) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== ENTRY_MAGIC)
      return problem('the zip package’s directory is damaged', start + at, 'BAD_ZIP');
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    const end = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (end > bytes.length) return problem('the zip package’s directory is damaged', start + at, 'BAD_ZIP');
    entries.push({
      name: decodeUtf8Lenient(bytes.subarray(at + ENTRY_BYTES, nameEnd)),
      method: view.getUint16(at + 10, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at = end;
  }
  return decoded(entries);
}

/** The names of the images in a `manifest.json` of a Nordic DFU package; none where it is something else. */
export function imagesInManifest(text: string): readonly string[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    // a manifest that can't be read names nothing; the package is refused all the same
    return [];
  }
  const files =
    typeof manifest === 'object' && manifest !== null && 'files' in manifest ? manifest.files : [];
  if (!Array.isArray(files)) return [];
  return files
    .slice(0, MAX_ENTRIES)
    .flatMap((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'file' in entry && typeof entry.file === 'string'
        ? [entry.file]
        : [],
    );
}

/** The entries of a package. Throws what the source throws. */
export async function readZipEntries(source: ByteSource): Promise<Decoded<readonly ZipEntry[]>> {
  const start = Math.max(0, source.size - END_BYTES - MAX_COMMENT);
  const end = decodeZipEnd(await source.read(start, source.size - start), start);
  if (!end.ok) return end;
  const { at, length } = end.value;
  if (length > MAX_DIRECTORY) return problem('the zip package’s directory is too long', at, 'BAD_ZIP');
  return decodeZipDirectory(await source.read(at, length), at);
}

/** The text of a short entry (a manifest), or `undefined` where it can't be had. Throws what the source throws. */
export async function readZipText(source: ByteSource, entry: ZipEntry): Promise<string | undefined> {
  if (entry.size > MAX_MANIFEST || entry.packedSize > MAX_MANIFEST) return undefined;
  const local = await source.read(entry.at, LOCAL_BYTES);
  const view = viewOf(local);
  if (local.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL_MAGIC) return undefined;
  const at = entry.at + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = await source.read(at, entry.packedSize);
  if (entry.method === 0) return decodeUtf8(packed);
  if (entry.method !== 8) return undefined;
  try {
    // given its room, so that a bomb can't take more
    return decodeUtf8(inflateSync(packed, { out: new Uint8Array(entry.size) }));
  } catch {
    // damaged: it names nothing
    return undefined;
  }
}

/** What a zip package is for, with the image in it that a device takes. Throws what the source throws. */
export async function inspectZip(source: ByteSource): Promise<Findings> {
  const entries = await readZipEntries(source);
  if (!entries.ok) {
    const { message, offset, code = 'BAD_ZIP' } = entries.problem;
    return unusable(imageProblem(code, message, { offset }));
  }
  const manifest = entries.value.find(({ name }) => name === 'manifest.json');
  const text = manifest && (await readZipText(source, manifest));
  const listed = text === undefined ? [] : imagesInManifest(text);
  const names = (listed.length > 0 ? listed : entries.value.map(({ name }) => name)).filter((name) =>
    /\.bin$/i.test(name),
  );
  const shown = names.slice(0, 3).map((name) => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80));
  return unusable(
    imageProblem(
      'NOT_FOR_THE_AIR',
      'a zip package is for a programmer or a phone, not for the device itself',
      {
        offset: 0,
        next:
          shown.length === 0
            ? 'Send the signed .bin of the build, zephyr.signed.bin.'
            : `Send ${shown.join(' or ')}${names.length > shown.length ? ' …' : ''} out of the package.`,
      },
    ),
  );
}
