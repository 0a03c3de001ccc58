import * as vscode from 'vscode';
import { decodeUtf8Lenient } from '../../base/bytes';
import { OperationError, errorText } from '../../base/errors';
import { printableText } from '../../base/printableText';
import type { Credential } from '../../security/credential';
import { kconfigCredential } from '../../security/forms/kconfig';
import type { PastedFor } from '../../security/forms/form';
import { credentialsFromPaste } from '../../security/forms/pasted';
import { Commands } from '../ids';
import { proofWords, warningsOf } from '../model/credentialRows';
import { workspaceKeys, type ConfFile, type WorkspaceKey } from '../model/workspaceKeys';
import { countText, safeName } from '../model/words';
import type { Services } from '../services';
import { askName, endpointOf } from './credentialInput';
import { guarded } from './guarded';
import { showInformation, showWarning } from '../notify';

/** Kconfig fragments that are read at most, and how long each may be. */
const MOST_FILES = 300;
const LONGEST_FILE = 256 * 1024;

interface SourceItem extends vscode.QuickPickItem {
  readonly from: 'workspace' | 'clipboard' | 'file';
}

const SOURCES: readonly SourceItem[] = [
  {
    label: "$(search) From This Workspace's Kconfig",
    detail: 'Keys that stand in prj.conf and in overlays',
    from: 'workspace',
  },
  {
    label: '$(clippy) Paste from the Clipboard',
    detail: 'Kconfig, AT%CMNG lines, JSON of Leshan or Coiote, PEM, a key in hexadecimal',
    from: 'clipboard',
  },
  { label: '$(file) From a File…', detail: 'The same, in a file', from: 'file' },
];

/** Registers the command that takes credentials from elsewhere. */
export const registerImportCredentials = (services: Services): vscode.Disposable =>
  guarded(Commands.CREDENTIAL_IMPORT, async (given) => {
    const picked = await vscode.window.showQuickPick(
      vscode.workspace.workspaceFolders ? SOURCES : SOURCES.slice(1),
      { title: 'Import Credentials', placeHolder: 'From where?' },
    );
    if (!picked) return;
    const endpointName = endpointOf(given);
    const known = endpointName === undefined ? {} : { endpointName };
    const found = await foundIn(picked.from, known);
    if (found && found.length > 0) await keepChosen(services, found);
  });

async function foundIn(
  from: SourceItem['from'],
  known: PastedFor,
): Promise<readonly Credential[] | undefined> {
  switch (from) {
    case 'workspace':
      return fromWorkspace(known);
    case 'clipboard':
      return fromText(await vscode.env.clipboard.readText(), 'the clipboard', known);
    case 'file': {
      const [uri] =
        (await vscode.window.showOpenDialog({ title: 'Import Credentials', openLabel: 'Import' })) ?? [];
      if (!uri) return undefined;
      return fromText(await textOf(uri), printableText(vscode.workspace.asRelativePath(uri), 100), known);
    }
  }
}

async function textOf(uri: vscode.Uri): Promise<string> {
  if ((await vscode.workspace.fs.stat(uri)).size > 1024 * 1024)
    throw new OperationError('UNREADABLE', 'The file is longer than 1 MiB: it is none with credentials');
  return decodeUtf8Lenient(await vscode.workspace.fs.readFile(uri));
}

async function fromText(
  text: string,
  where: string,
  known: PastedFor,
): Promise<readonly Credential[] | undefined> {
  const found = credentialsFromPaste(text, known);
  if (found.ok) return found.value;
  if (found.problem.code !== 'ENDPOINT_NEEDED' || known.endpointName !== undefined)
    throw new OperationError('NO_CREDENTIAL', `Nothing to import from ${where}: ${found.problem.message}`, {
      next: 'Give Kconfig, AT%CMNG lines, JSON of Leshan or Coiote, PEM, or a key in hexadecimal digits.',
    });
  const endpointName = await askEndpoint(undefined);
  return endpointName === undefined ? undefined : fromText(text, where, { ...known, endpointName });
}

async function askEndpoint(prefix: string | undefined): Promise<string | undefined> {
  const name = await askName('the endpoint name', 'Import Credentials', {
    ...(prefix === undefined ? {} : { value: prefix }),
    prompt:
      prefix === undefined
        ? 'What is imported does not tell the endpoint name: whose is it?'
        : `The endpoint name is ${safeName(prefix)} and the device's IMEI, which Kconfig does not tell.`,
  });
  return name === '' ? undefined : name;
}

/** The credentials of the workspace's keys that the user picks; names that Kconfig doesn't tell are asked for. */
async function fromWorkspace(known: PastedFor): Promise<readonly Credential[] | undefined> {
  const { keys, problems } = workspaceKeys(await confFiles());
  const told = problems.map(
    ({ path, line, problem }) => `${printableText(path, 80)}:${line}: ${problem.message}.`,
  );
  if (keys.length === 0)
    throw new OperationError(
      'NO_CREDENTIAL',
      `No Kconfig fragment of this workspace gives a device a key. ${told.join(' ')}`.trim(),
      {
        next: 'Looked for CONFIG_APP_LWM2M_PSK, CONFIG_LWM2M_APP_PSK, CONFIG_NET_SAMPLE_LWM2M_PSK and CONFIG_ANJAY_ZEPHYR_PSK_KEY in *.conf.',
      },
    );
  if (told.length > 0) void showWarning(told.join(' '));
  const picked = await vscode.window.showQuickPick(
    keys.map((key) => ({
      label: safeName(key.key.endpointName ?? `${key.key.endpointPrefix ?? ''}…`),
      description: `CONFIG_${key.key.symbol}`,
      detail: `${printableText(key.path, 100)}:${key.line}`,
      picked: keys.length === 1,
      key,
    })),
    {
      title: 'Keys in This Workspace',
      placeHolder: 'Which are to be imported?',
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked) return undefined;
  const credentials: Credential[] = [];
  for (const { key } of picked) {
    const credential = await named(key, known);
    if (credential) credentials.push(credential);
  }
  return credentials;
}

async function named({ key }: WorkspaceKey, known: PastedFor): Promise<Credential | undefined> {
  const found = kconfigCredential(key, known.endpointName);
  if (found.ok) return found.value;
  if (found.problem.code !== 'ENDPOINT_NEEDED')
    throw new OperationError('NO_CREDENTIAL', `CONFIG_${key.symbol}: ${found.problem.message}`);
  const endpointName = await askEndpoint(key.endpointPrefix);
  if (endpointName === undefined) return undefined;
  const again = kconfigCredential(key, endpointName);
  return again.ok ? again.value : undefined;
}

/** The workspace's Kconfig fragments, a build's own left out. */
async function confFiles(): Promise<readonly ConfFile[]> {
  const uris = await vscode.workspace.findFiles('**/*.conf', '**/{node_modules,build*,.git}/**', MOST_FILES);
  const files = await Promise.all(
    uris.map(async (uri): Promise<ConfFile | undefined> => {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > LONGEST_FILE) return undefined;
      const text = decodeUtf8Lenient(await vscode.workspace.fs.readFile(uri));
      return { path: vscode.workspace.asRelativePath(uri), text };
    }),
  );
  return files
    .filter((file) => file !== undefined)
    .sort((a, b) => a.path.split('/').length - b.path.split('/').length || a.path.localeCompare(b.path));
}

/** Shows what was found, lets choose, and keeps it; one that can't be kept doesn't keep the others from it. */
async function keepChosen(services: Services, found: readonly Credential[]): Promise<void> {
  const held = new Set((await services.secrets.credentials.list()).map(({ endpointName }) => endpointName));
  const chosen = await vscode.window.showQuickPick(
    found.map((credential) => ({
      label: safeName(credential.endpointName),
      description: [
        proofWords(credential),
        ...(held.has(credential.endpointName) ? ['replaces the one there is'] : []),
      ].join(' · '),
      ...detailOf(credential),
      picked: true,
      credential,
    })),
    {
      title: 'Import Credentials',
      placeHolder: `${countText(found.length, 'credential')} found`,
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!chosen || chosen.length === 0) return;
  const refused: string[] = [];
  for (const { credential } of chosen) {
    try {
      await services.secrets.credentials.set(credential);
    } catch (error) {
      refused.push(`${safeName(credential.endpointName)}: ${printableText(errorText(error), 200)}.`);
    }
  }
  const kept = chosen.length - refused.length;
  if (refused.length > 0)
    void showWarning(
      `${countText(kept, 'credential')} imported, ${refused.length} not. ${refused.slice(0, 5).join(' ')}`,
    );
  else void showInformation(`${countText(kept, 'credential')} imported.`);
}

function detailOf(credential: Credential): { readonly detail?: string } {
  const warnings = warningsOf(credential);
  return warnings.length === 0 ? {} : { detail: `$(warning) ${warnings.join(' ')}` };
}
