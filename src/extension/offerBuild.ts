import * as vscode from 'vscode';
import { errorText } from '../base/errors';
import { start } from './commands/pushCommands';
import { buildFactsText, type FoundBuild } from './model/buildRows';
import { safeName } from './model/words';
import type { Services } from './services';
import { offerAfterBuild } from './settings';
import { showInformation } from './notify';

/** Offers a build that ended to the device it is for: the one pushed to last, or the only one. */
export function offerBuilds(services: Services): vscode.Disposable {
  return services.builds.onFinished((build) => {
    void offer(services, build).catch((error: unknown) =>
      services.log.warn(`Not offered: ${errorText(error)}`),
    );
  });
}

async function offer(services: Services, build: FoundBuild): Promise<void> {
  const mode = offerAfterBuild(build.file);
  const workbench = services.connection.workbench;
  if (mode === 'never' || !workbench) return;
  const devices = services.model.devices().map(({ view }) => view.endpoint);
  const last = services.lastPush.get()?.endpoint;
  const endpoint = devices.find((one) => one === last) ?? (devices.length === 1 ? devices[0] : undefined);
  if (endpoint === undefined || services.model.updating(endpoint)) return;
  if (mode === 'ask') {
    const push = 'Push';
    const chosen = await showInformation(
      `${safeName(build.name)} was built (${buildFactsText(build, Date.now())}). Push it to ${safeName(endpoint)}?`,
      push,
    );
    if (chosen !== push) return;
  }
  await start(services, workbench, endpoint, build.file);
}
