import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeUtf8 } from '../../src/base/bytes';
import { cipherSuite, type CipherSuite } from '../../src/dtls/cipherSuite';
import type { OwnCertificate } from '../../src/dtls/credentials';
import { createDtlsChannel } from '../../src/dtls/dtlsChannel';
import type { HandshakeObserver } from '../../src/dtls/handshakeEvents';
import { nodeClock } from '../../src/transport/nodeClock';
import { nodeRandom } from '../../src/transport/nodeRandom';
import type { Channel } from '../../src/transport/ports';
import { runWell } from '../interop/peers/process.mjs';

/** The one key of all benches, a text of sixteen bytes as libcoap takes it. */
export const BENCH_KEY = 'sixteen byte key';
export const BENCH_IDENTITY = 'device-1';

/** PSK_WITH_AES_128_CCM_8 and ECDHE_ECDSA_WITH_AES_128_CCM_8, what LwM2M makes mandatory. */
const suites: readonly CipherSuite[] = [0xc0a8, 0xc0ae].flatMap((id) => cipherSuite(id) ?? []);

/**
 * DTLS with CCM_8 over `below`, both as server and as client. `secured` is `psk`, or a folder that
 * {@link makeCertificate} filled. A session is never taken up again, where `resumable` is false.
 */
export function securedChannel(
  below: Channel,
  secured: string,
  {
    resumable = true,
    observer,
  }: { readonly resumable?: boolean; readonly observer?: HandshakeObserver } = {},
): Channel {
  const credentials = secured === 'psk' ? withKey() : withCertificate(secured);
  return createDtlsChannel(below, {
    clock: nodeClock,
    random: nodeRandom,
    suites,
    ...credentials,
    ...(observer ? { observer } : {}),
    ...(resumable ? {} : { limits: { resumable: 0 } }),
  });
}

const withKey = () => ({
  server: { psk: () => encodeUtf8(BENCH_KEY) },
  client: { psk: { identity: encodeUtf8(BENCH_IDENTITY), key: encodeUtf8(BENCH_KEY) } },
});

function withCertificate(folder: string) {
  const privateKey = createPrivateKey(readFileSync(path.join(folder, 'key.pem')));
  const certificate: OwnCertificate = {
    privateKey,
    chain: [new Uint8Array(new X509Certificate(readFileSync(path.join(folder, 'certificate.pem'))).raw)],
    publicKey: new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
  };
  const judge = () => ({ trusted: true, name: 'whoever' }) as const;
  return { server: { certificate }, client: { judge } };
}

/** `key.pem` and a self-signed `certificate.pem` on P-256, for either program. */
export async function makeCertificate(folder: string): Promise<void> {
  const file = (name: string) => path.join(folder, name);
  const args = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=localhost', '-days', '2', '-keyout', file('key.pem'), '-out', file('certificate.pem')],
  ];
  await runWell({ file: 'openssl', args });
}
