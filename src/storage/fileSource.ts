import { open, type FileHandle } from 'node:fs/promises';
import { OperationError, errorText } from '../base/errors';
import type { ByteSource } from '../base/files';

/** How much is read at a time: 64 blocks of 1 KiB for one visit to the disk. */
const PIECE = 64 * 1024;
/** Pieces held: the one being read from, the one after it, and one for a second reader not far behind. */
const HELD = 3;

/** A file for reading in pieces, with the piece after the last one read at hand. Throws `OperationError` `UNREADABLE`. */
export async function openFileSource(path: string): Promise<ByteSource> {
  try {
    const handle = await open(path, 'r');
    const { size } = await handle.stat();
    return new FileSource(path, handle, size);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** What a file that can't be read throws. */
export const unreadable = (path: string, cause: unknown): OperationError =>
  new OperationError('UNREADABLE', `${path} can't be read: ${errorText(cause)}`, {
    cause,
    next: 'Name a file that exists and that this user can read.',
  });

class FileSource implements ByteSource {
  /** By index of the piece, oldest first. */
  private readonly pieces = new Map<number, Uint8Array>();
  private readonly reading = new Map<number, Promise<Uint8Array>>();
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  readNow(offset: number, length: number): Uint8Array | undefined {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const index = Math.floor(offset / PIECE);
    if (Math.floor((end - 1) / PIECE) !== index) return undefined;
    const piece = this.pieces.get(index);
    if (!piece) return undefined;
    this.ahead(index + 1);
    return piece.subarray(offset - index * PIECE, end - index * PIECE);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const result = new Uint8Array(end - offset);
    for (let index = Math.floor(offset / PIECE); index * PIECE < end; index++) {
      const piece = this.pieces.get(index) ?? (await this.piece(index));
      const from = Math.max(offset, index * PIECE);
      const to = Math.min(end, (index + 1) * PIECE);
      result.set(piece.subarray(from - index * PIECE, to - index * PIECE), from - offset);
    }
    return result;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.pieces.clear();
    await Promise.allSettled(this.reading.values());
    await this.handle.close();
  }

  private ahead(index: number): void {
    if (index * PIECE >= this.size || this.pieces.has(index) || this.reading.has(index) || this.closed)
      return;
    // who reads the piece in earnest is told of the failure
    this.piece(index).catch(() => undefined);
  }

  private piece(index: number): Promise<Uint8Array> {
    let reading = this.reading.get(index);
    if (!reading) {
      reading = this.load(index).finally(() => this.reading.delete(index));
      this.reading.set(index, reading);
    }
    return reading;
  }

  private async load(index: number): Promise<Uint8Array> {
    const start = index * PIECE;
    const piece = new Uint8Array(Math.min(PIECE, this.size - start));
    let filled = 0;
    while (filled < piece.length) {
      const { bytesRead } = await this.handle
        .read(piece, filled, piece.length - filled, start + filled)
        .catch((cause: unknown) => {
          throw unreadable(this.path, cause);
        });
      if (bytesRead === 0) throw unreadable(this.path, new Error('it became shorter while it was read'));
      filled += bytesRead;
    }
    this.pieces.set(index, piece);
    for (const oldest of this.pieces.keys()) {
      if (this.pieces.size <= HELD) break;
      this.pieces.delete(oldest);
    }
    return piece;
  }
}
