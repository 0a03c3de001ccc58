import * as vscode from 'vscode';
import type { StatusView } from '../contract/workbench';
import { Commands } from './ids';
import type { Services } from './services';
import { showWarning } from './notify';

/** Tells once, with the fix, which addresses the own server can't listen on for lack of its certificate. */
export function noticeWaiting({ connection, log }: Services): vscode.Disposable {
  const told = new Set<string>();
  const tell = ({ waiting = [] }: StatusView) => {
    const news = waiting.filter(({ uri, needs }) => needs === 'certificate' && !told.has(uri));
    if (news.length === 0) return;
    const uris = news.map(({ uri }) => uri);
    uris.forEach((uri) => told.add(uri));
    const make = 'Make Server Certificate…';
    void showWarning(
      `Nothing listens at ${uris.join(' and ')} yet: ${uris.length > 1 ? 'they need' : 'it needs'} the server's certificate.`,
      make,
    ).then((chosen) =>
      chosen === make ? vscode.commands.executeCommand(Commands.CERTIFICATE_MAKE_SERVER) : undefined,
    );
  };
  return vscode.Disposable.from(
    connection.onState((state) => {
      if (state.kind === 'running' && state.own) tell(state.status);
    }),
    // A listener that is tried later, with the first key, says so by a warning.
    connection.onEvent((event) => {
      const { state } = connection;
      if (event.kind !== 'warning' || event.endpoint !== undefined) return;
      if (state.kind !== 'running' || !state.own) return;
      state.workbench.status().then(tell, (error: unknown) => log.debug(String(error)));
    }),
  );
}
