import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { OperationError, errorText } from '../base/errors';

const NAME = 'lwm2m-workbench';

/**
 * This user's own state folder: `$XDG_STATE_HOME` or `~/.local/state` on Linux, `~/Library/Application Support` on
 * macOS, `%LOCALAPPDATA%` on Windows; `LWM2M_WORKBENCH_STATE` names another.
 */
export function defaultStateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['LWM2M_WORKBENCH_STATE'];
  if (named) return path.resolve(named);
  switch (process.platform) {
    case 'win32':
      return path.join(absolute(env['LOCALAPPDATA']) ?? path.join(os.homedir(), 'AppData', 'Local'), NAME);
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Application Support', NAME);
    default:
      return path.join(absolute(env['XDG_STATE_HOME']) ?? path.join(os.homedir(), '.local', 'state'), NAME);
  }
}

/** A folder named by the environment; one that is empty or relative counts for nothing (XDG Base Directory Specification). */
const absolute = (folder: string | undefined): string | undefined =>
  folder !== undefined && path.isAbsolute(folder) ? folder : undefined;

/** Makes a folder of the state folder that only this user can enter. Throws `OperationError` `STATE_FOLDER`. */
export function ensureFolder(...parts: readonly string[]): string {
  const folder = path.join(...parts);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (cause) {
    throw new OperationError('STATE_FOLDER', `${folder} can't be made: ${errorText(cause)}`, {
      cause,
      next: 'Name a folder that this user can write with --state.',
    });
  }
}
