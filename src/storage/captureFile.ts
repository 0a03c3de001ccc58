import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { OperationError, errorText } from '../base/errors';

/** A capture file that grows: a `CaptureSink`. */
export interface CaptureFile {
  /** Appends; in the file, for whoever reads it meanwhile, once this has resolved. Throws `OperationError` `UNWRITABLE`. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** How a pcapng file begins, in either byte order: the type of its section header. */
const PCAPNG = Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a);

/**
 * A file for a capture, for its owner alone: what went over the wire, and perhaps its secrets, are nobody else's. One that
 * is there is written over where it is a capture or empty; else throws `OperationError` `UNWRITABLE`.
 */
export async function openCaptureFile(path: string): Promise<CaptureFile> {
  const failed = (cause: unknown): OperationError =>
    new OperationError('UNWRITABLE', `${path} can't be written: ${errorText(cause)}`, {
      cause,
      next: 'Make room, or name a file in a folder that this user can write.',
    });
  // Not truncated before it is known what it is, and through one handle: nothing can take its place meanwhile. A pipe
  // nobody reads must not keep us waiting.
  const nonblocking = 'O_NONBLOCK' in constants ? constants.O_NONBLOCK : 0;
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | nonblocking, 0o600).catch(
    (error: unknown) => {
      throw failed(error);
    },
  );
  try {
    if (!(await isOurs(handle)))
      throw new OperationError('UNWRITABLE', `${path} is there already, and is no capture`, {
        next: 'Name another file: only a capture is written over.',
      });
    await handle.truncate(0);
    await handle.chmod(0o600);
  } catch (error) {
    await handle.close();
    throw error instanceof OperationError ? error : failed(error);
  }
  let at = 0;
  return {
    append: async (bytes) => {
      try {
        for (let from = 0; from < bytes.length;) {
          const { bytesWritten } = await handle.write(bytes, from, bytes.length - from, at);
          from += bytesWritten;
          at += bytesWritten;
        }
      } catch (error) {
        throw failed(error);
      }
    },
    close: () => handle.close(),
  };
}

async function isOurs(handle: FileHandle): Promise<boolean> {
  const facts = await handle.stat();
  if (!facts.isFile()) return false;
  if (facts.size === 0) return true;
  const { buffer, bytesRead } = await handle.read(new Uint8Array(PCAPNG.length), 0, PCAPNG.length, 0);
  return bytesRead === PCAPNG.length && PCAPNG.every((byte, i) => buffer[i] === byte);
}
