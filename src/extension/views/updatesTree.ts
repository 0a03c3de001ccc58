import * as vscode from 'vscode';
import type { Connection } from '../connection';
import type { RunSummary } from '../../contract/workbench';
import { Views } from '../ids';
import type { DeviceModel } from '../model/deviceModel';
import { updateRow } from '../model/updateRows';
import type { Runs } from '../runs';
import { treeItem } from './treeItem';

const AGES_EVERY_MS = 15_000;
const DRAW_EVERY_MS = 200;

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
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire(undefined);
    }, DRAW_EVERY_MS);
  };
  const ages = setInterval(() => {
    if (view.visible && shown.length > 0) changed.fire(undefined);
  }, AGES_EVERY_MS);
  return vscode.Disposable.from(
    view,
    changed,
    model.onChange(() => {
      if (connection.state.kind === 'running' && shown !== model.history()) soon();
    }),
    connection.onState(soon),
    {
      dispose: () => {
        clearInterval(ages);
        clearTimeout(timer);
      },
    },
  );
}
