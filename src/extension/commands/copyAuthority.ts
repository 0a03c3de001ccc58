import * as vscode from 'vscode';
import { OperationError } from '../../base/errors';
import type { AuthorityForm } from '../certificates';
import { Commands } from '../ids';
import type { Services } from '../services';
import { askSecurityTag, copyExported } from './copyCredential';
import { guarded } from './guarded';

interface FormItem extends vscode.QuickPickItem {
  readonly form: AuthorityForm | 'file';
}

const FORMS: readonly FormItem[] = [
  { label: 'PEM', description: 'as every tool takes it', form: 'pem' },
  { label: 'C Include', description: 'string literals for an array', form: 'c' },
  { label: 'CMake Lines', description: 'an include made of a PEM file at build time', form: 'cmake' },
  { label: 'AT%CMNG Lines', description: "into a Nordic modem's security tag", form: 'at' },
  { label: '$(save) Save as File…', description: 'PEM', form: 'file' },
];

/** Registers the command that hands out the authority's certificate; it is public, its private key is not in it. */
export const registerCopyAuthority = (services: Services): vscode.Disposable =>
  guarded(Commands.AUTHORITY_COPY, async () => {
    const title = "Copy Authority's Certificate As";
    const picked = await vscode.window.showQuickPick(FORMS, {
      title,
      placeHolder: 'Devices that trust it take this server. It is no secret.',
      matchOnDescription: true,
    });
    if (!picked) return;
    const { form } = picked;
    const secTag = form === 'at' ? await askSecurityTag(title) : undefined;
    if (form === 'at' && secTag === undefined) return;
    const { certificates } = await services.stack();
    const made = await certificates.authorityAs(
      services.secrets.places,
      form === 'file' ? 'pem' : form,
      secTag,
    );
    if (!made.ok) throw new OperationError('NO_FORM', made.problem.message);
    if (form === 'file') await saveAs(made.value.text, certificates.AUTHORITY_FILE);
    else await copyExported(made.value, `The authority's certificate (${picked.label})`);
  });

async function saveAs(text: string, name: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    title: "Save the Authority's Certificate",
    filters: { 'PEM certificate': ['pem', 'crt'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  vscode.window.setStatusBarMessage(`${vscode.workspace.asRelativePath(uri)} written`, 4000);
}
