import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { memorySecret } from '../../../src/base/secretText';
import {
  authorityAs,
  keptCertificates,
  makeDeviceCertificate,
  makeServerCertificate,
  writeDeviceCertificate,
} from '../../../src/extension/certificates';
import { certificateHosts } from '../../../src/extension/model/certificateHosts';
import {
  certificateRow,
  credentialNodes,
  credentialRow,
  expiryWords,
} from '../../../src/extension/model/credentialRows';
import { securedKconfigFor } from '../../../src/extension/model/kconfig';
import { workspaceKeys } from '../../../src/extension/model/workspaceKeys';
import type { PskCredential } from '../../../src/security/credential';
import { readFileSync, statSync } from 'node:fs';
import { temporaryFolder } from '../../support/temporaryFolder';

const key = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 ^ (index * 7));
const dev1: PskCredential = { mode: 'psk', endpointName: 'dev1', identity: 'dev1', key };

describe('the view of credentials', () => {
  test('a row shows how the device proves itself, and never the key', () => {
    const row = credentialRow(dev1);
    assert.equal(row.label, 'dev1');
    assert.equal(row.description, 'PSK · dev1');
    assert.match(row.tooltip ?? '', /SHA-256 [0-9a-f]{16}… of the key/);
    assert.doesNotMatch(JSON.stringify(row), new RegExp(toHex(key)));
  });

  test('a key that everybody knows, and an identity that is not the name, are marked', () => {
    const demo = credentialRow({
      ...dev1,
      identity: 'other\u202e',
      key: Uint8Array.from({ length: 16 }, (_, i) => i),
    });
    assert.equal(demo.icon, 'warning');
    assert.match(demo.tooltip ?? '', /everybody knows it/);
    assert.match(demo.tooltip ?? '', /other\\u202e is not the endpoint name dev1/);
  });

  test('certificates stand after credentials, with hosts and the day they end', () => {
    const facts = {
      subject: 'a',
      hosts: ['192.0.2.1', 'b', 'c'],
      notBefore: 0,
      notAfter: Date.parse('2028-03-01T12:00:00Z'),
      fingerprint: 'ab',
    };
    assert.deepEqual(
      credentialNodes({ credentials: [dev1], authority: facts, server: facts }).map(({ kind }) => kind),
      ['credential', 'serverCertificate', 'authority'],
    );
    const now = Date.parse('2027-01-01T00:00:00Z');
    assert.equal(
      certificateRow('serverCertificate', facts, now).description,
      '192.0.2.1, b and 1 more · until 2028-03-01',
    );
    assert.equal(expiryWords(facts.notAfter, Date.parse('2028-02-20T12:00:00Z')), 'expires 2028-03-01');
    assert.equal(certificateRow('authority', facts, facts.notAfter).icon, 'warning');
  });
});

describe("keys in a workspace's Kconfig", () => {
  const project = {
    path: 'app/prj.conf',
    text: 'CONFIG_LWM2M_APP_ID="thermo-1"\nCONFIG_LWM2M=y\n',
  };

  test('an overlay takes the name from the project, and its key stands at its own line', () => {
    const { keys } = workspaceKeys([
      project,
      {
        path: 'app/boards/x.conf',
        text: '# a key\nCONFIG_LWM2M_APP_PSK="00112233445566778899aabbccddeeff"\n',
      },
    ]);
    assert.deepEqual(
      keys.map(({ path, line, key: { endpointName, symbol } }) => [path, line, endpointName, symbol]),
      [['app/boards/x.conf', 2, 'thermo-1', 'LWM2M_APP_PSK']],
    );
  });

  test('a project’s key is found once, however many overlays there are', () => {
    const { keys } = workspaceKeys([
      { path: 'prj.conf', text: 'CONFIG_APP_LWM2M_PSK="00112233445566778899aabbccddeeff"\n' },
      { path: 'a.conf', text: 'CONFIG_LOG=y\n' },
      { path: 'b.conf', text: '' },
    ]);
    assert.deepEqual(
      keys.map(({ path, line, key: { endpointPrefix } }) => [path, line, endpointPrefix]),
      [['prj.conf', 1, 'urn:imei:']],
    );
  });

  test('a key that is none is told with its line, and not by its text', () => {
    const { keys, problems } = workspaceKeys([
      { path: 'prj.conf', text: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_APP_PSK="not hex"\n' },
    ]);
    assert.equal(keys.length, 0);
    assert.deepEqual(
      problems.map(({ path, line }) => [path, line]),
      [['prj.conf', 2]],
    );
    assert.doesNotMatch(JSON.stringify(problems), /not hex/);
  });
});

test('Kconfig for a secured address: the port twice, one tag for server and images, no key', () => {
  const text = securedKconfigFor('coaps://192.0.2.1:5684');
  assert.match(text, /^CONFIG_LWM2M_DTLS_SUPPORT=y$/m);
  assert.match(text, /^CONFIG_LWM2M_PEER_PORT=5684$/m);
  assert.match(text, /^CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps:\/\/192\.0\.2\.1:5684"$/m);
  const tags = [...text.matchAll(/_(?:SERVER_TLS_TAG|DOWNLOADER_SEC_TAG)=(\d+)/g)].map(([, tag]) => tag);
  assert.deepEqual(tags, ['35724861', '35724861']);
  assert.doesNotMatch(text, /PSK/);
});

describe('hosts for the server’s certificate', () => {
  test('those in use are preselected, each once; other addresses of this machine only offered', () => {
    const hosts = certificateHosts({
      wanted: ['lab.example'],
      listening: ['coap://127.0.0.1:5683', 'coaps://127.0.0.1:5684', 'coaps://[fd00::1]:5684'],
      advertised: 'nat.example',
      hostName: 'Bench',
      interfaces: [
        { address: '127.0.0.1', internal: true },
        { address: '192.0.2.9', internal: false },
        { address: 'fe80::1', internal: false },
      ],
    });
    assert.deepEqual(
      hosts.map(({ host, preselected }) => `${host}${preselected ? ' *' : ''}`),
      ['lab.example *', '127.0.0.1 *', 'fd00::1 *', 'nat.example *', 'localhost *', 'bench *', '192.0.2.9'],
    );
  });
});

describe('certificates of the local authority', () => {
  const places = () => ({ authority: memorySecret(), serverCertificate: memorySecret() });

  test('the authority is made with the first certificate and stays; what is kept is shown without keys', async () => {
    const kept = places();
    assert.deepEqual(await keptCertificates(kept), {});
    const facts = await makeServerCertificate(kept, ['192.0.2.1', 'bench.local']);
    assert.deepEqual(facts.hosts, ['192.0.2.1', 'bench.local']);
    const { authority, server } = await keptCertificates(kept);
    assert.equal(server?.fingerprint, facts.fingerprint);
    await makeServerCertificate(kept, ['192.0.2.2']);
    assert.equal((await keptCertificates(kept)).authority?.fingerprint, authority?.fingerprint);
  });

  test('the authority’s certificate comes in every form, and never with a private key', async () => {
    const kept = places();
    const expected = {
      pem: /^-----BEGIN CERT/,
      c: /^"-----BEGIN/m,
      cmake: /generate_inc_file/,
      at: /,0,"-----BEGIN/,
    };
    for (const form of ['pem', 'c', 'cmake', 'at'] as const) {
      const made = await authorityAs(kept, form, 42);
      assert.ok(made.ok);
      assert.match(made.value.text, expected[form]);
      assert.doesNotMatch(made.value.text, /PRIVATE KEY/);
    }
  });

  test('a device’s files: the key for its owner alone', async (t) => {
    const folder = temporaryFolder(t);
    const made = await makeDeviceCertificate(places(), 'urn:imei:1');
    const files = await writeDeviceCertificate(folder, 'urn:imei:1', made);
    assert.match(files.certificate, /device-urn%3aimei%3a1\.pem$/);
    assert.match(readFileSync(files.key, 'utf8'), /BEGIN PRIVATE KEY/);
    if (process.platform !== 'win32') assert.equal(statSync(files.key).mode & 0o777, 0o600);
  });
});
