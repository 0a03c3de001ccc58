import * as vscode from 'vscode';
import { errorText } from '../../base/errors';
import type { Connection } from '../connection';
import { Commands } from '../ids';
import { showFailure } from '../notify';
import type { Language } from './languageClient';
import { compareObject, newObject } from './objectCommands';

/** How much of a document is looked at for its outermost element, in lines: the registry's licences have 200. */
const HEAD_LINES = 400;

/** Whether a document is one that the language server has something to say of. */
function concerns(document: vscode.TextDocument): boolean {
  const { path } = document.uri;
  if (/(^|\/)(prj|sysbuild|overlay|extra)[^/]*\.conf$/.test(path)) return true;
  if (/(\/(boards|sysbuild)\/[^/]+|[._-](overlay|extra))\.conf$/.test(path)) return true;
  if (document.languageId !== 'xml' && !/\.xml$/i.test(path)) return false;
  const head = document.getText(new vscode.Range(0, 0, Math.min(document.lineCount, HEAD_LINES), 0));
  return /<(LWM2M|DDFList)\b/.test(head);
}

/**
 * Runs the language server from when a file first needs it: object XML or a Kconfig fragment that is open, or an
 * application in the workspace. Its client is a bundle of its own, which is loaded then.
 */
export function followLanguage(
  context: vscode.ExtensionContext,
  connection: Connection,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let starting: Promise<Language> | undefined;
  let ended = false;

  const tell = (language: Language) =>
    language.tellRunning({
      uris: connection.state.kind === 'running' ? connection.state.status.listening : [],
    });
  const running = (): Promise<Language> =>
    (starting ??= (async () => {
      const { startLanguage } = await import('./languageClient');
      const language = await startLanguage(context.extensionUri, log);
      if (ended) language.dispose();
      else tell(language);
      return language;
    })());
  const start = () =>
    void running().catch((error: unknown) =>
      log.error(`The language server can't start: ${errorText(error)}`),
    );
  const startFor = (document: vscode.TextDocument) => {
    if (!starting && concerns(document)) start();
  };
  const followServer = () => void starting?.then(tell, () => undefined);
  const act = (work: (language: Language) => Promise<void>) => async () => {
    try {
      await work(await running());
    } catch (error) {
      await showFailure(error);
    }
  };

  vscode.workspace.textDocuments.forEach(startFor);
  if (!starting)
    void vscode.workspace.findFiles('**/prj.conf', '**/{node_modules,build*,.git}/**', 1).then(
      ([found]) => {
        if (found && !ended) start();
      },
      (error: unknown) => log.debug(`The workspace can't be searched: ${errorText(error)}`),
    );

  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidSaveTextDocument(startFor),
    connection.onState(followServer),
    connection.onEvent(({ kind }) => {
      if (kind === 'listening') followServer();
    }),
    vscode.commands.registerCommand(Commands.OBJECT_NEW, act(newObject)),
    vscode.commands.registerCommand(Commands.OBJECT_COMPARE, act(compareObject)),
    vscode.commands.registerCommand(
      Commands.OBJECT_FIX_ALL,
      act(async () => {
        await vscode.commands.executeCommand('editor.action.codeAction', {
          kind: 'source.fixAll.lwm2m',
          apply: 'first',
        });
      }),
    ),
    {
      dispose: () => {
        ended = true;
        void starting?.then(
          (language) => language.dispose(),
          () => undefined,
        );
      },
    },
  );
}
