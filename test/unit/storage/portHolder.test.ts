import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { holderOfUdpPort, inodesOf } from '../../../src/storage/portHolder';

const table = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
  ' 1123: 0100007F:1633 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 48213 2 0000000000000000 0',
  ' 1124: 0100007F:1634 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 48214 2 0000000000000000 0',
  '',
].join('\n');

test('who holds a UDP port is found by its socket’s inode', async () => {
  assert.deepEqual(inodesOf(table, 5683), ['48213']);
  const root = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-proc-'));
  try {
    await mkdir(path.join(root, 'net'));
    await mkdir(path.join(root, '4711', 'fd'), { recursive: true });
    await writeFile(path.join(root, 'net', 'udp'), table);
    await writeFile(path.join(root, '4711', 'comm'), 'coap-server\n');
    await symlink('socket:[48213]', path.join(root, '4711', 'fd', '3'));
    assert.deepEqual(await holderOfUdpPort(5683, root), { pid: 4711, name: 'coap-server' });
    assert.equal(await holderOfUdpPort(5684, root), undefined, 'a socket whose process can’t be seen');
    assert.equal(await holderOfUdpPort(1, root), undefined);
  } finally {
    await rm(root, { recursive: true });
  }
});
