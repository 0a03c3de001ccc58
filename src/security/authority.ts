import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { encodeUtf8, toHex } from '../base/bytes';
import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import { ipAddressBytes } from '../base/ipAddress';

/** A certificate with the private key it belongs to: DER of an X.509 certificate, and of a PKCS #8 key. Secret. */
export interface CertifiedKey {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** What a certificate says. */
export interface CertificateFacts {
  /** Its subject's common name. */
  readonly subject: string;
  /** Names and addresses it is good for, in the order it has them; empty for an authority or a device. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the DER, 64 hexadecimal digits. */
  readonly fingerprint: string;
}

const DAY = 24 * 3600 * 1000;
/** A device's clock is often behind. */
const EARLIER = 2 * DAY;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 825;
/** Characters of a common name (RFC 5280 appendix A.1, ub-common-name). */
const MAX_COMMON_NAME = 64;
/** Hosts of one server certificate: more would not fit the flights of small devices. */
export const MAX_HOSTS = 32;

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * A new certificate authority of this user's own: EC P-256, self-signed, good for ten years, for leaf certificates only
 * (RFC 5280 §4.2.1.9, path length 0). Its private key is the caller's to keep secret.
 */
export async function createAuthority(
  clock: Clock,
  name = 'LwM2M Workbench local authority',
): Promise<CertifiedKey> {
  const x509 = await library();
  const subject = new x509.Name(commonName(name));
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    serialNumber: serialNumber(),
    ...validity(clock, AUTHORITY_DAYS),
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: new Uint8Array(certificate.rawData), privateKey: await exported(keys.privateKey) };
}

/**
 * A server's certificate for the names and addresses that devices reach it by; the first is its common name, all stand
 * as subject alternative names (RFC 6125 §6.4, RFC 7925 §4.4.1). Throws `OperationError` `BAD_HOST`, `AUTHORITY_EXPIRED`.
 */
export async function certifyServer(
  authority: CertifiedKey,
  hosts: readonly string[],
  clock: Clock,
): Promise<CertifiedKey> {
  const named = certifiableHosts(hosts);
  const [first] = named;
  const x509 = await library();
  // A long DNS name is good as an alternative name and too long for a common name.
  const name = first.length <= MAX_COMMON_NAME ? first : 'LwM2M Workbench server';
  const alternatives = named.map((value) => ({ type: ipAddressBytes(value) ? 'ip' : 'dns', value }) as const);
  return certify(authority, name, clock, [new x509.SubjectAlternativeNameExtension(alternatives)]);
}

/**
 * A device's certificate: its common name is the endpoint name, as servers compare them (RFC 7925 §4.4.2; observed:
 * Leshan 2.0.0-M18), and it is good for both ends of a handshake. Throws `OperationError` `NAME_TOO_LONG`, `AUTHORITY_EXPIRED`.
 */
export const certifyDevice = (
  authority: CertifiedKey,
  endpointName: string,
  clock: Clock,
): Promise<CertifiedKey> => certify(authority, endpointName, clock, []);

async function certify(
  authority: CertifiedKey,
  name: string,
  clock: Clock,
  more: readonly InstanceType<Library['Extension']>[],
): Promise<CertifiedKey> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate.slice());
  const dates = validity(clock, LEAF_DAYS);
  if (issuer.notAfter.getTime() <= clock.wallTime())
    throw new OperationError('AUTHORITY_EXPIRED', 'the local authority has expired', {
      next: 'Make a new one, and give its certificate to the devices.',
    });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', authority.privateKey, P256, false, ['sign']);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name(commonName(name)),
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    serialNumber: serialNumber(),
    notBefore: dates.notBefore,
    notAfter: issuer.notAfter < dates.notAfter ? issuer.notAfter : dates.notAfter,
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...more,
    ],
  });
  return { certificate: new Uint8Array(certificate.rawData), privateKey: await exported(keys.privateKey) };
}

/** What a certificate (DER) says. The bytes must be a certificate's. */
export function certificateFacts(certificate: Uint8Array): CertificateFacts {
  const parsed = new X509Certificate(certificate);
  return {
    subject: /^CN=(.*)$/m.exec(parsed.subject)?.[1] ?? parsed.subject,
    hosts: (parsed.subjectAltName ?? '')
      .split(', ')
      .flatMap((one) => /^(?:DNS|IP Address):(.+)$/.exec(one)?.[1] ?? []),
    notBefore: wallTimeOf(parsed.validFrom),
    notAfter: wallTimeOf(parsed.validTo),
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/**
 * Hosts as a server's certificate names them, each once. Throws `OperationError` `BAD_HOST` for none, too many, or what
 * is neither an address nor a name.
 */
export function certifiableHosts(hosts: readonly string[]): readonly [string, ...string[]] {
  const [first, ...more] = new Set(hosts.map(certifiableHost));
  if (first !== undefined && more.length < MAX_HOSTS) return [first, ...more];
  throw new OperationError('BAD_HOST', `a server's certificate names 1 to ${MAX_HOSTS} hosts`, {
    next: 'Name the addresses that devices reach this machine by.',
  });
}

/** A host as a certificate may name it: an IP address, or a DNS name in lower case (RFC 1123 §2.1). */
function certifiableHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (ipAddressBytes(bare)) return bare;
  if (
    bare.length <= 253 &&
    !/(^|\.)\d+$/.test(bare) &&
    /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(bare)
  )
    return bare;
  throw new OperationError('BAD_HOST', `${host} is neither an IP address nor a host name`, {
    next: 'Name hosts as devices reach them, without scheme and port: 192.0.2.1 or workbench.local.',
  });
}

type Library = typeof import('@peculiar/x509');
let loading: Promise<Library> | undefined;

/** The certificate library, evaluated when the first certificate is made: most sessions make none. */
const library = (): Promise<Library> =>
  (loading ??= (async () => {
    await import('reflect-metadata');
    const x509 = await import('@peculiar/x509');
    x509.cryptoProvider.set(webcrypto as Crypto);
    return x509;
  })());

type SubjectName = { readonly CN: { readonly utf8String: string }[] }[];

function commonName(name: string): SubjectName {
  if (name === '' || encodeUtf8(name).length > MAX_COMMON_NAME)
    throw new OperationError(
      'NAME_TOO_LONG',
      `a certificate's name has 1 to ${MAX_COMMON_NAME} bytes, ${JSON.stringify(name)} has ${encodeUtf8(name).length}`,
      { next: 'Give the device a shorter endpoint name, or a pre-shared key.' },
    );
  return [{ CN: [{ utf8String: name }] }];
}

const generateKeys = () => webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);

const exported = async (key: webcrypto.CryptoKey): Promise<Uint8Array> =>
  new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', key));

/** 127 random bits, positive and never short (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return toHex(bytes);
}

/* eslint-disable no-restricted-globals -- the library takes Dates; the time in them is the given clock's */
const validity = (clock: Clock, days: number) => ({
  notBefore: new Date(clock.wallTime() - EARLIER),
  notAfter: new Date(clock.wallTime() + days * DAY),
});

const wallTimeOf = (text: string): number => Date.parse(text);

/** The day of a time (milliseconds since 1970) in UTC, `YYYY-MM-DD`. */
export const dayOf = (wallTime: number): string => new Date(wallTime).toISOString().slice(0, 10);
/* eslint-enable no-restricted-globals */
