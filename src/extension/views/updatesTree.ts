import * as vscode from 'vscode';
import type { Connection } from '../connection';
import type { RunSummary } from '../../contract/workbench';
import { Views } from '../ids';
import type { DeviceModel } from '../model/deviceModel';
import { updateRow } from '../model/updateRows';
import { treeItem } from './treeItem';

const AGES_EVERY_MS = 15_000;
const DRAW_EVERY_MS = 200;

/** The view of past and running updates; a row opens its run as it was. */
export function showUpdates(connection: Connection, model: DeviceModel): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const view = vscode.window.createTreeView<RunSummary>(Views.UPDATES, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (parent) => (parent || connection.state.kind !== 'running' ? [] : [...model.history()]),
      getTreeItem: (run) => treeItem(run.id, updateRow(run, Date.now())),
    },
  });
  let shown = model.history();
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    if (shown === model.history()) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      shown = model.history();
      changed.fire(undefined);
    }, DRAW_EVERY_MS);
  };
  const ages = setInterval(() => {
    if (view.visible && shown.length > 0) changed.fire(undefined);
  }, AGES_EVERY_MS);
  return vscode.Disposable.from(
    view,
    changed,
    model.onChange(soon),
    connection.onState(() => changed.fire(undefined)),
    {
      dispose: () => {
        clearInterval(ages);
        clearTimeout(timer);
      },
    },
  );
}
