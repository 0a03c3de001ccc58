import path from 'node:path';
import type { Command } from 'commander';
import { OperationError } from '../../base/errors';
import type { Decoded } from '../../base/result';
import {
  certifiableHosts,
  certificateFacts,
  certifyDevice,
  certifyServer,
  dayOf,
  type CertifiedKey,
} from '../../security/authority';
import { ownAuthority, storedCertifiedKey } from '../../security/authorityStore';
import { checkName } from '../../security/credential';
import { certificatesToAtCmng } from '../../security/forms/atCmng';
import { certificateAsC, certificateAsCmake } from '../../security/forms/certificate';
import type { Exported } from '../../security/forms/form';
import { toPem } from '../../security/publicMaterial';
import { writeOutput } from '../../storage/outputFile';
import { nodeClock } from '../../transport/nodeClock';
import { ExitCodes, type ExitCode } from '../exit';
import { collect, numberWithin, oneOf, withCommonOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { orUsage, ownSecret } from '../secrets';
import { stateFolderOf } from '../stateFolder';

interface OutOptions extends DeviceOptions {
  readonly out?: string;
}

const withOptions = (command: Command): Command =>
  withCommonOptions(command).option(
    '--out <dir>',
    'folder to write into (default: `certificates` in the state folder)',
  );

const folderOf = (options: OutOptions): string =>
  options.out === undefined ? path.join(stateFolderOf(options), 'certificates') : path.resolve(options.out);

/** `certificates authority`: this user's own certificate authority, made where there is none. */
export const authorityCommand = (command: Command): Command =>
  withOptions(command)
    .description("this user's own certificate authority, made where there is none")
    .addHelpText('after', '\nExample:\n  lwm2m-workbench certificates authority --out certs');

export async function makeAuthority(options: OutOptions, output: Output): Promise<ExitCode> {
  const { authority } = await authorityOf(options);
  await tellAuthority(options, authority, output);
  return ExitCodes.DONE;
}

const authorityOf = (options: OutOptions) => ownAuthority(ownSecret(options, 'authority'), nodeClock);

async function tellAuthority(options: OutOptions, authority: CertifiedKey, output: Output): Promise<void> {
  tell(output, authority.certificate, await writePem(folderOf(options), 'authority', authority.certificate));
}

const writePem = (folder: string, name: string, certificate: Uint8Array): Promise<string> =>
  writeOutput(folder, `${name}.pem`, toPem('CERTIFICATE', certificate), 'public');

/** `certificates server`: the server's certificate, for the addresses that devices reach it by. */
export const serverCommand = (command: Command): Command =>
  withOptions(command)
    .description("the server's certificate, for the names and addresses that devices reach it by")
    .requiredOption('--host <name>', 'a name or IP address; may be repeated', collect)
    .addHelpText(
      'after',
      '\nExample:\n  lwm2m-workbench certificates server --host 192.0.2.1 --host workbench.local --out certs',
    );

export async function makeServerCertificate(
  options: OutOptions & { readonly host: readonly string[] },
  output: Output,
): Promise<ExitCode> {
  const hosts = certifiableHosts(options.host);
  const { authority, created } = await authorityOf(options);
  const server = await certifyServer(authority, hosts, nodeClock);
  await storedCertifiedKey(ownSecret(options, 'server')).set(server);
  if (created) await tellAuthority(options, authority, output);
  await tellPair(options, 'server', server, output);
  return ExitCodes.DONE;
}

/** `certificates device`: a device's certificate, with a private key made for it. */
export const deviceCommand = (command: Command): Command =>
  withOptions(command)
    .description("a device's certificate, with a private key made for it")
    .requiredOption('--endpoint <name>', 'endpoint name of the device: the common name')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench certificates device --endpoint dev1 --out certs');

export async function makeDeviceCertificate(
  options: OutOptions & { readonly endpoint: string },
  output: Output,
): Promise<ExitCode> {
  const name = orUsage(checkName('the endpoint name', options.endpoint), 'Name it as the device registers.');
  const { authority, created } = await authorityOf(options);
  const device = await certifyDevice(authority, name, nodeClock);
  if (created) await tellAuthority(options, authority, output);
  const file = await tellPair(options, `device-${fileNameOf(name)}`, device, output);
  output.message(
    `Have the server take it: \`lwm2m-workbench credentials add --endpoint ${name} --certificate ${file}\`.`,
  );
  return ExitCodes.DONE;
}

/** An endpoint name as part of a file's name on every system. */
const fileNameOf = (endpointName: string): string =>
  endpointName.replace(
    /[^A-Za-z0-9._-]/gu,
    (one) => `%${one.codePointAt(0)?.toString(16).padStart(2, '0') ?? ''}`,
  );

async function tellPair(
  options: OutOptions,
  name: string,
  { certificate, privateKey }: CertifiedKey,
  output: Output,
): Promise<string> {
  const folder = folderOf(options);
  const key = await writeOutput(folder, `${name}.key.pem`, toPem('PRIVATE KEY', privateKey), 'secret');
  const file = await writePem(folder, name, certificate);
  tell(output, certificate, file);
  output.message(`Its private key is in ${key}.`);
  return file;
}

interface ShowOptions extends OutOptions {
  readonly as: 'pem' | 'c' | 'cmake' | 'at';
  readonly secTag?: number;
}

/** `certificates show`: the authority's certificate, for the devices to trust. */
export const showCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description("the authority's certificate, for devices to trust: PEM, C, CMake or AT%CMNG lines")
    .requiredOption('--as <form>', 'pem, c, cmake or at', oneOf('pem', 'c', 'cmake', 'at'))
    .option('--sec-tag <n>', 'security tag of AT%CMNG', numberWithin(0, 2147483647, true))
    .option('--out <dir>', 'folder to write into (default: stdout)')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench certificates show --as c > src/ca.inc');

const ENDINGS = { pem: 'pem', c: 'inc', cmake: 'cmake', at: 'at' } as const;

export async function showCertificate(options: ShowOptions, output: Output): Promise<ExitCode> {
  const authority = await storedCertifiedKey(ownSecret(options, 'authority')).get();
  if (!authority)
    throw new OperationError('NO_AUTHORITY', 'there is no local certificate authority yet', {
      next: 'Make one: `lwm2m-workbench certificates authority`.',
    });
  const form = shown(authority.certificate, options);
  if (!form.ok) throw new OperationError('USAGE', form.problem.message, { next: 'Give another --sec-tag.' });
  const { text, notes } = form.value;
  if (options.out === undefined)
    output.event('certificate', { ...fields(authority.certificate), as: options.as, text }, text.trimEnd());
  else {
    const folder = path.resolve(options.out);
    // What the CMake lines read stands beside them.
    if (options.as === 'cmake') await writePem(folder, 'authority', authority.certificate);
    const file = await writeOutput(folder, `authority.${ENDINGS[options.as]}`, text, 'public');
    tell(output, authority.certificate, file);
  }
  for (const note of notes) output.message(note);
  return ExitCodes.DONE;
}

function shown(certificate: Uint8Array, { as, secTag }: ShowOptions): Decoded<Exported> {
  switch (as) {
    case 'pem':
      return { ok: true, value: { text: toPem('CERTIFICATE', certificate), notes: [] } };
    case 'c':
      return { ok: true, value: certificateAsC(certificate) };
    case 'cmake':
      return { ok: true, value: certificateAsCmake(certificate, 'certs/authority.pem') };
    case 'at':
      return certificatesToAtCmng(certificate, undefined, {
        reveal: false,
        ...(secTag === undefined ? {} : { secTag }),
      });
  }
}

/** The fields of the event `certificate`; `notAfter` in milliseconds since 1970. */
function fields(certificate: Uint8Array): object {
  const { subject, hosts, notAfter, fingerprint } = certificateFacts(certificate);
  return { subject, ...(hosts.length > 0 ? { hosts } : {}), notAfter, fingerprint };
}

function tell(output: Output, certificate: Uint8Array, file: string): void {
  const { subject, hosts, notAfter, fingerprint } = certificateFacts(certificate);
  const names = hosts.length > 0 ? `  ${hosts.join(' ')}` : '';
  output.event(
    'certificate',
    { ...fields(certificate), file },
    `${harmless(subject)}${names}  until ${dayOf(notAfter)}  SHA-256 ${fingerprint}\n  ${file}`,
  );
}
