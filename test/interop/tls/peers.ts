import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { toPem } from '../../../src/security/publicMaterial';
import type { Channel } from '../../../src/transport/ports';
import {
  issued,
  secureClient,
  secureServer,
  type Issued,
  type SecureHeard,
} from '../../unit/transport/tlsScene';
import { Talker, program } from '../dtls/peers';

export { secureClient, secureServer, Talker };

export const openssl = () => program('openssl', 'openssl');
export const gnutls = () => program('gnutls-cli', 'gnutls-bin');
export const gnutlsServer = () => program('gnutls-serv', 'gnutls-bin');
export const curl = () => program('curl', 'curl');

/** Certificates of our own making, also as files that go with the test. */
export interface IssuedFiles extends Issued {
  readonly folder: string;
  readonly authorityFile: string;
  readonly serverFiles: { readonly certificate: string; readonly key: string };
  readonly deviceFiles: { readonly certificate: string; readonly key: string };
}

export async function issuedFiles(t: TestContext): Promise<IssuedFiles> {
  const made = await issued();
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const files = (name: 'server' | 'device') => ({
    certificate: write(`${name}.pem`, made[name].certificate),
    key: write(`${name}.key`, made[name].privateKey),
  });
  return {
    ...made,
    folder,
    authorityFile: write('authority.pem', toPem('CERTIFICATE', made.authority.certificate)),
    serverFiles: files('server'),
    deviceFiles: files('device'),
  };
}

/** Answers each piece of a peer's text with its name and that text. */
export function echo(channel: Channel): void {
  channel.onMessage(({ bytes, peer }) => {
    channel.send(encodeUtf8(`${peer.identity ?? 'nobody'}: `), peer);
    channel.send(bytes, peer);
  });
}

/** Begins a connection with a line for it, and gives back what is heard. */
export function greet(client: SecureHeard, port: number) {
  const peer = client.channel.peerAt({ host: '127.0.0.1', port });
  client.channel.send(encodeUtf8('hello from us\n'), peer);
  return peer;
}
