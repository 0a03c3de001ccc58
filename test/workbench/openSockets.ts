/** Sockets that a process group holds, from Linux's `/proc`. */
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface OpenSocket {
  readonly pid: number;
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
}

/** UDP sockets that are bound and TCP sockets that listen, of every process in the group. */
export async function openSockets(group: number): Promise<readonly OpenSocket[]> {
  const bound = new Map<string, Omit<OpenSocket, 'pid'>>();
  for (const table of ['udp', 'udp6', 'tcp', 'tcp6'] as const) {
    const protocol = table.startsWith('udp') ? 'udp' : 'tcp';
    const rows = (await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const row of rows) {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      const listens = protocol === 'udp' || state === '0A';
      if (inode === undefined || !listens) continue;
      bound.set(inode, { protocol, port: Number.parseInt(local.split(':')[1] ?? '', 16) });
    }
  }
  const found: OpenSocket[] = [];
  for (const pid of (await readdir('/proc')).map(Number).filter((n) => n > 0)) {
    if ((await groupOf(pid)) !== group) continue;
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const socket = bound.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
      if (socket) found.push({ pid, ...socket });
    }
  }
  return found;
}

async function groupOf(pid: number): Promise<number | undefined> {
  // The command's name, in parentheses, may hold anything; the group is the third field after it.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[2]);
}
