import type { Decoded } from './result';

/**
 * Bytes that can be read anywhere and are not all in memory: a file, an image in the state folder.
 * `size` is fixed for the source's life.
 */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `offset`, fewer only at the end. Throws `OperationError` `UNREADABLE`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same without waiting where the bytes are at hand (a block transfer asks in order), else `undefined`. */
  readNow(offset: number, length: number): Uint8Array | undefined;
  close(): Promise<void>;
}

/** Where arriving bytes go, in order. */
export interface ByteSink {
  /** Appends. A rejected promise ends the transfer. `undefined` returned means it is already taken (no need to wait). */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** All has arrived. */
  close(): Promise<void>;
  /** The transfer ended early: what was written is to be thrown away. */
  abort(): Promise<void>;
}

/** A file or folder as the layers above see it. Times are milliseconds since 1970. */
export interface FileEntry {
  readonly path: string;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly modified: number;
}

/** The files a layer above may reach: the editor's through VS Code, the terminal's through `storage`. Paths are absolute, `/` or the platform's own. */
export interface FileReader {
  /** The entry, or `undefined` where there is none. */
  stat(path: string): Promise<FileEntry | undefined>;
  /** The entries of a folder, unsorted; empty where it can't be read. */
  list(folder: string): Promise<readonly FileEntry[]>;
  /** The whole file where it is no longer than `limit` bytes; a problem where it is, or can't be read. */
  readAll(path: string, limit: number): Promise<Decoded<Uint8Array>>;
  /** A file for reading in pieces. Throws `OperationError` `UNREADABLE`. */
  open(path: string): Promise<ByteSource>;
  /** Path parts joined the platform's way. */
  join(...parts: string[]): string;
}

/** A {@link ByteSource} over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const readNow = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(readNow(offset, length)),
    readNow,
    close: () => Promise.resolve(),
  };
}
