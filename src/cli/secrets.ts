import path from 'node:path';
import type { Command } from 'commander';
import { OperationError } from '../base/errors';
import type { Decoded } from '../base/result';
import type { SecretText } from '../base/secretText';
import type { HostSecrets } from '../host/ports';
import { storedCredentials, type CredentialStore } from '../security/credentialStore';
import { nodeFileReader } from '../storage/fileReader';
import { secretFile } from '../storage/secretFile';
import type { DeviceOptions } from './options';
import { stateFolderOf } from './stateFolder';

/** Options of a command that needs keys. */
export interface SecretOptions extends DeviceOptions {
  readonly credentials?: string;
}

/** `--credentials`: on every command that needs keys. */
export const withCredentialsOption = (command: Command): Command =>
  command.option('--credentials <file>', "keys by endpoint (default: this user's own, in the state folder)");

/** The credentials of a command: `--credentials`, or this user's own. */
export const credentialsOf = (options: SecretOptions): CredentialStore =>
  storedCredentials(
    secretFile(
      options.credentials === undefined
        ? path.join(stateFolderOf(options), 'credentials.json')
        : path.resolve(options.credentials),
    ),
  );

/** A secret of this user's state folder. */
export const ownSecret = (options: DeviceOptions, name: 'authority' | 'server'): SecretText =>
  secretFile(path.join(stateFolderOf(options), `${name}.json`));

/** Keys, authority and server certificate of a command. */
export const secretsOf = (options: SecretOptions): HostSecrets => ({
  credentials: credentialsOf(options),
  authority: ownSecret(options, 'authority'),
  serverCertificate: ownSecret(options, 'server'),
});

/** The value, or a wrong command line: `USAGE`. */
export function orUsage<T>(given: Decoded<T>, next: string): T {
  if (given.ok) return given.value;
  throw new OperationError('USAGE', given.problem.message, { next });
}

/** Bytes a file of a key or certificate may have. */
const MAX_FILE = 64 * 1024;

/** The bytes of a small file. Throws `UNREADABLE`. */
export async function smallFile(file: string): Promise<Uint8Array> {
  const bytes = await nodeFileReader.readAll(path.resolve(file), MAX_FILE);
  if (bytes.ok) return bytes.value;
  throw new OperationError('UNREADABLE', `${file}: ${bytes.problem.message}`, {
    next: 'Name a file with the key or certificate.',
  });
}
