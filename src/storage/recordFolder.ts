import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile, writeJsonFile } from './jsonFile';
import { isRunning, markOf, type ProcessMark } from './processes';

/** A record with who wrote it last. */
export interface StoredRecord {
  readonly record: unknown;
  /** Whether the process that wrote it last still runs. */
  readonly ownerAlive: boolean;
  /** Whether it was this one. */
  readonly own: boolean;
}

interface Envelope extends ProcessMark {
  /** Tells this process from an earlier one with the same number. */
  readonly instance: string;
  readonly record: unknown;
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'instance' in value &&
  'record' in value;

/**
 * Records in a folder, a file each, that several processes share: each writes its own, all read all. Names sort by
 * time. Beyond `most` the oldest go, but never one whose owner still runs.
 */
export class RecordFolder {
  private readonly read = new Map<string, { readonly stamp: string; readonly value: Envelope }>();
  private readonly mark = markOf(process.pid);

  constructor(
    private readonly folder: string,
    private readonly instance: string,
    private readonly most: number,
  ) {}

  /** Writes a record; `name` is a file name without its ending. */
  write(name: string, record: unknown): void {
    const value: Envelope = { ...this.mark, instance: this.instance, record };
    writeJsonFile(this.fileOf(name), value);
  }

  /** Leaves a record of this process to whoever takes it up, although the process may still run for a while. */
  release(name: string): void {
    const value = this.load(`${name}.json`);
    if (value?.instance === this.instance) writeJsonFile(this.fileOf(name), { ...value, pid: 0 });
  }

  /** All records, the last name first; none where there is no folder. */
  list(): readonly StoredRecord[] {
    if (!existsSync(this.folder)) return [];
    const names = readdirSync(this.folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .reverse();
    const kept = new Set(names);
    for (const known of this.read.keys()) if (!kept.has(known)) this.read.delete(known);
    return names.flatMap((file) => {
      const value = this.load(file);
      if (!value) return [];
      const own = value.instance === this.instance;
      return [
        { record: value.record, own, ownerAlive: own || (value.pid !== process.pid && isRunning(value)) },
      ];
    });
  }

  /** Removes the oldest beyond the limit, and halves of files that killed processes left. */
  prune(): void {
    const inside = readdirSync(this.folder);
    for (const file of inside) {
      const pid = /\.(\d+)\.part$/.exec(file)?.[1];
      if (pid !== undefined && !isRunning({ pid: Number(pid) })) this.remove(file);
    }
    const names = inside
      .filter((file) => file.endsWith('.json'))
      .sort()
      .reverse();
    for (const file of names.slice(this.most)) {
      const value = this.load(file);
      if (!value || !isRunning(value)) this.remove(file);
    }
  }

  private remove(file: string): void {
    rmSync(path.join(this.folder, file), { force: true });
  }

  private load(file: string): Envelope | undefined {
    const full = path.join(this.folder, file);
    const found = statSync(full, { throwIfNoEntry: false });
    if (!found) return undefined;
    // A file replaced within the same tick of the system's clock is another one.
    const stamp = `${found.ino} ${found.mtimeMs} ${found.size}`;
    const known = this.read.get(file);
    if (known?.stamp === stamp) return known.value;
    const value = readJsonFile(full);
    if (!isEnvelope(value)) return undefined;
    this.read.set(file, { stamp, value });
    return value;
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${name}.json`);
  }
}
