import * as vscode from 'vscode';
import { Commands, Settings } from '../ids';
import { kconfigFor, securedKconfigFor } from '../model/kconfig';
import { boardsFirst, forBoards } from '../model/reachableUris';
import { showWarning } from '../notify';
import type { Services } from '../services';

const isSecured = (uri: string): boolean => /^coaps(\+tcp)?:/.test(uri);

/** One of the server's URIs, asked for where there are several; `undefined`: none, or none was picked. */
export async function pickServerUri(uris: readonly string[], title: string): Promise<string | undefined> {
  if (uris.length < 2) return uris[0];
  const items = uris.map((uri) => ({
    label: uri,
    description: isSecured(uri) ? 'secured' : 'without security',
  }));
  const placeHolder = 'How does the device reach it?';
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.label;
}

/** Copies where devices point. */
export async function copyServerUri(services: Services): Promise<void> {
  const listening = services.status()?.listening ?? [];
  const uris = boardsFirst(listening.filter((uri) => uri.startsWith('coap')));
  if (uris.length === 0) return tellNoUri(services, 'Devices register by CoAP');
  const uri = await pickServerUri(uris, 'Copy Server URI');
  if (uri === undefined) return;
  await vscode.env.clipboard.writeText(uri);
  vscode.window.setStatusBarMessage(`${uri} copied`, 4000);
}

/** Copies Kconfig lines for Zephyr, whose client speaks CoAP over UDP alone (zephyr/subsys/net/lib/lwm2m). */
export async function copyServerKconfig(services: Services): Promise<void> {
  if (!(await services.running())) return;
  const listening = services.status()?.listening ?? [];
  const uris = forBoards(listening.filter((uri) => /^coaps?:/.test(uri)));
  if (uris.length === 0) return tellNoUri(services, 'Kconfig for Zephyr is for CoAP over UDP');
  const uri = await pickServerUri(uris, 'Copy Kconfig for This Server');
  if (uri === undefined) return;
  await vscode.env.clipboard.writeText(isSecured(uri) ? securedKconfigFor(uri) : kconfigFor(uri));
  vscode.window.setStatusBarMessage(`Kconfig for ${uri} copied`, 4000);
}

async function tellNoUri(services: Services, what: string): Promise<void> {
  const waiting = services.status()?.waiting?.find((one) => /^coaps:/.test(one.uri) && one.needs === 'key');
  if (waiting) {
    const generate = 'Generate Credential';
    const chosen = await showWarning(`${what}: ${waiting.uri} opens with the first credential.`, generate);
    if (chosen === generate) await vscode.commands.executeCommand(Commands.CREDENTIAL_GENERATE);
    return;
  }
  const open = 'Open Setting';
  const chosen = await showWarning(`${what}, and the server does not listen there.`, open);
  if (chosen === open)
    await vscode.commands.executeCommand('workbench.action.openSettings', Settings.SERVER_TRANSPORTS);
}
