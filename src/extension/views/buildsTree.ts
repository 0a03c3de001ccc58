import * as vscode from 'vscode';
import type { Builds } from '../builds';
import { Views } from '../ids';
import { buildRow, type FoundBuild } from '../model/buildRows';
import type { DeviceModel } from '../model/deviceModel';
import { treeItem } from './treeItem';

const AGES_EVERY_MS = 10_000;

/** The view of builds found in the workspace. */
export function showBuilds(builds: Builds, model: DeviceModel): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  let list: readonly FoundBuild[] = [];
  const view = vscode.window.createTreeView<FoundBuild>(Views.BUILDS, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (parent) => (parent ? [] : [...(list = await builds.found())]),
      getTreeItem: (build) =>
        treeItem(
          build.file,
          buildRow(
            build,
            model
              .devices()
              .map(({ view: { endpoint } }) => model.version(endpoint))
              .filter((version) => version !== undefined),
            Date.now(),
          ),
        ),
    },
  });
  const ages = setInterval(() => {
    if (view.visible && list.length > 0) changed.fire(undefined);
  }, AGES_EVERY_MS);
  return vscode.Disposable.from(
    view,
    changed,
    builds.onChange(() => changed.fire(undefined)),
    // "same version as the device" changes when a device tells its version.
    model.onChange((change) => {
      if (change.kind === 'values' && change.paths.includes(model.versionPath())) changed.fire(undefined);
    }),
    { dispose: () => clearInterval(ages) },
  );
}
