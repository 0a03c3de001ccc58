import type { Command } from 'commander';
import { OperationError } from '../../base/errors';
import type { Decoded } from '../../base/result';
import { checkName, credentialSummary, credentialWarnings, type Credential } from '../../security/credential';
import { toAtCmng } from '../../security/forms/atCmng';
import type { Exported } from '../../security/forms/form';
import { toKconfig, type KconfigClient } from '../../security/forms/kconfig';
import { toCoiote, toLeshan } from '../../security/forms/serverJson';
import { GENERATED_KEY_BYTES, keyFromFile, keyFromHex, keyFromText } from '../../security/pskKey';
import { parseCertificate, parsePublicKey } from '../../security/publicMaterial';
import { nodeRandom } from '../../transport/nodeRandom';
import { ExitCodes, type ExitCode } from '../exit';
import { numberWithin, oneOf, withCommonOptions } from '../options';
import { harmless, type Output } from '../output';
import { credentialsOf, orUsage, smallFile, withCredentialsOption, type SecretOptions } from '../secrets';

const withOptions = (command: Command): Command => withCommonOptions(withCredentialsOption(command));

interface EndpointOptions extends SecretOptions {
  readonly endpoint: string;
}

/** `credentials list`: keys by endpoint, never the keys themselves. */
export const listCommand = (command: Command): Command =>
  withOptions(command)
    .description('credentials by endpoint; keys are never shown, a digest is')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench credentials list');

export async function listCredentials(options: SecretOptions, output: Output): Promise<ExitCode> {
  const all = await credentialsOf(options).list();
  for (const credential of all) tell(output, credential);
  if (all.length === 0)
    output.message('No device has a credential yet: `lwm2m-workbench credentials generate --endpoint NAME`.');
  return ExitCodes.DONE;
}

interface AddOptions extends EndpointOptions {
  readonly pskIdentity?: string;
  readonly pskKey?: string;
  readonly pskKeyText?: string;
  readonly pskKeyFile?: string;
  readonly publicKey?: string;
  readonly certificate?: string;
}

/** `credentials add`: a device's credential, in place of one it had. */
export const addCommand = (command: Command): Command =>
  withOptions(command)
    .description("adds a device's credential, in place of one it had")
    .requiredOption('--endpoint <name>', 'endpoint name of the device')
    .option('--psk-identity <id>', 'PSK identity (default: the endpoint name)')
    .option('--psk-key <hex>', 'pre-shared key in hexadecimal')
    .option('--psk-key-text <text>', 'pre-shared key as text')
    .option('--psk-key-file <file>', 'pre-shared key from a file: hexadecimal, or its bytes as they are')
    .option('--public-key <pem>', "file with the device's raw public key (EC P-256)")
    .option('--certificate <pem>', "file with the device's certificate (EC P-256)")
    .addHelpText(
      'after',
      '\nExample:\n  lwm2m-workbench credentials add --endpoint dev1 --psk-identity dev1 --psk-key-file dev1.key',
    );

const ONE_OF = 'Give one of --psk-key, --psk-key-text, --psk-key-file, --public-key and --certificate.';

export async function addCredential(options: AddOptions, output: Output): Promise<ExitCode> {
  const credential = await credentialOf(options);
  const store = credentialsOf(options);
  const before = await store.get(credential.endpointName);
  await store.set(credential);
  tell(output, credential);
  if (before) output.message(`The ${before.mode} credential that ${options.endpoint} had is replaced.`);
  for (const warning of credentialWarnings(credential)) output.message(warning);
  return ExitCodes.DONE;
}

async function credentialOf(options: AddOptions): Promise<Credential> {
  const { pskKey, pskKeyText, pskKeyFile, publicKey, certificate } = options;
  const given = [pskKey, pskKeyText, pskKeyFile, publicKey, certificate].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new OperationError('USAGE', `${given.length === 0 ? 'no' : 'more than one'} key is given`, {
      next: ONE_OF,
    });
  const endpointName = endpointOf(options);
  if (publicKey !== undefined)
    return { mode: 'rpk', endpointName, publicKey: await material(publicKey, parsePublicKey) };
  if (certificate !== undefined)
    return { mode: 'x509', endpointName, certificate: await material(certificate, parseCertificate) };
  const identity = identityOf(options, endpointName);
  const next = 'Hexadecimal goes to --psk-key, text to --psk-key-text, a file to --psk-key-file.';
  if (pskKey !== undefined)
    return { mode: 'psk', endpointName, identity, key: orUsage(keyFromHex(pskKey), next) };
  if (pskKeyText !== undefined)
    return { mode: 'psk', endpointName, identity, key: orUsage(keyFromText(pskKeyText), next) };
  const file = pskKeyFile ?? '';
  return {
    mode: 'psk',
    endpointName,
    identity,
    key: orUsage(named(file, keyFromFile(await smallFile(file))), next),
  };
}

const material = async (
  file: string,
  parse: (input: Uint8Array | string) => Decoded<Uint8Array>,
): Promise<Uint8Array> =>
  orUsage(
    file.includes('-----BEGIN') ? parse(file) : named(file, parse(await smallFile(file))),
    'It must be PEM or DER, of an EC P-256 key.',
  );

/** A problem that says which file it is in. */
const named = <T>(file: string, given: Decoded<T>): Decoded<T> =>
  given.ok
    ? given
    : { ok: false, problem: { ...given.problem, message: `${file}: ${given.problem.message}` } };

const endpointOf = ({ endpoint }: EndpointOptions): string =>
  orUsage(checkName('the endpoint name', endpoint), 'Name the endpoint as the device registers.');

const identityOf = ({ pskIdentity }: { readonly pskIdentity?: string }, endpointName: string): string =>
  orUsage(checkName('the identity', pskIdentity ?? endpointName), 'Name the identity as the device has it.');

/** `credentials generate`: a fresh pre-shared key for a device that has no credential. */
export const generateCommand = (command: Command): Command =>
  withOptions(command)
    .description('makes a pre-shared key for a device')
    .requiredOption('--endpoint <name>', 'endpoint name of the device')
    .option('--psk-identity <id>', 'PSK identity (default: the endpoint name)')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench credentials generate --endpoint dev1');

export async function generateCredential(
  options: EndpointOptions & { readonly pskIdentity?: string },
  output: Output,
): Promise<ExitCode> {
  const endpointName = endpointOf(options);
  const store = credentialsOf(options);
  if (await store.get(endpointName))
    throw new OperationError('CREDENTIAL_EXISTS', `${endpointName} has a credential already`, {
      next: 'Remove it first: a device that still has the old key can no longer come in then.',
    });
  const credential: Credential = {
    mode: 'psk',
    endpointName,
    identity: identityOf(options, endpointName),
    key: nodeRandom.bytes(GENERATED_KEY_BYTES),
  };
  await store.set(credential);
  tell(output, credential);
  output.message(
    `Give it to the device: \`lwm2m-workbench credentials export --endpoint ${endpointName} --as kconfig --reveal\`.`,
  );
  return ExitCodes.DONE;
}

/** `credentials remove`. */
export const removeCommand = (command: Command): Command =>
  withOptions(command)
    .description("removes a device's credential")
    .requiredOption('--endpoint <name>', 'endpoint name of the device')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench credentials remove --endpoint dev1');

export async function removeCredential(options: EndpointOptions, output: Output): Promise<ExitCode> {
  const store = credentialsOf(options);
  const credential = await existing(options);
  await store.remove(options.endpoint);
  tell(output, credential, 'removed: ');
  return ExitCodes.DONE;
}

async function existing(options: EndpointOptions): Promise<Credential> {
  const credential = await credentialsOf(options).get(options.endpoint);
  if (credential) return credential;
  throw new OperationError('NO_CREDENTIAL', `${options.endpoint} has no credential`, {
    next: '`lwm2m-workbench credentials list` shows which there are.',
  });
}

interface ExportOptions extends EndpointOptions {
  readonly as: 'kconfig' | 'at' | 'leshan' | 'coiote';
  readonly reveal?: true;
  readonly secTag?: number;
  readonly server?: string;
  readonly client?: KconfigClient;
}

/** `credentials export`: a credential in the words of another tool. */
export const exportCommand = (command: Command): Command =>
  withOptions(command)
    .description('a credential as a Kconfig fragment, AT%CMNG lines, or JSON of Leshan or Coiote')
    .requiredOption('--endpoint <name>', 'endpoint name of the device')
    .requiredOption(
      '--as <form>',
      'kconfig, at, leshan or coiote',
      oneOf('kconfig', 'at', 'leshan', 'coiote'),
    )
    .option('--reveal', 'with the key in it; without, a digest stands in its place')
    .option('--sec-tag <n>', 'security tag of AT%CMNG', numberWithin(0, 2147483647, true))
    .option('--server <uri>', "the server's URI in the Kconfig fragment")
    .option('--client <sample>', 'whose Kconfig: ncs, zephyr or anjay', oneOf('ncs', 'zephyr', 'anjay'))
    .addHelpText(
      'after',
      '\nExample:\n  lwm2m-workbench credentials export --endpoint dev1 --as kconfig --reveal >> prj.conf',
    );

export async function exportCredential(options: ExportOptions, output: Output): Promise<ExitCode> {
  const credential = await existing(options);
  const form = exported(credential, options);
  if (!form.ok)
    throw new OperationError('NO_SUCH_FORM', form.problem.message, {
      next: 'Choose another form with --as.',
    });
  const { text, notes } = form.value;
  output.event('credential', { ...fields(credential), as: options.as, text }, text.trimEnd());
  for (const note of notes) output.message(note);
  if (!options.reveal && credential.mode === 'psk') output.message('--reveal shows the key.');
  return ExitCodes.DONE;
}

function exported(credential: Credential, options: ExportOptions): Decoded<Exported> {
  const { as, secTag, server, client } = options;
  const reveal = { reveal: options.reveal === true };
  switch (as) {
    case 'kconfig':
      return toKconfig(credential, {
        ...reveal,
        ...(server === undefined ? {} : { server }),
        ...(client === undefined ? {} : { client }),
      });
    case 'at':
      return toAtCmng(credential, { ...reveal, ...(secTag === undefined ? {} : { secTag }) });
    case 'leshan':
      return toLeshan(credential, reveal);
    case 'coiote':
      return toCoiote(credential, reveal);
  }
}

/** The fields of the event `credential`. */
const fields = (credential: Credential): object => {
  const { endpointName: endpoint, mode, identity, digest } = credentialSummary(credential);
  return { endpoint, mode, ...(identity === undefined ? {} : { identity }), digest };
};

function tell(output: Output, credential: Credential, lead = ''): void {
  const { endpointName, mode, identity, digest } = credentialSummary(credential);
  const who = identity === undefined ? '' : `  ${harmless(identity)}`;
  output.event(
    'credential',
    fields(credential),
    `${lead}${harmless(endpointName)}  ${mode}${who}  SHA-256 ${digest}`,
  );
}
