import path from 'node:path';
import { defaultStateFolder } from '../storage/stateFolder';
import type { DeviceOptions } from './options';

/** The state folder of a command: `--state`, or this user's own. */
export const stateFolderOf = (options: DeviceOptions): string =>
  options.state === undefined ? defaultStateFolder() : path.resolve(options.state);
