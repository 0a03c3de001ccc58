import * as vscode from 'vscode';
import { errorText, isOperationError } from '../base/errors';
import { sentence } from '../base/sentence';
import { printableText } from '../base/printableText';
import { Commands } from './ids';
import { plainWords } from './model/plainWords';

/** Buttons; or options (a modal dialog) and buttons. */
type Rest = readonly string[] | readonly [vscode.MessageOptions, ...string[]];

/** Tells something, with buttons: the one pressed. No link in it comes to life, whoever wrote the words. */
export const showInformation = (text: string, ...rest: Rest): Thenable<string | undefined> =>
  vscode.window.showInformationMessage(plainWords(text), ...(rest as string[]));

/** As `showInformation`, for what went otherwise than it should. */
export const showWarning = (text: string, ...rest: Rest): Thenable<string | undefined> =>
  vscode.window.showWarningMessage(plainWords(text), ...(rest as string[]));

/** As `showInformation`, for what failed. */
export const showError = (text: string, ...rest: Rest): Thenable<string | undefined> =>
  vscode.window.showErrorMessage(plainWords(text), ...(rest as string[]));

const SHOW_LOG = 'Show Log';

/** What could not be done, in one sentence or two: what happened, and what to do next. */
export function failureText(error: unknown): string {
  const what = sentence(printableText(errorText(error), 300));
  const next = isOperationError(error) ? error.next : undefined;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${next === undefined ? '' : ` ${next}`}`;
}

/** Tells the user that something they asked for could not be done. A cancelled operation isn't told. */
export async function showFailure(
  error: unknown,
  ...actions: readonly { readonly title: string; readonly run: () => unknown }[]
): Promise<void> {
  if (isOperationError(error, 'ABORTED')) return;
  const titles = [...actions.map(({ title }) => title), SHOW_LOG];
  const chosen = await showError(failureText(error), ...titles);
  if (chosen === SHOW_LOG) await vscode.commands.executeCommand(Commands.LOG_SHOW);
  await actions.find(({ title }) => title === chosen)?.run();
}
