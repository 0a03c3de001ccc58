/** The extension's lazy half: the whole stack, loaded when a server or a build is first wanted. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOperationError } from '../base/errors';
import type { Logger } from '../base/log';
import type { SecretText } from '../base/secretText';
import type { Workbench } from '../contract/workbench';
import { joinServer } from '../host/control/joinServer';
import { nodePorts } from '../host/nodePorts';
import type { HostSettings } from '../host/ports';
import { startHost } from '../host/workbenchHost';
import { storedCredentials } from '../security/credentialStore';
import { controlPath } from '../storage/controlPath';
import { defaultStateFolder } from '../storage/stateFolder';

export { findWorkspaceBuilds } from './buildFinder';
export * as certificates from './certificates';
export { pastRuns } from './pastRuns';

/** A workbench that is used: this process's own, or one that another process runs. */
export interface OpenWorkbench {
  readonly workbench: Workbench;
  readonly own: boolean;
  close(): Promise<void>;
}

/** Places of the editor's secret storage, by what is kept there. */
export interface EditorSecrets {
  readonly credentials: SecretText;
  readonly authority: SecretText;
  readonly serverCertificate: SecretText;
}

/** What to open a workbench with. */
export interface StackSettings {
  /** Without one, this user's own. */
  readonly stateFolder: string | undefined;
  readonly extensionFolder: string;
  readonly log: Logger;
  /** The editor's secret storage. */
  readonly secrets: EditorSecrets;
  readonly host: HostSettings;
}

/** Two windows that start at once: how long the one that lost waits for the control socket of the one that won. */
const WINNER_WITHIN_MS = [0, 100, 400];

/**
 * Joins the server that answers for the state folder, or starts one. Throws `OperationError`, `PORT_IN_USE` where a
 * stranger has the port.
 */
export async function openWorkbench(settings: StackSettings): Promise<OpenWorkbench> {
  const stateFolder = settings.stateFolder ?? defaultStateFolder();
  const control = controlPath(stateFolder);
  const joined = await join(control);
  if (joined) return joined;
  const ports = await nodePorts({
    stateFolder,
    log: settings.log,
    registryFile: path.join(settings.extensionFolder, 'media', 'registry', 'objects.json'),
    pid: process.pid,
    secrets: { ...settings.secrets, credentials: storedCredentials(settings.secrets.credentials) },
  });
  try {
    const { workbench, close } = await startHost(ports, { ...settings.host, control: [control] });
    return { workbench, own: true, close };
  } catch (error) {
    if (!isOperationError(error, 'PORT_IN_USE') && !isOperationError(error, 'CONTROL_IN_USE')) throw error;
    for (const pause of WINNER_WITHIN_MS) {
      await sleep(pause);
      const winner = await join(control);
      if (winner) return winner;
    }
    throw error;
  }
}

async function join(control: string): Promise<OpenWorkbench | undefined> {
  try {
    const { workbench, leave } = await joinServer(control);
    return { workbench, own: false, close: leave };
  } catch (error) {
    if (isOperationError(error, 'NO_SERVER')) return undefined;
    throw error;
  }
}
