import * as vscode from 'vscode';
import type { UpdatePanelAction } from '../../contract/updatePanel';
import { Commands, Settings } from '../ids';
import { start } from '../commands/pushCommands';
import { lastGoodBefore } from './panelActions';
import { showFailure } from '../notify';
import type { Services } from '../services';

/** Does what a button of the panel of a run says. */
export async function actOnPanel(services: Services, run: string, action: UpdatePanelAction): Promise<void> {
  try {
    await act(services, run, action);
  } catch (error) {
    await showFailure(error);
  }
}

async function act(services: Services, run: string, action: UpdatePanelAction): Promise<void> {
  const execute = (command: string, ...given: unknown[]) => vscode.commands.executeCommand(command, ...given);
  switch (action) {
    case 'cancel':
      await execute(Commands.UPDATE_CANCEL, run);
      return;
    case 'showLog':
      await execute(Commands.LOG_SHOW);
      return;
    case 'copyMarkdown':
      await execute(Commands.UPDATE_COPY, run);
      return;
    case 'nothingArrives':
      await execute(Commands.ARRIVALS_SHOW);
      return;
    case 'startServer':
      await execute(Commands.SERVER_START);
      return;
    case 'changeMethod':
      await execute('workbench.action.openSettings', Settings.UPDATE_METHOD);
      return;
    case 'pushAgain':
    case 'pushOther':
    case 'openFile':
    case 'showLastGood':
      await onRun(services, run, action);
  }
}

async function onRun(
  services: Services,
  run: string,
  action: 'pushAgain' | 'pushOther' | 'openFile' | 'showLastGood',
): Promise<void> {
  const record = await services.runs.run(run);
  if (!record) return;
  const { endpointName, file } = record;
  switch (action) {
    case 'pushAgain': {
      const workbench = await services.running();
      if (workbench) await start(services, workbench, endpointName, file);
      return;
    }
    case 'pushOther':
      await vscode.commands.executeCommand(Commands.UPDATE_PUSH, {
        kind: 'device',
        endpoint: endpointName,
        pick: true,
      });
      return;
    case 'openFile':
      await vscode.commands.executeCommand(Commands.BUILD_REVEAL, { file });
      return;
    case 'showLastGood': {
      const good = lastGoodBefore(record, await services.runs.list());
      if (good) await services.panels.show(good.id, good.endpointName);
    }
  }
}
