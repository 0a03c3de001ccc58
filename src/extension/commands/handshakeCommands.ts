import * as vscode from 'vscode';
import { printableText } from '../../base/printableText';
import type { HandshakeAttempt, VerdictAction } from '../../security/handshakeAttempt';
import { Commands } from '../ids';
import { proofWords } from '../model/credentialRows';
import { handshakeText } from '../model/handshakeText';
import { fixWords } from '../model/handshakeWords';
import { HandshakeNotices, noticeText } from '../model/handshakeNotice';
import { safeName } from '../model/words';
import { showFailure, showInformation, showWarning } from '../notify';
import type { Services } from '../services';
import type { CredentialsView } from '../views/credentialsTree';
import type { HandshakesView } from '../views/handshakesTree';
import { guarded } from './guarded';

/** The two views that these commands show. */
export interface SecurityViews {
  readonly handshakes: HandshakesView;
  readonly credentials: CredentialsView;
}

/** Registers the commands on handshakes: see one, mend its cause, copy it. */
export function registerHandshakeCommands(services: Services, views: SecurityViews): vscode.Disposable[] {
  const attemptOf = (given: unknown): HandshakeAttempt | undefined => {
    const { handshakes } = services.model;
    if (typeof given !== 'object' || given === null) return undefined;
    if ('id' in given && typeof given.id === 'number') return handshakes.attempt(given.id);
    return 'endpoint' in given && typeof given.endpoint === 'string'
      ? handshakes.lastFailed(given.endpoint)
      : undefined;
  };
  return [
    vscode.commands.registerCommand(Commands.HANDSHAKE_SHOW, (given?: unknown) =>
      views.handshakes.show(attemptOf(given)?.id),
    ),
    guarded(Commands.HANDSHAKE_FIX, async (given) => {
      const action = attemptOf(given)?.verdict?.action;
      if (action) await fix(services, views, action);
    }),
    vscode.commands.registerCommand(Commands.HANDSHAKE_COPY, async (given?: unknown) => {
      const attempt = attemptOf(given);
      if (!attempt) return;
      await vscode.env.clipboard.writeText(handshakeText(attempt));
      vscode.window.setStatusBarMessage('Handshake copied as text', 4000);
    }),
  ];
}

/** Does what mends a verdict's cause, as far as it can be done here. */
async function fix(services: Services, views: SecurityViews, action: VerdictAction): Promise<void> {
  const run = vscode.commands.executeCommand;
  switch (action.kind) {
    case 'addCredential': {
      const { endpoint, identity } = action;
      await run(Commands.CREDENTIAL_ADD, { endpoint, identity });
      return;
    }
    case 'showCredential':
      return showCredential(services, views, action.endpoint);
    case 'makeCertificate':
      await run(Commands.CERTIFICATE_MAKE_SERVER, { hosts: action.hosts });
      return;
    case 'showAuthority':
      await run(Commands.AUTHORITY_COPY);
      return;
    case 'showArrivals':
      await run(Commands.ARRIVALS_SHOW);
      return;
    case 'copyKconfig':
      await vscode.env.clipboard.writeText(action.lines);
      void showInformation(`Kconfig copied: ${printableText(action.lines.trim().replace(/\n/g, ', '), 200)}`);
  }
}

/** A device and we hold different keys: one of the two is to be given to the other side. */
async function showCredential(services: Services, views: SecurityViews, endpoint: string): Promise<void> {
  const credential = await services.secrets.credentials.get(endpoint);
  const name = safeName(endpoint);
  if (!credential) {
    await vscode.commands.executeCommand(Commands.CREDENTIAL_ADD, { endpoint });
    return;
  }
  const copy = '$(copy) Copy the Key We Have for the Device…';
  const replace = '$(edit) Give Us the Key the Device Has…';
  const show = '$(key) Show in Credentials';
  const chosen = await vscode.window.showQuickPick(
    [
      { label: copy, detail: 'As Kconfig, AT%CMNG lines, …: write it into the device again' },
      { label: replace, detail: 'Replaces the key that is kept here' },
      { label: show },
    ],
    { title: `Credential of ${name}`, placeHolder: proofWords(credential) },
  );
  if (chosen?.label === copy) await vscode.commands.executeCommand(Commands.CREDENTIAL_COPY, { endpoint });
  if (chosen?.label === replace)
    await vscode.commands.executeCommand(Commands.CREDENTIAL_ADD, {
      endpoint,
      ...(credential.mode === 'psk' ? { identity: credential.identity } : {}),
    });
  if (chosen?.label === show) await views.credentials.show(endpoint);
}

/** Tells the first failure of each cause and device, one at a time, with what mends it as a button. */
export function noticeHandshakes({ connection }: Services): vscode.Disposable {
  const notices = new HandshakeNotices();
  return connection.onEvent((event) => {
    if (event.kind !== 'handshake' || !notices.take(event.handshake)) return;
    void tell(event.handshake)
      .catch((error: unknown) => showFailure(error))
      .finally(() => notices.closed());
  });
}

async function tell(attempt: HandshakeAttempt): Promise<void> {
  const action = attempt.verdict?.action;
  const show = 'Show';
  const mend = action && fixWords[action.kind];
  const chosen = await showWarning(noticeText(attempt), ...(mend === undefined ? [] : [mend]), show);
  if (chosen === show) await vscode.commands.executeCommand(Commands.HANDSHAKE_SHOW, { id: attempt.id });
  else if (chosen !== undefined)
    await vscode.commands.executeCommand(Commands.HANDSHAKE_FIX, { id: attempt.id });
}
