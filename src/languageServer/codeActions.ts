import {
  CodeActionKind,
  CreateFile,
  RenameFile,
  TextDocumentEdit,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { difference } from '../language/difference';
import type { FileChange, Problem } from '../language/problem';
import { besides } from '../language/uri';
import type { TextRange } from '../language/text';
import type { Files } from './files';
import { toLspEdit, toTextRange } from './openDocument';

/** Fix all of ours: in object XML. A fragment's fixes are the author's to choose. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.lwm2m`;

/** Kinds of action that are offered. */
export const ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL];

/** Changes of files as LSP has them; `undefined` where a file is not known. */
export function toWorkspaceEdit(changes: readonly FileChange[], files: Files): WorkspaceEdit | undefined {
  const documentChanges: (TextDocumentEdit | RenameFile | CreateFile)[] = [];
  for (const change of changes) {
    if (change.kind === 'rename') {
      documentChanges.push(RenameFile.create(change.uri, besides(change.uri, change.newName)));
      continue;
    }
    if (change.kind === 'create') {
      const start = { line: 0, character: 0 };
      documentChanges.push(
        // one that has come into being meanwhile is not written over: the whole edit fails
        CreateFile.create(change.uri),
        TextDocumentEdit.create({ uri: change.uri, version: null }, [
          { range: { start, end: start }, newText: change.text },
        ]),
      );
      continue;
    }
    const lines = files.lines(change.uri);
    if (!lines) return undefined;
    documentChanges.push(
      TextDocumentEdit.create(
        { uri: change.uri, version: files.version(change.uri) },
        change.edits.map((edit) => toLspEdit(edit, lines)),
      ),
    );
  }
  return { documentChanges };
}

/** Whether two ranges have a character or an edge in common. */
const meet = (a: TextRange, b: TextRange): boolean => a.start <= b.end && b.start <= a.end;

function quickFixes(
  problem: Problem,
  files: Files,
  diagnostic: Diagnostic | undefined,
): readonly CodeAction[] {
  return problem.fixes.flatMap(({ title, changes, preferred }) => {
    const edit = toWorkspaceEdit(changes, files);
    if (!edit) return [];
    return {
      title,
      kind: CodeActionKind.QuickFix,
      edit,
      ...(diagnostic ? { diagnostics: [diagnostic] } : {}),
      ...(preferred === true ? { isPreferred: true } : {}),
    };
  });
}

/** The edit that makes every preferred fix of object XML; `undefined` where there is none to make. */
export function fixAllEdit(uri: string, files: Files): WorkspaceEdit | undefined {
  const text = files.project.text(uri);
  const fixed = files.project.xml.fixed(uri);
  const edit = text === undefined || fixed === undefined ? undefined : difference(text, fixed);
  return edit && toWorkspaceEdit([{ kind: 'edit', uri, edits: [edit] }], files);
}

/** Actions at a range: the fixes of its problems, and "fix all" where that was asked for. */
export function codeActions(params: CodeActionParams, files: Files): readonly CodeAction[] {
  const { uri } = params.textDocument;
  const lines = files.lines(uri);
  if (!lines) return [];
  const { only } = params.context;
  const wanted = (kind: string) =>
    only?.some((asked) => kind === asked || kind.startsWith(`${asked}.`)) ?? false;
  const actions: CodeAction[] = [];
  if (only === undefined || wanted(CodeActionKind.QuickFix)) {
    const range = toTextRange(params.range, lines);
    for (const problem of files.project.problems(uri)) {
      if (!meet(problem.range, range)) continue;
      const diagnostic = params.context.diagnostics.find(
        ({ code, range }) =>
          code === problem.code &&
          lines.offsetOf(range.start.line, range.start.character) === problem.range.start,
      );
      actions.push(...quickFixes(problem, files, diagnostic));
    }
  }
  if (wanted(FIX_ALL)) {
    const edit = fixAllEdit(uri, files);
    if (edit) actions.push({ title: 'Fix all problems in object XML', kind: FIX_ALL, edit });
  }
  return actions;
}
