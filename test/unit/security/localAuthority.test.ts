import assert from 'node:assert/strict';
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import {
  certificateFacts,
  certifyDevice,
  certifyServer,
  createAuthority,
  type CertifiedKey,
} from '../../../src/security/authority';
import { commonNameOf, parseCertificate, toPem } from '../../../src/security/publicMaterial';
import { VirtualClock } from '../../support/virtualClock';
import { temporaryFolder } from '../../support/temporaryFolder';

const YEAR = 365 * 24 * 3600 * 1000;
const pemOf = ({ certificate }: CertifiedKey) => toPem('CERTIFICATE', certificate);

/** Whether certificate and private key belong together. */
function belong({ certificate, privateKey }: CertifiedKey): boolean {
  const key = createPrivateKey(toPem('PRIVATE KEY', privateKey));
  const signature = sign('sha256', certificate, key);
  return verify('sha256', certificate, new X509Certificate(certificate).publicKey, signature);
}

describe('a local authority', async () => {
  const clock = new VirtualClock();
  const now = clock.wallTime();
  const authority = await createAuthority(clock);
  const issuer = new X509Certificate(authority.certificate);

  test('is self-signed, for ten years, and signs leaves only', () => {
    assert.ok(issuer.ca && issuer.verify(issuer.publicKey) && belong(authority));
    const facts = certificateFacts(authority.certificate);
    assert.equal(facts.subject, 'LwM2M Workbench local authority');
    assert.ok(facts.notBefore < now && facts.notAfter > now + 9.9 * YEAR);
    assert.match(facts.fingerprint, /^[0-9a-f]{64}$/);
  });

  test('certifies a server for its names and addresses', async () => {
    const server = await certifyServer(
      authority,
      ['192.0.2.1', 'Workbench.local', '[2001:db8::1]', '192.0.2.1'],
      clock,
    );
    const leaf = new X509Certificate(server.certificate);
    assert.ok(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey) && !leaf.ca && belong(server));
    assert.equal(leaf.checkHost('workbench.local'), 'workbench.local');
    assert.equal(leaf.checkIP('192.0.2.1'), '192.0.2.1');
    assert.equal(leaf.checkIP('2001:db8::1'), '2001:db8::1');
    assert.equal(leaf.checkHost('other.local'), undefined);
    const facts = certificateFacts(server.certificate);
    assert.equal(facts.subject, '192.0.2.1');
    assert.equal(facts.hosts.length, 3);
    assert.deepEqual(facts.hosts.slice(0, 2), ['192.0.2.1', 'workbench.local']);
  });

  test('certifies a device under its endpoint name, for both ends', async () => {
    const name = 'urn:dev:ops:32473-Ünit, "5"+x';
    const device = await certifyDevice(authority, name, clock);
    assert.equal(commonNameOf(device.certificate), name);
    assert.equal(certificateFacts(device.certificate).hosts.length, 0);
    assert.ok(parseCertificate(pemOf(device)).ok && belong(device));
    const usages = new X509Certificate(device.certificate).keyUsage;
    assert.deepEqual([...usages].sort(), ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('gives each certificate a number and a key of its own', async () => {
    const two = await Promise.all([1, 2].map(() => certifyDevice(authority, 'dev1', clock)));
    const [a, b] = two.map(({ certificate }) => new X509Certificate(certificate));
    assert.ok(a && b && a.serialNumber !== b.serialNumber);
    assert.ok(!a.publicKey.equals(b.publicKey));
    for (const { serialNumber } of [a, b]) assert.match(serialNumber, /^[4-7][0-9A-F]{31}$/);
  });

  for (const [host, code] of [
    ['', 'BAD_HOST'],
    ['coaps://host', 'BAD_HOST'],
    ['host:5684', 'BAD_HOST'],
    ['a b', 'BAD_HOST'],
    ['-a', 'BAD_HOST'],
    ['192.0.2.256', 'BAD_HOST'],
    ['ü.de', 'BAD_HOST'],
    ['a'.repeat(64), 'BAD_HOST'],
  ] as const) {
    test(`certifies no host that is none: ${host.slice(0, 20)}`, () =>
      assert.rejects(certifyServer(authority, [host], clock), (error) => isOperationError(error, code)));
  }

  test('certifies no name that is too long or empty, and no server without hosts', async () => {
    for (const name of ['', 'a'.repeat(65)])
      await assert.rejects(certifyDevice(authority, name, clock), (error) =>
        isOperationError(error, 'NAME_TOO_LONG'),
      );
    await assert.rejects(certifyServer(authority, [], clock), (error) => isOperationError(error, 'BAD_HOST'));
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    const server = await certifyServer(authority, [long], clock);
    assert.equal(new X509Certificate(server.certificate).checkHost(long), long);
  });

  test('that has expired certifies nothing, and no leaf outlives it', async () => {
    const later = new VirtualClock(now + 9.5 * YEAR);
    const late = await certifyDevice(authority, 'dev1', later);
    assert.equal(
      certificateFacts(late.certificate).notAfter,
      certificateFacts(authority.certificate).notAfter,
    );
    await assert.rejects(certifyDevice(authority, 'dev1', new VirtualClock(now + 11 * YEAR)), (error) =>
      isOperationError(error, 'AUTHORITY_EXPIRED'),
    );
  });
});

test('OpenSSL verifies what the authority certifies', async (t) => {
  const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  // Windows and some containers have none; Node's own library has judged the same certificates above.
  if (openssl.error) return t.diagnostic('no openssl here');
  const clock = new VirtualClock(Date.now());
  const authority = await createAuthority(clock);
  const folder = temporaryFolder(t);
  const file = (name: string, text: string) => {
    const full = path.join(folder, name);
    writeFileSync(full, text);
    return full;
  };
  const ca = file('ca.pem', pemOf(authority));
  const server = file(
    'server.pem',
    pemOf(await certifyServer(authority, ['127.0.0.1', 'lwm2m.local'], clock)),
  );
  const device = file('device.pem', pemOf(await certifyDevice(authority, 'dev1', clock)));
  const check = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      'openssl',
      ['verify', '-x509_strict', '-CAfile', ca, ...words],
      {
        encoding: 'utf8',
      },
    );
    return status === 0 ? 'OK' : stdout + stderr;
  };
  for (const words of [
    ['-purpose', 'sslserver', '-verify_ip', '127.0.0.1', server],
    ['-purpose', 'sslserver', '-verify_hostname', 'lwm2m.local', server],
    ['-purpose', 'sslclient', device],
    ['-purpose', 'sslserver', device],
  ])
    assert.equal(check(...words), 'OK', words.join(' '));
  assert.match(check('-verify_hostname', 'other.local', server), /hostname mismatch/i);
  const stranger = file('stranger.pem', pemOf(await createAuthority(clock)));
  assert.match(
    spawnSync('openssl', ['verify', '-CAfile', stranger, device], { encoding: 'utf8' }).stderr,
    /verification failed|unable to get/i,
  );
});
