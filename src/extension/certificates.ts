/** Certificates of this user's own authority, in the lazy half: the library that makes them is large. */
import { OperationError } from '../base/errors';
import type { Decoded } from '../base/result';
import type { SecretText } from '../base/secretText';
import {
  certificateFacts,
  certifyDevice,
  certifyServer,
  type CertificateFacts,
  type CertifiedKey,
} from '../security/authority';
import { ownAuthority, storedCertifiedKey } from '../security/authorityStore';
import { certificatesToAtCmng } from '../security/forms/atCmng';
import { certificateAsC, certificateAsCmake } from '../security/forms/certificate';
import type { Exported } from '../security/forms/form';
import { toPem } from '../security/publicMaterial';
import { writeOutput } from '../storage/outputFile';
import { nodeClock } from '../transport/nodeClock';

/** Where the certificates are kept. */
interface Places {
  readonly authority: SecretText;
  readonly serverCertificate: SecretText;
}

/** What the certificates that are kept say. Makes none. Throws `OperationError` `CERTIFICATE_UNREADABLE`. */
export async function keptCertificates(
  places: Places,
): Promise<{ readonly authority?: CertificateFacts; readonly server?: CertificateFacts }> {
  const [authority, server] = await Promise.all([
    storedCertifiedKey(places.authority).get(),
    storedCertifiedKey(places.serverCertificate).get(),
  ]);
  return {
    ...(authority ? { authority: certificateFacts(authority.certificate) } : {}),
    ...(server ? { server: certificateFacts(server.certificate) } : {}),
  };
}

/** Forms in which the authority's certificate is handed out. */
export type AuthorityForm = 'pem' | 'c' | 'cmake' | 'at';

/** File that the CMake lines name, relative to the application's folder. */
export const AUTHORITY_FILE = 'certs/authority.pem';

/** The authority's certificate in a form; the authority is made where there is none. */
export async function authorityAs(
  places: Places,
  form: AuthorityForm,
  secTag?: number,
): Promise<Decoded<Exported>> {
  const { certificate } = (await ownAuthority(places.authority, nodeClock)).authority;
  switch (form) {
    case 'pem':
      return { ok: true, value: { text: toPem('CERTIFICATE', certificate), notes: [] } };
    case 'c':
      return { ok: true, value: certificateAsC(certificate) };
    case 'cmake':
      return { ok: true, value: certificateAsCmake(certificate, AUTHORITY_FILE) };
    case 'at':
      return certificatesToAtCmng(certificate, undefined, {
        reveal: false,
        ...(secTag === undefined ? {} : { secTag }),
      });
  }
}

/** Makes and keeps the server's certificate, and the authority before it where there is none. Throws `BAD_HOST`. */
export async function makeServerCertificate(
  places: Places,
  hosts: readonly string[],
): Promise<CertificateFacts> {
  const { authority } = await ownAuthority(places.authority, nodeClock);
  const server = await certifyServer(authority, hosts, nodeClock);
  await storedCertifiedKey(places.serverCertificate).set(server);
  return certificateFacts(server.certificate);
}

/** A device's certificate with a private key made for it. Throws `NAME_TOO_LONG`, `AUTHORITY_EXPIRED`. */
export async function makeDeviceCertificate(places: Places, endpointName: string): Promise<CertifiedKey> {
  const { authority } = await ownAuthority(places.authority, nodeClock);
  return certifyDevice(authority, endpointName, nodeClock);
}

/** Writes a device's certificate and, for its owner alone, its private key as PEM into a folder. Answers both paths. */
export async function writeDeviceCertificate(
  folder: string,
  endpointName: string,
  { certificate, privateKey }: CertifiedKey,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const name = `device-${fileNameOf(endpointName)}`;
  try {
    const key = await writeOutput(folder, `${name}.key.pem`, toPem('PRIVATE KEY', privateKey), 'secret');
    const file = await writeOutput(folder, `${name}.pem`, toPem('CERTIFICATE', certificate), 'public');
    return { certificate: file, key };
  } catch (cause) {
    throw new OperationError('UNWRITABLE', `nothing can be written into ${folder}`, {
      cause,
      next: 'Choose a folder that you may write into.',
    });
  }
}

/** An endpoint name as part of a file's name on every system. */
const fileNameOf = (endpointName: string): string =>
  endpointName.replace(
    /[^A-Za-z0-9._-]/gu,
    (one) => `%${one.codePointAt(0)?.toString(16).padStart(2, '0') ?? ''}`,
  );
