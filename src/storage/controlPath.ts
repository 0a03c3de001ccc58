import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** Longest path of a Unix domain socket that every system takes (`sun_path` is 104 bytes on macOS, 108 on Linux). */
const LONGEST = 100;

/**
 * Where a server with this state folder answers: `control.sock` in it, a short path in the temporary folder where that
 * would be too long, a named pipe on Windows. `suffix` makes another one beside it.
 */
export function controlPath(stateFolder: string, suffix = ''): string {
  const digest = createHash('sha256').update(path.resolve(stateFolder)).digest('hex').slice(0, 12);
  if (process.platform === 'win32') return `\\\\.\\pipe\\lwm2m-workbench-${digest}${suffix}`;
  const inside = path.join(stateFolder, `control${suffix}.sock`);
  if (Buffer.byteLength(inside) <= LONGEST) return inside;
  return path.join(os.tmpdir(), `lwm2m-workbench-${os.userInfo().uid}`, `${digest}${suffix}.sock`);
}
