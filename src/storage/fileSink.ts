import { open, rename, rm } from 'node:fs/promises';
import { OperationError, errorText } from '../base/errors';
import type { ByteSink } from '../base/files';

/** Gathered before it is written: 64 blocks of 1 KiB for one visit to the disk. */
const PIECE = 64 * 1024;

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
  const piece = new Uint8Array(PIECE);
  let held = 0;

  async function flush(): Promise<void> {
    const handle = await opened;
    for (let from = 0; from < held;) from += (await handle.write(piece, from, held - from)).bytesWritten;
    held = 0;
  }

  async function pass(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const taken = Math.min(PIECE - held, bytes.length - from);
      piece.set(bytes.subarray(from, from + taken), held);
      held += taken;
      from += taken;
      if (held === PIECE) await flush();
    }
  }

  return {
    write: (bytes) => {
      if (held + bytes.length >= PIECE) return pass(bytes).catch(failed);
      piece.set(bytes, held);
      held += bytes.length;
      return undefined;
    },
    close: async () => {
      await flush()
        .then(() => opened)
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
