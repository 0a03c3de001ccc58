import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as esbuild from 'esbuild';
import { toHex } from '../../../src/base/bytes';
import { encodeSignature } from '../../../src/dtls/ecdhe';
import { certifyDevice, createAuthority } from '../../../src/security/authority';
import { nodeClock } from '../../../src/transport/nodeClock';
import { temporary } from '../dtls/peers';
import { runWell } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';
import type { Given, Result } from './cryptography';
import { boringSslRuntime } from './prepare.mjs';

describe('a runtime on BoringSSL, as the desktop editor is', () => {
  test('computes what Node on OpenSSL computes, byte for byte, and shakes hands with every suite', async (t) => {
    const runtime = requirePeer(t, await boringSslRuntime());
    if (runtime === undefined) return;
    const folder = temporary(t);
    const program = path.join(folder, 'cryptography.cjs');
    await esbuild.build({
      entryPoints: ['test/interop/boringssl/cryptography.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
    });
    const authority = await createAuthority(nodeClock);
    const { certificate, privateKey } = await certifyDevice(authority, 'device-1', nodeClock);
    const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
    const covered = new TextEncoder().encode('what a handshake covers');
    const compute = async (file: string, signature: string): Promise<Result> => {
      const given: Given = { privateKey: toHex(privateKey), certificate: toHex(certificate), signature };
      const givenFile = path.join(folder, `${path.basename(file)}.json`);
      writeFileSync(givenFile, JSON.stringify(given));
      const { stdout } = await runWell({ file, args: [program, givenFile] });
      return JSON.parse(stdout.toString()) as Result;
    };
    const theirs = await compute(runtime, toHex(encodeSignature(key, covered)));
    const ours = await compute(process.execPath, theirs.signature);

    assert.ok(theirs.versions['boringssl'], `no BoringSSL: ${JSON.stringify(theirs.versions)}`);
    assert.equal(ours.versions['boringssl'], undefined);
    assert.deepEqual([theirs.hasCcm, ours.hasCcm], [false, true]);
    assert.deepEqual(theirs.same, ours.same);
    for (const { well } of [theirs, ours]) {
      assert.deepEqual(
        Object.entries(well).filter(([, done]) => !done),
        [],
      );
    }
    assert.ok(Object.keys(ours.same).length >= 16 && Object.keys(ours.well).length >= 20);
    t.diagnostic(`BoringSSL ${theirs.versions['boringssl']}, OpenSSL ${ours.versions['openssl']}`);
  });
});
