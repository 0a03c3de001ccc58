/**
 * All cryptography of `src/dtls`, from a seed: `node|bun cryptography.cjs GIVEN`, with {@link Given} as JSON in a file.
 * Prints {@link Result}: two runtimes that print the same `same` compute the same bytes.
 */
import { createCipheriv, createHash, createPrivateKey, createPublicKey, getCiphers } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { concatBytes, encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { CbcSha256, type MacHeader } from '../../../src/dtls/cbcSha256';
import { AesCcm, type Aead } from '../../../src/dtls/ccm';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import type { OwnCertificate } from '../../../src/dtls/credentials';
import { EphemeralKey, encodeSignature, verifySignature } from '../../../src/dtls/ecdhe';
import { AesGcm } from '../../../src/dtls/gcm';
import { prf } from '../../../src/dtls/prf';
import { WireReader, uint16 } from '../../../src/dtls/wire';
import { seededRandom } from '../../support/seededRandom';
import { KEY, IDENTITY, Scene, pskOf, say, serverPeer, type End } from '../../unit/dtls/pair';

/** A key on P-256 (PKCS #8) with its certificate, and a signature of it that the other runtime made; hexadecimal. */
export interface Given {
  readonly privateKey: string;
  readonly certificate: string;
  readonly signature: string;
}

export interface Result {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly hasCcm: boolean;
  /** By what was computed, in hexadecimal. */
  readonly same: Readonly<Record<string, string>>;
  /** What carries randomness of the library's own: whether it came out well. */
  readonly well: Readonly<Record<string, boolean>>;
  /** For the other runtime to verify. */
  readonly signature: string;
}

/** What is signed. */
const COVERED = encodeUtf8('what a handshake covers');

const LENGTHS = [0, 1, 15, 16, 17, 40, 255, 1024, 1040, 4096];

function sealed(make: (key: Uint8Array) => Aead): string {
  const random = seededRandom(3);
  const hash = createHash('sha256');
  // one cipher for all, as a session has: each record begins where the one before left the chain
  const aead = make(random.bytes(16));
  for (const length of [...LENGTHS, ...LENGTHS]) {
    const [nonce, aad, text] = [random.bytes(12), random.bytes(13), random.bytes(length)];
    const record = aead.seal(nonce, aad, text);
    const opened = aead.open(nonce, aad, record);
    if (!opened || toHex(opened) !== toHex(text)) throw new Error(`${length} bytes did not open`);
    const changed = record.slice();
    changed[length] = (changed[length] ?? 0) ^ 1;
    if (aead.open(nonce, aad, changed)) throw new Error('a changed tag verified');
    hash.update(record);
  }
  return hash.digest('hex');
}

function sealedCbc(encryptThenMac: boolean): string {
  const random = seededRandom(4);
  const hash = createHash('sha256');
  const cipher = new CbcSha256(random.bytes(16), random.bytes(32), encryptThenMac);
  const header: MacHeader = (length) => concatBytes([encodeUtf8('header'), uint16(length)]);
  for (const length of LENGTHS) {
    const text = random.bytes(length);
    const record = cipher.seal(random.bytes(16), header, text);
    const opened = cipher.open(header, record);
    if (!opened || toHex(opened) !== toHex(text)) throw new Error(`${length} bytes did not open`);
    record[record.length - 1] = (record[record.length - 1] ?? 0) ^ 1;
    if (cipher.open(header, record)) throw new Error('a changed record opened');
    hash.update(record);
  }
  return hash.digest('hex');
}

function agreement(): { readonly bytes: string; readonly refused: boolean } {
  const [a, b] = [new EphemeralKey(seededRandom(5)), new EphemeralKey(seededRandom(6))];
  const secret = a.secretWith(b.publicPoint);
  const other = b.secretWith(a.publicPoint);
  if (!secret || !other || toHex(secret) !== toHex(other)) throw new Error('no agreement');
  const off = b.publicPoint.slice();
  off[64] = (off[64] ?? 0) ^ 1;
  return {
    bytes: toHex(concatBytes([a.publicPoint, b.publicPoint, secret])),
    refused: a.secretWith(off) === undefined && a.secretWith(new Uint8Array(65)) === undefined,
  };
}

/** A handshake and a word each way; every byte of it, and what was agreed. */
async function handshake(
  server: Parameters<Scene['server']>[0],
  client: Parameters<Scene['client']>[0],
): Promise<{ readonly wire: string; readonly facts: End['facts']; readonly well: boolean }> {
  const scene = new Scene(7);
  const hash = createHash('sha256');
  scene.network.fate = (_from, _to, bytes) => {
    hash.update(bytes);
    return [0];
  };
  const serving = scene.server(server);
  const asking = scene.client(client);
  say(asking, 'hello', serverPeer(asking));
  await scene.clock.advance(20);
  const peer = serving.messages[0]?.peer;
  if (peer) say(serving, 'welcome', peer);
  await scene.clock.advance(20);
  const well = serving.text()[0] === 'hello' && asking.text()[0] === 'welcome';
  return { wire: hash.digest('hex'), facts: asking.facts, well };
}

async function main(): Promise<void> {
  const given = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Given;
  const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
  const privateKey = createPrivateKey({
    key: Buffer.from(bytes(given.privateKey)),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const own: OwnCertificate = {
    privateKey,
    chain: [bytes(given.certificate)],
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
  };
  const same: Record<string, string> = {
    CCM_8: sealed((key) => new AesCcm(key, 8)),
    CCM: sealed((key) => new AesCcm(key, 16)),
    GCM: sealed((key) => new AesGcm(key)),
    'CBC_SHA256, MAC first': sealedCbc(false),
    'CBC_SHA256, encryption first': sealedCbc(true),
    PRF: toHex(prf(KEY, 'key expansion', IDENTITY, 100)),
    'public key': toHex(own.publicKey),
  };
  const { bytes: agreed, refused } = agreement();
  same['ECDHE'] = agreed;
  const signature = encodeSignature(privateKey, COVERED);
  const verifies = (signed: Uint8Array, covered = COVERED) =>
    verifySignature(new WireReader(signed), publicKey, covered);
  const well: Record<string, boolean> = {
    'a point off the curve is refused': refused,
    'its own signature verifies': verifies(signature),
    'a signature over something else does not': !verifies(signature, KEY),
    "the other runtime's signature verifies": verifies(bytes(given.signature)),
  };
  for (const suite of CIPHER_SUITES) {
    const settings = { suites: [suite], cidLength: 4 };
    if (suite.keyExchange === 'ECDHE_ECDSA') {
      const judge = () => ({ trusted: true, name: 'device-1' }) as const;
      for (const [kind, certificate] of [
        ['certificate', own],
        ['raw public key', { ...own, chain: [] }],
      ] as const) {
        const done = await handshake(
          { server: { certificate, judge, certificateRequired: true }, cidLength: 4 },
          { client: { certificate, judge }, ...settings },
        );
        const identity = done.facts()[0]?.identity;
        well[`${suite.name}, ${kind}`] =
          done.well &&
          identity?.kind === 'certificate' &&
          (identity.presented.kind === 'x509') === (kind === 'certificate');
      }
    } else {
      const done = await handshake({ server: { psk: pskOf(KEY) }, cidLength: 4 }, settings);
      well[suite.name] = done.well && done.facts()[0]?.peerCid.length === 4;
      same[`all datagrams of ${suite.name}`] = done.wire;
    }
  }
  const result: Result = {
    versions: { boringssl: process.versions['boringssl'], openssl: process.versions.openssl },
    hasCcm: hasCcm(),
    same,
    well,
    signature: toHex(signature),
  };
  console.log(JSON.stringify(result));
}

function hasCcm(): boolean {
  try {
    createCipheriv('aes-128-ccm', new Uint8Array(16), new Uint8Array(12), { authTagLength: 8 });
    return true;
  } catch {
    return getCiphers().includes('aes-128-ccm');
  }
}

void main();
