import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile, writeTextFile } from './jsonFile';

const ENDING = '.json';

/** JSON files of a folder that exists, by their names without the ending. */
export class JsonFolder {
  constructor(private readonly folder: string) {}

  names(): readonly string[] {
    return readdirSync(this.folder)
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length));
  }

  /** `undefined` where there is none or it is no JSON. */
  read(name: string): unknown {
    return readJsonFile(this.fileOf(name));
  }

  /** Whole or not at all; see {@link writeTextFile}. Throws `OperationError` `STATE_FOLDER`. */
  write(name: string, text: string): void {
    writeTextFile(this.fileOf(name), text);
  }

  /** Removes a file; nothing where there is none. */
  remove(name: string): void {
    rmSync(this.fileOf(name), { force: true });
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${name}${ENDING}`);
  }
}
