import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { p256 } from '../security/material';
import { run } from './program';

const KEY = '00112233445566778899aabbccddeeff';

/** Commands on a state folder of their own, with `--json`. */
function workshop(t: TestContext) {
  const state = temporaryFolder(t);
  return {
    state,
    file: (name: string) => path.join(state, name),
    json: (...words: string[]) => run(t, ...words, '--state', state, '--json'),
    plain: (...words: string[]) => run(t, ...words, '--state', state),
  };
}

describe('credentials', () => {
  test('are added, listed, exported and removed, and the key is nowhere but where it is asked for', async (t) => {
    const { json, plain, file } = workshop(t);
    const added = await json(
      'credentials',
      'add',
      '--endpoint',
      'dev1',
      '--psk-identity',
      'me',
      '--psk-key',
      KEY,
    );
    assert.equal(added.code, 0, added.stderr);
    assert.deepEqual(added.events, [
      {
        event: 'credential',
        endpoint: 'dev1',
        mode: 'psk',
        identity: 'me',
        digest: added.events[0]?.['digest'],
      },
    ]);
    assert.match(String(added.events[0]?.['digest']), /^[0-9a-f]{16}$/);
    if (process.platform !== 'win32') assert.equal(statSync(file('credentials.json')).mode & 0o777, 0o600);
    assert.deepEqual((await json('credentials', 'list')).events, added.events);
    const hidden = await plain('credentials', 'export', '--endpoint', 'dev1', '--as', 'leshan');
    assert.equal(hidden.code, 0);
    assert.match(hidden.stderr, /--reveal/);
    for (const { stdout, stderr } of [added, hidden, await plain('credentials', 'list')])
      assert.ok(!(stdout + stderr).includes(KEY));
    const shown = await plain('credentials', 'export', '--endpoint', 'dev1', '--as', 'leshan', '--reveal');
    assert.deepEqual(JSON.parse(shown.stdout), {
      endpoint: 'dev1',
      tls: { mode: 'psk', details: { identity: 'me', key: KEY } },
    });
    const at = await json(
      'credentials',
      'export',
      '--endpoint',
      'dev1',
      '--as',
      'at',
      '--sec-tag',
      '7',
      '--reveal',
    );
    assert.match(String(at.events[0]?.['text']), /AT%CMNG=0,7,4,"me"\nAT%CMNG=0,7,3,"0011/);
    assert.deepEqual((await json('credentials', 'remove', '--endpoint', 'dev1')).events, added.events);
    const none = await json('credentials', 'list');
    assert.deepEqual([none.code, none.events], [0, []]);
  });

  test('come from text, files, public keys and certificates', async (t) => {
    const { json, file } = workshop(t);
    writeFileSync(file('hex.key'), `${KEY}\n`);
    writeFileSync(file('pub.pem'), p256().publicKey);
    const device = await json('certificates', 'device', '--endpoint', 'd', '--out', file('certs'));
    const pem = String(device.events.at(-1)?.['file']);
    for (const [endpoint, mode, ...words] of [
      ['a', 'psk', '--psk-key-text', 'a text that is long enough'],
      ['b', 'psk', '--psk-key-file', file('hex.key')],
      ['c', 'rpk', '--public-key', file('pub.pem')],
      ['d', 'x509', '--certificate', pem],
    ] as const) {
      const added = await json('credentials', 'add', '--endpoint', endpoint, ...words);
      assert.equal(added.code, 0, added.stderr);
      assert.equal(added.events[0]?.['mode'], mode);
    }
    const listed = await json('credentials', 'list');
    assert.deepEqual(
      listed.events.map(({ endpoint, identity }) => [endpoint, identity]),
      [
        ['a', 'a'],
        ['b', 'b'],
        ['c', undefined],
        ['d', 'd'],
      ],
    );
  });

  test('are generated once for a device', async (t) => {
    const { json } = workshop(t);
    const made = await json('credentials', 'generate', '--endpoint', 'dev1');
    assert.deepEqual([made.code, made.events[0]?.['identity']], [0, 'dev1']);
    const again = await json('credentials', 'generate', '--endpoint', 'dev1');
    assert.deepEqual([again.code, again.events[0]?.['code']], [3, 'CREDENTIAL_EXISTS']);
    const shown = await json('credentials', 'export', '--endpoint', 'dev1', '--as', 'coiote', '--reveal');
    assert.match(String(shown.events[0]?.['text']), /"HexadecimalPsk": "[0-9a-f]{32}"/);
  });

  test('a weak key and a replaced one are told', async (t) => {
    const { plain } = workshop(t);
    const weak = await plain('credentials', 'add', '--endpoint', 'dev1', '--psk-key-text', 'psk');
    assert.equal(weak.code, 0);
    assert.match(weak.stderr, /everybody knows it/);
    const again = await plain('credentials', 'add', '--endpoint', 'dev1', '--psk-key', KEY);
    assert.match(again.stderr, /is replaced/);
  });

  test('wrong ones are a wrong command line, and nothing of the key is quoted', async (t) => {
    const { json, file } = workshop(t);
    writeFileSync(file('line.key'), 'notHexSecret\n');
    for (const words of [
      [],
      ['--psk-key', 'notHexSecret'],
      ['--psk-key', KEY, '--psk-key-text', 'notHexSecret'],
      ['--psk-key-text', ''],
      ['--psk-key-file', file('line.key')],
      ['--public-key', file('line.key')],
      ['--certificate', file('line.key')],
      ['--psk-key', KEY, '--psk-identity', ''],
    ]) {
      const wrong = await json('credentials', 'add', '--endpoint', 'dev1', ...words);
      assert.deepEqual([wrong.code, wrong.events[0]?.['code']], [2, 'USAGE'], words.join(' '));
      assert.ok(!(wrong.stdout + wrong.stderr).includes('notHexSecret'));
    }
    assert.ok(!existsSync(file('credentials.json')));
  });

  test('what can not be done says so', async (t) => {
    const { json, file } = workshop(t);
    const fails = async (code: string, ...words: string[]) => {
      const { code: exit, events } = await json('credentials', ...words);
      assert.deepEqual([exit, events.at(-1)?.['code']], [3, code], words.join(' '));
    };
    await fails('NO_CREDENTIAL', 'remove', '--endpoint', 'x');
    await fails('UNREADABLE', 'add', '--endpoint', 'x', '--psk-key-file', file('absent'));
    await json('credentials', 'add', '--endpoint', 'a', '--psk-identity', 'same', '--psk-key', KEY);
    await fails('IDENTITY_TAKEN', 'add', '--endpoint', 'b', '--psk-identity', 'same', '--psk-key', KEY);
    writeFileSync(file('pub.pem'), p256().publicKey);
    await json('credentials', 'add', '--endpoint', 'r', '--public-key', file('pub.pem'));
    await fails('NO_SUCH_FORM', 'export', '--endpoint', 'r', '--as', 'at');
    writeFileSync(file('damaged.json'), '{', { mode: 0o600 });
    await fails('CREDENTIALS_UNREADABLE', 'list', '--credentials', file('damaged.json'));
    if (process.platform === 'win32') return;
    chmodSync(file('credentials.json'), 0o644);
    const open = await json('credentials', 'list');
    assert.deepEqual([open.code, open.events[0]?.['code']], [3, 'SECRET_OPEN_TO_OTHERS']);
    assert.match(String(open.events[0]?.['next']), /chmod 600 .*credentials\.json/);
  });

  test('half a command says which there are', async (t) => {
    const { plain } = workshop(t);
    for (const words of [
      ['credentials'],
      ['certificates'],
      ['credentials', 'frobnicate'],
      ['credentials', 'add'],
    ]) {
      const half = await (words.length === 1 ? run(t, ...words) : plain(...words));
      assert.equal(half.code, 2, half.stderr);
      assert.match(half.lastLine, /See `lwm2m-workbench (credentials|certificates)( add)? --help`/);
    }
  });
});

describe('certificates', () => {
  test('one command makes authority and server certificate; a second keeps the authority', async (t) => {
    const { json, file } = workshop(t);
    const out = file('certs');
    const made = await json(
      'certificates',
      'server',
      '--host',
      '192.0.2.1',
      '--host',
      'wb.local',
      '--out',
      out,
    );
    assert.equal(made.code, 0, made.stderr);
    const [authority, server] = made.events;
    assert.equal(server?.['subject'], '192.0.2.1');
    assert.deepEqual(server['hosts'], ['192.0.2.1', 'wb.local']);
    assert.ok(Number(server['notAfter']) > Date.now());
    const read = (name: string) => readFileSync(path.join(out, name), 'utf8');
    const issuer = new X509Certificate(read('authority.pem'));
    const leaf = new X509Certificate(read('server.pem'));
    assert.ok(
      leaf.verify(issuer.publicKey) && leaf.checkPrivateKey(createPrivateKey(read('server.key.pem'))),
    );
    assert.equal(authority?.['fingerprint'], issuer.fingerprint256.replaceAll(':', '').toLowerCase());
    assert.equal(server['file'], path.join(out, 'server.pem'));
    if (process.platform !== 'win32')
      for (const secret of ['certs/server.key.pem', 'authority.json', 'server.json'])
        assert.equal(statSync(file(secret)).mode & 0o777, 0o600, secret);
    const again = await json('certificates', 'server', '--host', 'wb.local', '--out', out);
    assert.equal(again.events.length, 1);
    assert.ok(new X509Certificate(read('server.pem')).verify(issuer.publicKey));
    const shown = await json('certificates', 'authority');
    assert.equal(shown.events[0]?.['fingerprint'], authority['fingerprint']);
    assert.ok(existsSync(file('certificates/authority.pem')));
  });

  test('a device’s name can not leave the folder', async (t) => {
    const { json, file } = workshop(t);
    const made = await json('certificates', 'device', '--endpoint', '../../ürn:x', '--out', file('certs'));
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.events.at(-1)?.['subject'], '../../ürn:x');
    assert.deepEqual(readdirSync(file('certs')).sort(), [
      'authority.pem',
      'device-..%2f..%2f%fcrn%3ax.key.pem',
      'device-..%2f..%2f%fcrn%3ax.pem',
    ]);
  });

  test('the authority’s certificate is handed out in every form', async (t) => {
    const { json, plain, file } = workshop(t);
    const early = await json('certificates', 'show', '--as', 'pem');
    assert.deepEqual([early.code, early.events[0]?.['code']], [3, 'NO_AUTHORITY']);
    await json('certificates', 'authority');
    for (const [form, says] of [
      ['pem', /^-----BEGIN CERTIFICATE-----\n/],
      ['c', /\n"-----BEGIN CERTIFICATE-----\\n"\n/],
      ['cmake', /\ngenerate_inc_file_for_target\(app\n/],
      ['at', /\nAT%CMNG=0,35724861,0,"-----BEGIN CERTIFICATE-----\n/],
    ] as const) {
      const { code, stdout } = await plain('certificates', 'show', '--as', form);
      assert.equal(code, 0);
      assert.match(stdout, says);
      const written = await json('certificates', 'show', '--as', form, '--out', file('out'));
      assert.equal(readFileSync(String(written.events[0]?.['file']), 'utf8'), stdout);
    }
    assert.deepEqual(readdirSync(file('out')).sort(), [
      'authority.at',
      'authority.cmake',
      'authority.inc',
      'authority.pem',
    ]);
  });

  test('wrong hosts and names, and a damaged authority, are refused', async (t) => {
    const { json, file } = workshop(t);
    const host = await json('certificates', 'server', '--host', 'coaps://x');
    assert.deepEqual([host.code, host.events.at(-1)?.['code']], [2, 'BAD_HOST']);
    const name = await json('certificates', 'device', '--endpoint', 'x'.repeat(65));
    assert.deepEqual([name.code, name.events.at(-1)?.['code']], [2, 'NAME_TOO_LONG']);
    writeFileSync(file('authority.json'), '{"certificate":"AAAA"}', { mode: 0o600 });
    const damaged = await json('certificates', 'authority');
    assert.deepEqual([damaged.code, damaged.events[0]?.['code']], [3, 'CERTIFICATE_UNREADABLE']);
  });
});
