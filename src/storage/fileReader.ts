import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '../base/errors';
import type { FileEntry, FileReader } from '../base/files';
import { decoded, problem } from '../base/result';
import { openFileSource } from './fileSource';

async function entryOf(file: string): Promise<FileEntry | undefined> {
  try {
    const { size, mtimeMs, ...kind } = await stat(file).then((found) => ({
      size: found.size,
      mtimeMs: found.mtimeMs,
      folder: found.isDirectory(),
      file: found.isFile(),
    }));
    if (!kind.folder && !kind.file) return undefined;
    return {
      path: file,
      name: path.basename(file),
      kind: kind.folder ? 'folder' : 'file',
      size,
      modified: mtimeMs,
    };
  } catch {
    // absent and forbidden are the same to who looks for a file
    return undefined;
  }
}

/** The machine's files. Links are followed; what is neither file nor folder isn't there. */
export const nodeFileReader: FileReader = {
  stat: entryOf,
  list: async (folder) => {
    const names = await readdir(folder).catch(() => []);
    const entries = await Promise.all(names.map((name) => entryOf(path.join(folder, name))));
    return entries.filter((entry) => entry !== undefined);
  },
  readAll: async (file, limit) => {
    const entry = await entryOf(file);
    if (entry?.kind !== 'file') return problem('there is no such file', 0, 'ABSENT');
    if (entry.size > limit)
      return problem(`it has ${entry.size} bytes, more than ${limit}`, limit, 'TOO_LONG');
    try {
      return decoded(new Uint8Array(await readFile(file)));
    } catch (error) {
      return problem(errorText(error), 0, 'UNREADABLE');
    }
  },
  open: openFileSource,
  join: path.join,
};
