import path from 'node:path';
import * as vscode from 'vscode';
import { errorText } from '../base/errors';
import { storedCredentials, type CredentialStore } from '../security/credentialStore';
import { locked } from '../storage/secretFile';
import { Commands, Views } from './ids';
import { SecretPersistence } from './secretPersistence';
import { secretStorage } from './secretStorage';
import type { EditorSecrets } from './stack';
import { showWarning } from './notify';

/** The places in VS Code's secret storage, by what is kept there. */
const KEYS = {
  credentials: 'lwm2m.credentials',
  authority: 'lwm2m.authority',
  serverCertificate: 'lwm2m.serverCertificate',
} as const;

/** The editor's keys and certificates: never in settings, never in a log, never in a webview. */
export interface OwnSecrets {
  readonly places: EditorSecrets;
  readonly credentials: CredentialStore;
  readonly persistence: SecretPersistence;
}

/** The editor's keys and certificates, in VS Code's secret storage. */
export function editorSecrets(context: vscode.ExtensionContext): OwnSecrets {
  const persistence = new SecretPersistence(context.secrets, context.globalState, vscode.env.sessionId);
  const lockBeside = path.join(context.globalStorageUri.fsPath, 'secrets');
  const place = (key: string) =>
    secretStorage(
      context.secrets,
      key,
      (act) => locked(lockBeside, act),
      async () => {
        await persistence.noteStored();
        void warnWhereForgotten(persistence);
      },
    );
  const places = {
    credentials: place(KEYS.credentials),
    authority: place(KEYS.authority),
    serverCertificate: place(KEYS.serverCertificate),
  };
  return { places, credentials: storedCredentials(places.credentials), persistence };
}

/** Looks whether what an earlier window stored is there still, and tells the user once where it is not. */
export async function followPersistence(
  { persistence }: OwnSecrets,
  log: vscode.LogOutputChannel,
): Promise<void> {
  try {
    if ((await persistence.known()) === 'lost') await tell(persistence, 'The keys given earlier are gone. ');
  } catch (error) {
    log.warn(`Whether keys are kept can't be seen: ${errorText(error)}`);
  }
}

/** A browser may forget: said when the first key is given, not when it is missed. */
async function warnWhereForgotten(persistence: SecretPersistence): Promise<void> {
  if (vscode.env.uiKind !== vscode.UIKind.Web || (await persistence.known()) === 'kept') return;
  await tell(persistence, '');
}

/** What a user of an editor that forgets is to know, once. */
const FORGETFUL =
  'This editor may keep keys only until its window is closed or reloaded. Copy those you need, or keep them in the terminal program’s file: run “lwm2m-workbench credentials” and “lwm2m-workbench serve”, and this window joins that server.';

async function tell(persistence: SecretPersistence, before: string): Promise<void> {
  if (!(await persistence.tellOnce())) return;
  const copy = 'Copy Credential As…';
  const show = 'Show Credentials';
  const chosen = await showWarning(`${before}${FORGETFUL}`, copy, show);
  if (chosen === copy) await vscode.commands.executeCommand(Commands.CREDENTIAL_COPY);
  if (chosen === show) await vscode.commands.executeCommand(`${Views.CREDENTIALS}.focus`);
}
