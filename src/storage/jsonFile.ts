import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { OperationError, errorText } from '../base/errors';

/** Writes a JSON file; see {@link writeTextFile}. */
export const writeJsonFile = (file: string, value: unknown): void =>
  writeTextFile(file, JSON.stringify(value));

/**
 * Writes a file whole or not at all: beside it, then renamed. What was written survives the end of the process,
 * however it ends. Throws `OperationError` `STATE_FOLDER`.
 */
export function writeTextFile(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, file);
  } catch (cause) {
    rmSync(part, { force: true });
    throw new OperationError('STATE_FOLDER', `${file} can't be written: ${errorText(cause)}`, {
      cause,
      next: 'Make room in the state folder, or name another with --state.',
    });
  }
}

/** The value of a JSON file; `undefined` where there is none or it is no JSON. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    // a file that is absent or damaged says nothing; its writer never leaves half of one
    return undefined;
  }
}
