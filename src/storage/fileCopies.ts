import { access, constants, copyFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { OperationError, errorText } from '../base/errors';
import { unreadable } from './fileSource';

/** Copies older than this that nobody removed were left by a process that was killed. */
const ORPHANED_AFTER = 7 * 24 * 3600 * 1000;

/** Copies of files in a folder of our own. */
export interface FileCopies {
  /** Copies a file under a new name. Throws `OperationError` `UNREADABLE`, `STATE_FOLDER`. */
  copy(file: string, name: string): Promise<string>;
  remove(copy: string): Promise<void>;
  /** Whether a path is a copy of this folder that exists. */
  has(copy: string): Promise<boolean>;
  /** Removes copies that a killed process left long ago. */
  sweep(now: number): Promise<void>;
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

const isReadable = (file: string): Promise<boolean> =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  );

/** Copies kept in `folder`, which exists. */
export const fileCopies = (folder: string): FileCopies => ({
  copy: async (file, name) => {
    const copy = path.join(folder, name);
    if (!(await isFile(file))) throw unreadable(file, new Error('there is no such file'));
    try {
      await copyFile(file, copy);
      return copy;
    } catch (cause) {
      await rm(copy, { force: true });
      if (!(await isReadable(file))) throw unreadable(file, cause);
      throw new OperationError('STATE_FOLDER', `${file} can't be copied to ${folder}: ${errorText(cause)}`, {
        cause,
        next: 'Make room in the state folder, or name another with --state.',
      });
    }
  },
  remove: (copy) => rm(copy, { force: true }),
  has: async (copy) => path.dirname(copy) === folder && (await isFile(copy)),
  sweep: async (now) => {
    for (const name of await readdir(folder).catch(() => [])) {
      const file = path.join(folder, name);
      const modified = (await stat(file).catch(() => undefined))?.mtimeMs;
      if (modified !== undefined && now - modified > ORPHANED_AFTER) await rm(file, { force: true });
    }
  },
});
