import * as vscode from 'vscode';
import type { IdWanted } from '../../contract/languageServer';
import type { Language } from './languageClient';
import { showInformation, showWarning } from '../notify';

/** A class of object IDs that a new object can be of. */
interface IdClass extends vscode.QuickPickItem, IdWanted {}

const classes: readonly IdClass[] = [
  {
    label: 'Vendor',
    description: '10241–32768, label x',
    detail: 'An object of your own, which can be registered at OMA.',
    from: 10241,
    to: 32768,
  },
  {
    label: 'Vendor, reserved in bulk',
    description: '32769–42768, label x',
    detail: 'IDs that OMA reserved for a company.',
    from: 32769,
    to: 42768,
  },
  {
    label: 'Other standards organisation',
    description: '2048–10240, label ext',
    detail: 'An object that another organisation defines.',
    from: 2048,
    to: 10240,
  },
  {
    label: 'Test',
    description: '42769–42800',
    detail: 'For trials: never in a product.',
    from: 42769,
    to: 42800,
  },
];

/** A number within a class, or what is wrong with it. */
function idProblem(text: string, { from, to }: IdWanted): string | undefined {
  const id = /^\d{1,5}$/.test(text.trim()) ? Number(text) : NaN;
  return id >= from && id <= to ? undefined : `A number from ${from} to ${to}.`;
}

async function chooseId(language: Language): Promise<number | undefined> {
  const chosen = await vscode.window.showQuickPick(classes, {
    title: 'New Object: whose is it?',
    placeHolder: 'The class of its ID',
  });
  if (!chosen) return undefined;
  const { id } = await language.nextObjectId({ from: chosen.from, to: chosen.to });
  const text = await vscode.window.showInputBox({
    title: 'New Object: its ID',
    prompt: 'The next one that neither this workspace nor OMA’s registry has',
    value: id === undefined ? '' : String(id),
    validateInput: (value) => idProblem(value, chosen),
  });
  return text === undefined ? undefined : Number(text);
}

async function chooseResources(language: Language): Promise<readonly number[] | undefined> {
  const rows = (await language.reusable()).map(({ id, name, type, operations }) => ({
    label: name,
    description: `${id}  ${type} ${operations}`,
    id,
  }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title: 'New Object: resources to begin with',
    placeHolder: 'Reusable resources; none makes one of its own',
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen?.map(({ id }) => id);
}

/** Asks for name, ID and first resources, and opens the new object's XML, not saved yet. */
export async function newObject(language: Language): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: 'New Object: its name',
    prompt: 'Such as Water Meter',
    validateInput: (value) => (value.trim() === '' ? 'A name.' : undefined),
  });
  if (name === undefined) return;
  const id = await chooseId(language);
  if (id === undefined) return;
  const resources = await chooseResources(language);
  if (!resources) return;
  const { text, fileName } = await language.newObject({ name: name.trim(), id, resources });
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const untitled = folder
    ? vscode.Uri.joinPath(folder.uri, fileName).with({ scheme: 'untitled' })
    : vscode.Uri.from({ scheme: 'untitled', path: fileName });
  const document = await vscode.workspace.openTextDocument(untitled);
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
  await vscode.languages.setTextDocumentLanguage(document, 'xml');
}

/** Shows what differs between the object that is open and the registry's, and raises its version where that is due. */
export async function compareObject(language: Language): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const comparison = document && (await language.compare({ uri: document.uri.toString() }));
  if (!document || !comparison) {
    await showInformation('Open the object’s XML to compare it with the registry.');
    return;
  }
  const page = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: comparison.markdown,
  });
  await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  const { raise } = comparison;
  if (!raise) return;
  const chosen = await showWarning(comparison.title, raise.title);
  if (chosen !== raise.title) return;
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of raise.edits)
    edit.replace(
      document.uri,
      new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character),
      newText,
    );
  await vscode.workspace.applyEdit(edit);
}
