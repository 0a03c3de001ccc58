import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import type { Clock } from '../../../src/base/clock';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { DtlsSettings } from '../../../src/dtls/settings';
import type { CertifiedKey } from '../../../src/security/authority';
import type { Credential } from '../../../src/security/credential';
import { KnownCredentials, memoryStore } from '../../../src/security/credentialStore';
import type { HandshakeAttempt } from '../../../src/security/handshakeAttempt';
import { HandshakeTrace } from '../../../src/security/handshakeTrace';
import { toPem } from '../../../src/security/publicMaterial';
import { serverTrust } from '../../../src/security/serverTrust';
import { channelOpener } from '../../../src/transport/channelOpener';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import type { TlsEvent } from '../../../src/transport/ports';
import { eventually } from '../dtls/peers';

export const KEY = encodeUtf8('Sixteen byte key');
export const DAY = 24 * 3600 * 1000;

/** A clock whose calendar is off by so many milliseconds. */
export const shifted = (by: number): Clock => ({
  now: () => nodeClock.now(),
  wallTime: () => nodeClock.wallTime() + by,
  after: (delay, fire) => nodeClock.after(delay, fire),
});

const dev1: Credential = { mode: 'psk', endpointName: 'dev1', identity: 'dev1', key: KEY };

/** What a server of these tests holds: the key of dev1 unless told. */
export interface Holding {
  readonly credentials?: readonly Credential[];
  readonly certificate?: CertifiedKey;
  readonly authority?: CertifiedKey;
}

/** A server on loopback, all its parts real: a DTLS port, a plain one and, where it has a certificate, one over TLS. */
export async function openServer(t: TestContext, holding: Holding = {}, dtls: Partial<DtlsSettings> = {}) {
  const store = memoryStore();
  for (const credential of holding.credentials ?? [dev1]) await store.set(credential);
  const trust = serverTrust({
    known: await KnownCredentials.of(store),
    certificate: () => holding.certificate,
    authority: () => holding.authority?.certificate,
    clock: nodeClock,
  });
  const trace = new HandshakeTrace(trust);
  const opener = channelOpener();
  const any = { host: '127.0.0.1', port: 0 };
  const below = await opener.open('coap', any);
  const secured = createDtlsChannel(below, {
    clock: nodeClock,
    random: nodeRandom,
    server: trust.dtls,
    observer: trace.dtls(below.local),
    ...dtls,
  });
  t.after(() => secured.close());
  const plain = await opener.open('coap', any);
  t.after(() => plain.close());
  const look = trace.plain('coap', plain.local);
  plain.onMessage(({ bytes, peer }) => void look(bytes, peer.address));
  const plainTcp = await opener.open('coap+tcp', any);
  t.after(() => plainTcp.close());
  const lookTcp = trace.plain('coap+tcp', plainTcp.local);
  plainTcp.onMessage(({ bytes, peer }) => void lookTcp(bytes, peer.address));
  let tlsPort = 0;
  if (holding.certificate) {
    let told: (event: TlsEvent) => void = () => undefined;
    const { own, judge, certificateRequired } = trust.tls;
    const tls = await opener.open('coaps+tcp', any, {
      own,
      judge,
      certificateRequired,
      observer: (e) => told(e),
    });
    told = trace.tls('coaps+tcp', tls.local);
    t.after(() => tls.close());
    tlsPort = tls.local.port;
  }
  return {
    trace,
    /** Its credentials, to be exchanged while it runs. */
    store,
    channel: secured,
    port: secured.local.port,
    plainPort: plain.local.port,
    plainTcpPort: plainTcp.local.port,
    tlsPort,
    /** Waits for the newest attempt with this verdict. */
    verdict: (code: string): Promise<HandshakeAttempt> =>
      eventually(
        () => trace.attempts().find(({ verdict }) => verdict?.code === code),
        () => `${code} in ${JSON.stringify(trace.attempts(), undefined, 1)}`,
        30_000,
      ),
  };
}

/** A certificate and key as files in PEM. */
export function files(folder: string, name: string, { certificate, privateKey }: CertifiedKey) {
  const certificateFile = path.join(folder, `${name}.pem`);
  const keyFile = path.join(folder, `${name}.key`);
  writeFileSync(certificateFile, toPem('CERTIFICATE', certificate));
  writeFileSync(keyFile, toPem('PRIVATE KEY', privateKey), { mode: 0o600 });
  return { certificateFile, keyFile };
}
