import { open, rename, rm } from 'node:fs/promises';
import { OperationError, errorText } from '../base/errors';
import type { ByteSink } from '../base/files';

/**
 * A file that appears under its name only when it is whole: bytes go to `<path>.part`, which is renamed at the end and
 * removed when the transfer ends early. Throws `OperationError` `UNWRITABLE`.
 */
export function fileSink(path: string): ByteSink {
  const part = `${path}.part`;
  const failed = (cause: unknown): never => {
    throw new OperationError('UNWRITABLE', `${path} can't be written: ${errorText(cause)}`, {
      cause,
      next: 'Make room, or name a folder that this user can write.',
    });
  };
  const opened = open(part, 'w', 0o600);
  // told at the first write
  opened.catch(() => undefined);
  return {
    write: async (bytes) => {
      await opened.then((handle) => handle.writeFile(bytes)).catch(failed);
    },
    close: async () => {
      await opened
        .then((handle) => handle.close())
        .then(() => rename(part, path))
        .catch(failed);
    },
    abort: async () => {
      await opened.then((handle) => handle.close()).catch(() => undefined);
      await rm(part, { force: true });
    },
  };
}
