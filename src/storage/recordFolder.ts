import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile, writeJsonFile } from './jsonFile';

/** A record with who wrote it last. */
export interface StoredRecord {
  readonly record: unknown;
  /** Whether the process that wrote it last still runs. */
  readonly ownerAlive: boolean;
  /** Whether it was this one. */
  readonly own: boolean;
}

interface Envelope {
  readonly pid: number;
  /** Tells this process from an earlier one with the same number. */
  readonly instance: string;
  readonly record: unknown;
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'pid' in value && 'instance' in value && 'record' in value;

/** Whether a process runs: signal 0 asks without sending. EPERM means it does, as another user's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Records in a folder, a file each, that several processes share: each writes its own, all read all. Names sort by
 * time. Beyond `most` the oldest go, but never one whose owner still runs.
 */
export class RecordFolder {
  private readonly read = new Map<string, { readonly modified: number; readonly value: Envelope }>();

  constructor(
    private readonly folder: string,
    private readonly instance: string,
    private readonly most: number,
  ) {}

  /** Writes a record; `name` is a file name without its ending. */
  write(name: string, record: unknown): void {
    const value: Envelope = { pid: process.pid, instance: this.instance, record };
    writeJsonFile(this.fileOf(name), value);
  }

  /** All records, the last name first. */
  list(): readonly StoredRecord[] {
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
        { record: value.record, own, ownerAlive: own || (value.pid !== process.pid && isRunning(value.pid)) },
      ];
    });
  }

  /** Removes the oldest beyond the limit. */
  prune(): void {
    const names = readdirSync(this.folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .reverse();
    for (const file of names.slice(this.most)) {
      const value = this.load(file);
      if (!value || !isRunning(value.pid)) rmSync(path.join(this.folder, file), { force: true });
    }
  }

  private load(file: string): Envelope | undefined {
    const full = path.join(this.folder, file);
    const modified = statSync(full, { throwIfNoEntry: false })?.mtimeMs;
    if (modified === undefined) return undefined;
    const known = this.read.get(file);
    if (known?.modified === modified) return known.value;
    const value = readJsonFile(full);
    if (!isEnvelope(value)) return undefined;
    this.read.set(file, { modified, value });
    return value;
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${name}.json`);
  }
}
