/** A window on a folder of files, with an editor on one of them. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { Session } from './host/session';

/** A window on a folder with the given files, by path below it. */
export const openFolder = (
  files: Readonly<Record<string, string>>,
  options: { readonly beside?: readonly string[]; readonly workspaceTrust?: boolean } = {},
): Promise<Session> =>
  Session.start({
    vsix: 'dist/lwm2m-workbench.vsix',
    workspace: async (parent) => {
      const folder = path.join(parent, 'meter');
      for (const [name, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), text);
      }
      return folder;
    },
    settings: { 'lwm2m.server.autoStart': false },
    ...options,
  });

/** Packs the extension that stands for Nordic's beside ours. */
export async function kconfigExtension(folder: string): Promise<string> {
  const vsix = path.join(folder, 'nrf-kconfig.vsix');
  await promisify(execFile)(
    process.execPath,
    [
      path.resolve('node_modules/@vscode/vsce/vsce'),
      ...['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix],
    ],
    { cwd: path.resolve('test/workbench/kconfigExtension') },
  );
  return vsix;
}

/** Opens a file by its name, as a user does from the palette. */
export async function openFile({ workbench }: Session, name: string): Promise<Locator> {
  await workbench.page.keyboard.press('Control+P');
  const input = workbench.quickInput();
  await input.waitFor();
  await input.fill(name);
  await workbench.choose(name);
  await workbench.tab(name).waitFor();
  const editor = workbench.page.locator('.editor-instance .monaco-editor').first();
  await editor.locator('.view-lines').waitFor();
  return editor;
}

/** Puts the cursor on the next problem of the file and closes what shows it. */
export async function goToProblem({ workbench: { page } }: Session): Promise<void> {
  await page.keyboard.press('F8');
  await page.locator('.marker-widget').first().waitFor();
  await page.keyboard.press('Escape');
}

/** Chooses a quick fix at the cursor, from the bulb beside its line. */
export async function quickFix(
  { workbench: { page } }: Session,
  title: RegExp,
  picture: () => Promise<void>,
) {
  await page.locator('.monaco-editor [class*="lightbulb"]').first().click();
  const item = page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
  await item.waitFor();
  await picture();
  await item.click();
}

/** What the folder has of a file that was changed in the editor, once it is saved: another text than before. */
export async function saved(session: Session, name: string): Promise<string> {
  const before = await readFile(path.join(session.folder, name), 'utf8');
  await session.workbench.page.keyboard.press('Control+S');
  return written(session, name, before);
}

/** What the folder has of a file once it is there, with another text than before. */
export async function written({ folder }: Session, name: string, before = ''): Promise<string> {
  const file = path.join(folder, name);
  for (let looks = 0; looks < 150; looks++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== before && text !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not saved`);
}
