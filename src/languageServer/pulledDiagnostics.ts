import {
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
  type DiagnosticServerCancellationData,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Event } from '../base/event';
import { Reports } from './diagnostics';
import type { Files } from './files';

const cancelled = (): ResponseError<DiagnosticServerCancellationData> =>
  new ResponseError(LSPErrorCodes.ServerCancelled, 'the problems are asked for anew', {
    retriggerRequest: false,
  });

/** Lets what has arrived meanwhile be answered: a keystroke, or that nobody waits for this any more. */
const others = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The next change, or that nobody waits any more. */
function changeOf(changed: Event<void>, token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const ends = [changed(() => end()), token.onCancellationRequested(() => end())];
    const end = () => {
      for (const one of ends) one.dispose();
      resolve();
    };
  });
}

/** What changed in the workspace since the client was last told; `undefined` where it no longer waits. */
async function workspaceReports(
  files: Files,
  reports: Reports,
  known: ReadonlyMap<string, string>,
  token: CancellationToken,
): Promise<readonly WorkspaceDocumentDiagnosticReport[] | undefined> {
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  const { uris } = files.project;
  for (const uri of uris) {
    if (token.isCancellationRequested) return undefined;
    const report = reports.ofWorkspace(uri, known.get(uri));
    if (report) items.push(report);
    await others();
  }
  const there = new Set(uris);
  for (const uri of known.keys())
    if (!there.has(uri)) items.push({ kind: 'full', uri, version: null, items: [] });
  return items;
}

/**
 * Answers pulls for problems. One for the workspace is answered when there is something to tell, so that a client that
 * asks again and again costs nothing.
 */
export function answerPulls(
  connection: Connection,
  files: Files,
  { ready, changed }: { readonly ready: Promise<unknown>; readonly changed: Event<void> },
): void {
  const reports = new Reports(files);
  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
    await ready;
    return token.isCancellationRequested ? cancelled() : reports.document(textDocument.uri, previousResultId);
  });
  connection.languages.diagnostics.onWorkspace(
    async (
      { previousResultIds },
      token,
    ): Promise<WorkspaceDiagnosticReport | ResponseError<DiagnosticServerCancellationData>> => {
      await ready;
      const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
      while (!token.isCancellationRequested) {
        // what changes while it is looked at is looked at again
        let again = false;
        const noted = changed(() => (again = true));
        const items = await workspaceReports(files, reports, known, token);
        noted.dispose();
        if (items && items.length > 0) return { items: [...items] };
        if (!again) await changeOf(changed, token);
      }
      return cancelled();
    },
  );
}
