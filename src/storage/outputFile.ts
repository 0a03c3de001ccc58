import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { OperationError, errorText } from '../base/errors';
import { ensureFolder } from './stateFolder';

/**
 * Writes a text the user asked for into a folder, made where it isn't there; whole or not at all, in place of an older
 * one. A `secret` one is for its owner alone. Answers the file's path. Throws `OperationError` `UNWRITABLE`.
 */
export async function writeOutput(
  folder: string,
  name: string,
  text: string,
  kind: 'public' | 'secret',
): Promise<string> {
  const file = path.join(ensureFolder(folder), name);
  const part = `${file}.${process.pid}.part`;
  try {
    await rm(part, { force: true });
    const handle = await open(part, 'wx', kind === 'secret' ? 0o600 : 0o644);
    await handle.writeFile(text).finally(() => handle.close());
    await rename(part, file);
    return file;
  } catch (cause) {
    await rm(part, { force: true });
    throw new OperationError('UNWRITABLE', `${file} can't be written: ${errorText(cause)}`, {
      cause,
      next: 'Name a folder that this user can write with --out.',
    });
  }
}
