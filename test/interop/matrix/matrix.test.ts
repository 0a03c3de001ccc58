import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { curl } from '../tls/peers';
import { program } from '../dtls/peers';
import { foreignDevices } from '../leshan/foreignDevice';
import { openSecuredHost } from '../leshan/securedHost';
import { aiocoap } from '../peers/aiocoap/prepare.mjs';
import { requirePeer } from '../peers/required';
import { aiocoapDevice, leshanDevice, simulatedDevice } from './devices';
import { curlClient, libcoapClient, offer } from './fetchers';
import { matrixImage } from './image';
import { markdownTable, outcomeOf, type Column, type Outcome } from './table';

/* The same image to every peer by every way, through the host as it runs; the table stands in the output and in .cache/matrix.md. */

test('every way to every peer', { timeout: 175_000, concurrency: 3 }, async (t) => {
  const host = await openSecuredHost(t);
  const image = matrixImage(host.file);
  const offered = await offer(host, image);
  const columns: (Outcome | undefined)[] = [];
  const column = (
    title: string,
    make: (tt: typeof t) => Promise<Column | undefined> | Column | undefined,
  ) => {
    const place = columns.push(undefined) - 1;
    return t.test(title, async (tt) => {
      const made = await make(tt);
      if (!made) return;
      const outcome = await outcomeOf(made);
      columns[place] = outcome;
      assert.deepEqual(outcome.failures, []);
    });
  };

  // Devices mostly wait for their own restarts, so they go side by side; the fetchers share a file.
  await Promise.all([
    column('simulated device', () => simulatedDevice(host, image)),
    column("a device on Leshan's libraries", async (tt) => {
      const devices = await foreignDevices(tt);
      return devices && leshanDevice(host, image, devices);
    }),
    column('a device on aiocoap', async (tt) => {
      const peer = requirePeer(tt, await aiocoap());
      return peer && aiocoapDevice(host, image, peer);
    }),
  ]);
  for (const [library, variant] of [
    ['OpenSSL', 'openssl'],
    ['GnuTLS', 'gnutls'],
  ] as const)
    await column(`libcoap's client with ${library}`, (tt) => {
      const file = requirePeer(tt, program(`coap-client-${variant}`, 'libcoap3-bin'));
      return file === undefined ? undefined : libcoapClient(library, file, offered, image);
    });
  await column('curl', (tt) => {
    const file = requirePeer(tt, curl());
    return file === undefined ? undefined : curlClient(file, offered, image);
  });

  const table = markdownTable(columns.filter((outcome) => outcome !== undefined));
  mkdirSync('.cache', { recursive: true });
  writeFileSync(path.join('.cache', 'matrix.md'), table);
  console.log(table);
});
