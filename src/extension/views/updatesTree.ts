import * as vscode from 'vscode';
import type { Connection } from '../connection';
import type { RunSummary } from '../../contract/workbench';
import { Views } from '../ids';
import type { DeviceModel } from '../model/deviceModel';
import { updateRow } from '../model/updateRows';
import type { Runs } from '../runs';
import { redrawing } from './redrawing';
import { treeItem } from './treeItem';

/**
 * The view of past and running updates; a row opens its run as it was. Without a server it shows what the state folder
 * holds, read when the view is.
 */
export function showUpdates(connection: Connection, model: DeviceModel, runs: Runs): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let shown: readonly RunSummary[] = [];
  const view = vscode.window.createTreeView<RunSummary>(Views.UPDATES, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (parent) => {
        if (parent) return [];
        shown = connection.state.kind === 'running' ? model.history() : await runs.list();
        return [...shown];
      },
      getTreeItem: (run) => treeItem(run.id, updateRow(run, Date.now())),
    },
  });
  const redraw = redrawing(view, changed, () => shown.length > 0);
  return vscode.Disposable.from(
    view,
    changed,
    model.onChange(() => {
      if (connection.state.kind === 'running' && shown !== model.history()) redraw.soon();
    }),
    connection.onState(() => redraw.soon()),
    redraw,
  );
}
