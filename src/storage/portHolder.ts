import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

/** A process that holds a port. */
export interface PortHolder {
  readonly pid: number;
  readonly name: string;
}

/**
 * Which process of this user holds a UDP port, by Linux's /proc (proc(5)); `undefined` where that can't be seen: another
 * user's process, another system.
 * @param root where the process file system is, for tests
 */
export async function holderOfUdpPort(port: number, root = '/proc'): Promise<PortHolder | undefined> {
  const tables = await Promise.all(
    ['udp', 'udp6'].map((name) => readFile(path.join(root, 'net', name), 'utf8').catch(() => '')),
  );
  const sockets = new Set(
    tables.flatMap((table) => inodesOf(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const pids = (await readdir(root).catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const folder = path.join(root, pid, 'fd');
    for (const descriptor of await readdir(folder).catch(() => [])) {
      const target = await readlink(path.join(folder, descriptor)).catch(() => '');
      if (!sockets.has(target)) continue;
      const name = await readFile(path.join(root, pid, 'comm'), 'utf8').catch(() => '');
      return { pid: Number(pid), name: name.trim() || 'a process' };
    }
  }
  return undefined;
}

/** Inodes of the sockets on a port: column 2 is `address:port` in hexadecimal, column 10 the inode. */
export function inodesOf(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix))
    .map((columns) => columns[9] ?? '')
    .filter((inode) => /^[1-9]\d*$/.test(inode));
}
