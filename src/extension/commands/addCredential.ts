import * as vscode from 'vscode';
import type { PskCredential } from '../../security/credential';
import { Commands } from '../ids';
import { safeName } from '../model/words';
import type { Services } from '../services';
import { askKey, askName, endpointOf, generatedKey, keepCredential, warningText } from './credentialInput';
import { guarded } from './guarded';
import { showInformation, showWarning } from '../notify';

/** What a verdict, or a row, already says of a new credential. */
interface Prefilled {
  readonly endpoint?: string;
  readonly identity?: string;
}

/** Registers the commands that add a credential: with a key the user gives, or one made here. */
export function registerAddCredential(services: Services): vscode.Disposable[] {
  return [
    guarded(Commands.CREDENTIAL_ADD, (given) => add(services, prefilledBy(given))),
    guarded(Commands.CREDENTIAL_GENERATE, (given) => generate(services, prefilledBy(given))),
  ];
}

const prefilledBy = (given: unknown): Prefilled => {
  const endpoint = endpointOf(given);
  const identity =
    typeof given === 'object' && given !== null && 'identity' in given && typeof given.identity === 'string'
      ? given.identity
      : undefined;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(identity === undefined ? {} : { identity }),
  };
};

interface KeyItem extends vscode.QuickPickItem {
  readonly from: 'generated' | 'hex' | 'text' | 'import';
}

const KEYS: readonly KeyItem[] = [
  {
    label: '$(key) Generate a Key',
    detail: '16 random bytes, to be copied into the device',
    from: 'generated',
  },
  {
    label: '$(symbol-numeric) Type It in Hexadecimal',
    detail: 'As Kconfig and AT%CMNG have it',
    from: 'hex',
  },
  { label: '$(symbol-string) Type It as Text', detail: "As Anjay's Kconfig has it", from: 'text' },
  {
    label: '$(file) Import It Instead…',
    detail: 'Kconfig, AT%CMNG, Leshan, Coiote, PEM of a public key or certificate',
    from: 'import',
  },
];

async function add(services: Services, prefilled: Prefilled): Promise<void> {
  const title = 'Add Credential';
  const named = await askNames(title, prefilled);
  if (!named) return;
  const picked = await vscode.window.showQuickPick(KEYS, {
    title: `${title} of ${safeName(named.endpointName)}`,
    placeHolder: 'Where does its key come from?',
    ignoreFocusOut: true,
  });
  if (!picked) return;
  if (picked.from === 'import') {
    await vscode.commands.executeCommand(Commands.CREDENTIAL_IMPORT, { endpoint: named.endpointName });
    return;
  }
  const key =
    picked.from === 'generated'
      ? generatedKey()
      : await askKey(picked.from, `Key of ${safeName(named.endpointName)}`);
  if (key) await keep(services, { ...named, key }, picked.from === 'generated');
}

async function generate(services: Services, prefilled: Prefilled): Promise<void> {
  const endpoint = prefilled.endpoint ?? prefilled.identity;
  const endpointName =
    (await askName('the endpoint name', 'Generate Credential', {
      ...(endpoint === undefined ? {} : { value: endpoint }),
      prompt: 'Endpoint name of the device, which is its identity too. It gets a random key of 16 bytes.',
    })) ?? '';
  if (endpointName === '') return;
  const identity = prefilled.identity ?? endpointName;
  await keep(services, { mode: 'psk', endpointName, identity, key: generatedKey() }, true);
}

async function askNames(
  title: string,
  prefilled: Prefilled,
): Promise<Omit<PskCredential, 'key'> | undefined> {
  const known = prefilled.endpoint ?? prefilled.identity;
  const endpointName = await askName('the endpoint name', title, {
    ...(known === undefined ? {} : { value: known }),
    prompt: 'Endpoint name, as the device registers: urn:imei:…, or what its build says.',
  });
  if (endpointName === undefined || endpointName === '') return undefined;
  const identity = await askName('the identity', `${title} of ${safeName(endpointName)}`, {
    value: prefilled.identity ?? endpointName,
    prompt: 'Identity that the device presents in its handshake: mostly its endpoint name.',
  });
  return identity === undefined || identity === '' ? undefined : { mode: 'psk', endpointName, identity };
}

async function keep(services: Services, credential: PskCredential, made: boolean): Promise<void> {
  if (!(await keepCredential(services, credential))) return;
  const copy = 'Copy As…';
  const name = safeName(credential.endpointName);
  const warnings = warningText(credential);
  const text = made
    ? `${name} has a new key: copy it into the device.${warnings}`
    : `${name} has a credential now.${warnings}`;
  const show = warnings === '' ? showInformation : showWarning;
  // Not awaited: a notification may stay for long, and the command has done its work.
  void show(text, copy).then((chosen) =>
    chosen === copy
      ? vscode.commands.executeCommand(Commands.CREDENTIAL_COPY, { endpoint: credential.endpointName })
      : undefined,
  );
}
