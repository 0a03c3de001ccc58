import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { httpOpener } from '../../../src/transport/http';
import type { TlsEvent } from '../../../src/transport/ports';
import { requirePeer } from '../peers/required';
import { run } from '../peers/process.mjs';
import { curl, issuedFiles } from './peers';

const IMAGE = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

describe('curl over HTTPS', () => {
  test('an image and its rest, by our authority, with a certificate of its own', async (t) => {
    const file = requirePeer(t, curl());
    if (!file) return;
    const { server: own, judge, authorityFile, deviceFiles, folder } = await issuedFiles(t);
    const events: TlsEvent[] = [];
    const listener = await httpOpener().listen(
      { host: '127.0.0.1', port: 0 },
      ({ headers }) => {
        const from = Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] ?? 0);
        const body = IMAGE.subarray(from);
        const range =
          from === 0 ? {} : { 'content-range': `bytes ${from}-${IMAGE.length - 1}/${IMAGE.length}` };
        return Promise.resolve({
          status: from === 0 ? 200 : 206,
          headers: { 'content-length': String(body.length), ...range },
          body,
        });
      },
      { own: () => own, judge, certificateRequired: true, observer: (event) => void events.push(event) },
    );
    t.after(() => listener.close());
    const url = (host: string) => `https://${host}:${listener.local.port}/f/x`;
    const out = path.join(folder, 'image');
    const trust = ['--silent', '--show-error', '--cacert', authorityFile];
    const certificate = ['--cert', deviceFiles.certificate, '--key', deviceFiles.key];
    const get = (...args: string[]) => run({ file, args: [...trust, '--output', out, ...args] });

    for (const host of ['127.0.0.1', 'localhost']) {
      const ended = await get(
        ...certificate,
        '--resolve',
        `localhost:${listener.local.port}:127.0.0.1`,
        url(host),
      );
      assert.equal(ended.code, 0, ended.stderr);
      assert.deepEqual(new Uint8Array(readFileSync(out)), IMAGE);
    }
    const rest = await get(...certificate, '--range', '1000000-', url('127.0.0.1'));
    assert.equal(rest.code, 0, rest.stderr);
    assert.deepEqual(new Uint8Array(readFileSync(out)), IMAGE.subarray(1_000_000));
    assert.deepEqual(
      events.map((event) => event.kind === 'established' && event.identity),
      ['device-1', 'device-1', 'device-1'],
    );

    assert.notEqual((await get(url('127.0.0.1'))).code, 0);
    assert.equal(events[3]?.kind === 'failed' && events[3].code, 'CERTIFICATE_MISSING');
    const stranger = await run({ file, args: ['--silent', ...certificate, url('127.0.0.1')] });
    // CURLE_PEER_FAILED_VERIFICATION
    assert.equal(stranger.code, 60);
    assert.match(events[4]?.kind === 'failed' ? events[4].code : '', /UNKNOWN_CA/);
  });
});
