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

test('every way to every peer', { timeout: 175_000 }, async (t) => {
  const host = await openSecuredHost(t);
  const image = matrixImage(host.file);
  const offered = await offer(host, image);
  const outcomes: Outcome[] = [];
  const column = (title: string, make: (tt: typeof t) => Promise<Column | undefined> | Column | undefined) =>
    t.test(title, async (tt) => {
      const made = await make(tt);
      if (!made) return;
      const outcome = await outcomeOf(made);
      outcomes.push(outcome);
      assert.deepEqual(outcome.failures, []);
    });

  await column('simulated device', () => simulatedDevice(host, image));
  await column("a device on Leshan's libraries", async (tt) => {
    const devices = await foreignDevices(tt);
    return devices && leshanDevice(host, image, devices);
  });
  await column('a device on aiocoap', async (tt) => {
    const peer = requirePeer(tt, await aiocoap());
    return peer && aiocoapDevice(host, image, peer);
  });
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
  const table = markdownTable(outcomes);
  mkdirSync('.cache', { recursive: true });
  writeFileSync(path.join('.cache', 'matrix.md'), table);
  console.log(table);
});
