import * as vscode from 'vscode';
import type { Decoded } from '../../base/result';
import { checkName, type Credential } from '../../security/credential';
import { keyFromHex, keyFromText, keyWarnings } from '../../security/pskKey';
import { warningsOf } from '../model/credentialRows';
import { safeName } from '../model/words';
import type { Services } from '../services';
import { foreignServer } from '../views/credentialsTree';
import { showInformation, showWarning } from '../notify';

/** Asks for an endpoint name, or for an identity: text that a credential can have. */
export function askName(
  what: string,
  title: string,
  options: { readonly value?: string; readonly prompt: string },
): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: options.prompt,
    ignoreFocusOut: true,
    ...(options.value === undefined ? {} : { value: options.value }),
    validateInput: (text) => {
      const name = checkName(what, text);
      return name.ok || text === '' ? undefined : `${name.problem.message}.`;
    },
  });
}

/** Asks for a key, hidden as it is typed; what is wrong or weak about it is said meanwhile. */
export async function askKey(as: 'hex' | 'text', title: string): Promise<Uint8Array | undefined> {
  const parse = as === 'hex' ? keyFromHex : keyFromText;
  const text = await vscode.window.showInputBox({
    title,
    prompt:
      as === 'hex'
        ? 'The key in hexadecimal digits: 32 of them are 16 bytes.'
        : 'The key as text: its UTF-8 bytes are the key.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (typed) => (typed === '' ? undefined : remark(parse(typed))),
  });
  const key = text === undefined ? undefined : parse(text);
  return key?.ok ? key.value : undefined;
}

function remark(key: Decoded<Uint8Array>): vscode.InputBoxValidationMessage | undefined {
  if (!key.ok)
    return {
      message: `${key.problem.message.charAt(0).toUpperCase()}${key.problem.message.slice(1)}.`,
      severity: vscode.InputBoxValidationSeverity.Error,
    };
  const [warning] = keyWarnings(key.value);
  return warning === undefined
    ? undefined
    : { message: warning, severity: vscode.InputBoxValidationSeverity.Warning };
}

/** A random key of 16 bytes. */
export const generatedKey = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));

/**
 * Keeps a credential; asks before it replaces another. Answers whether it was kept. Throws `OperationError`
 * `IDENTITY_TAKEN` and what the secret storage throws.
 */
export async function keepCredential(services: Services, credential: Credential): Promise<boolean> {
  const { credentials } = services.secrets;
  const name = safeName(credential.endpointName);
  if (await credentials.get(credential.endpointName)) {
    const replace = 'Replace';
    const chosen = await showWarning(
      `${name} has a credential already. Replace it?`,
      { modal: true, detail: 'A device that holds the old key is refused from then on.' },
      replace,
    );
    if (chosen !== replace) return false;
  }
  await credentials.set(credential);
  const foreign = foreignServer(services.connection);
  if (foreign !== undefined) void showWarning(foreign);
  return true;
}

/** Warnings as what follows a sentence. */
export const warningText = (credential: Credential): string =>
  warningsOf(credential)
    .map((warning) => ` ${warning}`)
    .join('');

/** The credential of a row that a command was called on, or one that the user picks. */
export async function pickCredential(
  services: Services,
  given: unknown,
  title: string,
): Promise<Credential | undefined> {
  const all = await services.secrets.credentials.list();
  const endpoint = endpointOf(given);
  const pointed = all.find(({ endpointName }) => endpointName === endpoint);
  if (pointed) return pointed;
  if (all.length === 0) {
    void showInformation('There is no credential yet.');
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    all.map((credential) => ({
      label: safeName(credential.endpointName),
      description: credential.mode === 'psk' ? `PSK · ${safeName(credential.identity)}` : credential.mode,
      credential,
    })),
    { title, matchOnDescription: true },
  );
  return picked?.credential;
}

/** The endpoint name that a row, a device's or a verdict's, carries. */
export const endpointOf = (given: unknown): string | undefined =>
  typeof given === 'object' && given !== null && 'endpoint' in given && typeof given.endpoint === 'string'
    ? given.endpoint
    : undefined;
