import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { Alerts } from '../../../src/dtls/alert';
import type { CertificateVerdict, OwnCertificate, PresentedCertificate } from '../../../src/dtls/credentials';
import { runWell } from '../peers/process.mjs';
import { temporary } from './peers';

/** A P-256 key with a certificate, as files and as our credentials. */
export interface Issued {
  readonly keyFile: string;
  readonly certificateFile: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyFile: string;
  readonly own: OwnCertificate;
}

/** An authority with a server's and a device's certificate, made by OpenSSL. */
export async function authority(
  t: TestContext,
  openssl: string,
): Promise<{ readonly authorityFile: string; readonly server: Issued; readonly device: Issued }> {
  const folder = temporary(t);
  const file = (name: string) => path.join(folder, name);
  const run = (...args: string[]) => runWell({ file: openssl, args });
  const newKey = (name: string) =>
    run('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file(`${name}.key`));
  await newKey('ca');
  await run(
    ...['req', '-x509', '-new', '-key', file('ca.key'), '-subj', '/CN=test authority'],
    ...['-days', '2', '-out', file('ca.pem')],
  );
  const issue = async (name: string): Promise<Issued> => {
    await newKey(name);
    await run(
      ...['req', '-new', '-key', file(`${name}.key`), '-subj', `/CN=${name}`, '-out', file(`${name}.csr`)],
    );
    await run(
      ...['x509', '-req', '-in', file(`${name}.csr`), '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
      ...['-CAcreateserial', '-days', '2', '-out', file(`${name}.pem`)],
    );
    await run('pkey', '-in', file(`${name}.key`), '-pubout', '-out', file(`${name}.pub`));
    const privateKey = createPrivateKey(readFileSync(file(`${name}.key`)));
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    return {
      keyFile: file(`${name}.key`),
      certificateFile: file(`${name}.pem`),
      publicKeyFile: file(`${name}.pub`),
      own: {
        privateKey,
        chain: [new Uint8Array(new X509Certificate(readFileSync(file(`${name}.pem`))).raw)],
        publicKey: new Uint8Array(spki),
      },
    };
  };
  return { authorityFile: file('ca.pem'), server: await issue('server'), device: await issue('device-1') };
}

/** Trusts certificates of the authority, and the bare keys given. */
export function judgeOf(authorityFile: string, keys: Readonly<Record<string, OwnCertificate>> = {}) {
  const issuer = new X509Certificate(readFileSync(authorityFile));
  return (presented: PresentedCertificate): CertificateVerdict => {
    if (presented.kind === 'rawPublicKey') {
      const known = Object.entries(keys).find(
        ([, own]) => toHex(own.publicKey) === toHex(presented.publicKey),
      );
      return known
        ? { trusted: true, name: known[0] }
        : { trusted: false, alert: Alerts.CERTIFICATE_UNKNOWN, reason: 'a key nobody knows' };
    }
    const leaf = new X509Certificate(presented.chain[0] ?? new Uint8Array(0));
    return leaf.verify(issuer.publicKey)
      ? { trusted: true, name: /CN=(.*)/.exec(leaf.subject)?.[1] ?? '' }
      : { trusted: false, alert: Alerts.UNKNOWN_CA, reason: 'an unknown issuer' };
  };
}
