import * as vscode from 'vscode';
import { Commands } from '../ids';
import { safeName } from '../model/words';
import type { Services } from '../services';
import { pickCredential } from './credentialInput';
import { guarded } from './guarded';
import { showWarning } from '../notify';

/** Registers the command that removes a credential. */
export const registerRemoveCredential = (services: Services): vscode.Disposable =>
  guarded(Commands.CREDENTIAL_REMOVE, async (given) => {
    const credential = await pickCredential(services, given, 'Remove Credential');
    if (!credential) return;
    const remove = 'Remove';
    const name = safeName(credential.endpointName);
    const chosen = await showWarning(
      `Remove the credential of ${name}?`,
      { modal: true, detail: 'Its key is gone then, and the device is taken without security only.' },
      remove,
    );
    if (chosen !== remove) return;
    await services.secrets.credentials.remove(credential.endpointName);
    vscode.window.setStatusBarMessage(`Credential of ${name} removed`, 4000);
  });
