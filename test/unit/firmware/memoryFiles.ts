import path from 'node:path';
import { OperationError } from '../../../src/base/errors';
import { bytesSource, type FileEntry, type FileReader } from '../../../src/base/files';
import { decoded, problem } from '../../../src/base/result';

/** Files in memory, with the times that a test gives them, and a note of what was opened. */
export class MemoryFiles implements FileReader {
  private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly modified: number }>();
  /** Paths in the order of their opening. */
  readonly opened: string[] = [];
  /** Paths that are listed and can't be opened. */
  readonly forbidden = new Set<string>();
  lists = 0;

  /** Texts and bytes by path; `modified` is that of all of them. */
  add(entries: Readonly<Record<string, string | Uint8Array>>, modified = 1000): this {
    for (const [file, content] of Object.entries(entries))
      this.files.set(file, {
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
        modified,
      });
    return this;
  }

  remove(file: string): void {
    this.files.delete(file);
  }

  stat(wanted: string): Promise<FileEntry | undefined> {
    return Promise.resolve(this.entry(wanted));
  }

  private entry(wanted: string): FileEntry | undefined {
    const file = this.files.get(wanted);
    const name = path.posix.basename(wanted);
    if (file) return { path: wanted, name, kind: 'file', size: file.bytes.length, modified: file.modified };
    const inside = [...this.files.keys()].some((one) => one.startsWith(`${wanted}/`));
    return inside ? { path: wanted, name, kind: 'folder', size: 0, modified: 0 } : undefined;
  }

  list(folder: string): Promise<readonly FileEntry[]> {
    this.lists++;
    const names = new Set<string>();
    for (const file of this.files.keys())
      if (file.startsWith(`${folder}/`)) names.add(file.slice(folder.length + 1).split('/')[0] ?? '');
    return Promise.resolve([...names].flatMap((name) => this.entry(`${folder}/${name}`) ?? []));
  }

  readAll(file: string, limit: number) {
    const bytes = this.files.get(file)?.bytes;
    if (!bytes) return Promise.resolve(problem('there is no such file', 0, 'ABSENT'));
    return Promise.resolve(bytes.length > limit ? problem('too long', limit, 'TOO_LONG') : decoded(bytes));
  }

  open(file: string) {
    this.opened.push(file);
    const bytes = this.files.get(file)?.bytes;
    if (!bytes || this.forbidden.has(file))
      return Promise.reject(new OperationError('UNREADABLE', `${file} can't be read`));
    return Promise.resolve(bytesSource(bytes));
  }

  join(...parts: string[]): string {
    return path.posix.join(...parts);
  }
}
