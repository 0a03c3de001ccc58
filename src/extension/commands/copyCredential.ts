import * as vscode from 'vscode';
import type { Decoded } from '../../base/result';
import type { Credential } from '../../security/credential';
import { SERVER_TLS_TAG, toAtCmng } from '../../security/forms/atCmng';
import type { Exported } from '../../security/forms/form';
import { toKconfig, type KconfigClient } from '../../security/forms/kconfig';
import { toCoiote, toLeshan } from '../../security/forms/serverJson';
import { Commands } from '../ids';
import { proofWords } from '../model/credentialRows';
import { safeName } from '../model/words';
import type { Services } from '../services';
import { pickCredential } from './credentialInput';
import { guarded } from './guarded';
import { showInformation, showWarning } from '../notify';
import { forBoards } from '../model/reachableUris';
import { pickServerUri } from './copyServer';

type CredentialForm = KconfigClient | 'at' | 'leshan' | 'coiote';

interface FormItem extends vscode.QuickPickItem {
  readonly form?: CredentialForm;
}

const FORMS: readonly FormItem[] = [
  { label: 'For the Device', kind: vscode.QuickPickItemKind.Separator },
  { label: 'Kconfig of nRF Connect SDK', description: 'samples/cellular/lwm2m_client', form: 'ncs' },
  { label: 'Kconfig of Zephyr', description: 'samples/net/lwm2m_client', form: 'zephyr' },
  { label: 'Kconfig of Anjay', description: 'Anjay-zephyr-client', form: 'anjay' },
  { label: 'AT%CMNG Lines', description: "into a Nordic modem's security tag", form: 'at' },
  { label: 'For Another Server', kind: vscode.QuickPickItemKind.Separator },
  { label: 'Leshan', description: 'JSON of its demo server', form: 'leshan' },
  { label: 'Coiote', description: 'JSON of Coiote IoT Device Management', form: 'coiote' },
];

/** Registers the command that copies a credential in the words of another tool. */
export const registerCopyCredential = (services: Services): vscode.Disposable =>
  guarded(Commands.CREDENTIAL_COPY, async (given) => {
    const credential = await pickCredential(services, given, 'Copy Credential As');
    if (!credential) return;
    const name = safeName(credential.endpointName);
    const picked = await vscode.window.showQuickPick(FORMS, {
      title: `Copy Credential of ${name} As`,
      placeHolder: proofWords(credential),
      matchOnDescription: true,
    });
    if (picked?.form === undefined) return;
    const { form } = picked;
    const secTag = form === 'at' ? await askSecurityTag(`AT%CMNG Lines of ${name}`) : undefined;
    if (form === 'at' && secTag === undefined) return;
    // What can't be written so is said before anything more is asked.
    const hidden = exported(credential, form, { reveal: false, secTag });
    if (!hidden.ok) {
      void showWarning(`${picked.label} can't hold the credential of ${name}: ${hidden.problem.message}.`);
      return;
    }
    const secured = forBoards((services.status()?.listening ?? []).filter((uri) => /^coaps:/.test(uri)));
    const server = isKconfig(form)
      ? await pickServerUri(secured, `Server of ${name} in the ${picked.label}`)
      : undefined;
    if (server === undefined && isKconfig(form) && secured.length > 0) return;
    const reveal = await maySecretBeCopied(credential);
    if (reveal === undefined) return;
    const made = exported(credential, form, { reveal, secTag, server });
    if (!made.ok) return;
    const { text, notes } = made.value;
    const serverless = isKconfig(form) && server === undefined ? [NO_SERVER_NAMED] : [];
    await copyExported({ text, notes: [...notes, ...serverless] }, `${picked.label}, credential of ${name}`);
  });

const NO_SERVER_NAMED =
  'It names no server: none listens here by coaps. Start it, or choose coaps among its transports.';

const isKconfig = (form: CredentialForm): form is KconfigClient =>
  form === 'ncs' || form === 'zephyr' || form === 'anjay';

function exported(
  credential: Credential,
  form: CredentialForm,
  options: {
    readonly reveal: boolean;
    readonly secTag: number | undefined;
    readonly server?: string | undefined;
  },
): Decoded<Exported> {
  const { reveal, secTag, server } = options;
  switch (form) {
    case 'at':
      return toAtCmng(credential, { reveal, ...(secTag === undefined ? {} : { secTag }) });
    case 'leshan':
      return toLeshan(credential, { reveal });
    case 'coiote':
      return toCoiote(credential, { reveal });
    default:
      return toKconfig(credential, { reveal, client: form, ...(server === undefined ? {} : { server }) });
  }
}

/** Whether the key itself is to be copied: every program here reads the clipboard. `undefined`: not at all. */
async function maySecretBeCopied(credential: Credential): Promise<boolean | undefined> {
  if (credential.mode !== 'psk') return false;
  const withKey = 'Copy with the Key';
  const without = 'Copy without It';
  const chosen = await showWarning(
    `Copy the key of ${safeName(credential.endpointName)}?`,
    {
      modal: true,
      detail: 'Every program on this computer can read the clipboard, and some keep what was in it.',
    },
    withKey,
    without,
  );
  return chosen === undefined ? undefined : chosen === withKey;
}

/** Puts what was made into the clipboard and says what to know of it. */
export async function copyExported({ text, notes }: Exported, what: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  if (notes.length === 0) vscode.window.setStatusBarMessage(`${what} copied`, 4000);
  else void showInformation(`${what} copied. ${notes.join(' ')}`);
}

/** The tag of the bootstrap server (`LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG`), and that of image downloads (`…_DOWNLOADER_SEC_TAG`). */
const TAGS: readonly (vscode.QuickPickItem & { readonly tag?: number })[] = [
  {
    label: String(SERVER_TLS_TAG),
    description: "the LwM2M server's",
    detail: 'CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG, unless the build says otherwise',
    tag: SERVER_TLS_TAG,
  },
  {
    label: '35724862',
    description: "the bootstrap server's",
    detail: 'CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG',
    tag: 35724862,
  },
  {
    label: '16842753',
    description: 'image downloads over coaps and https',
    detail: 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG',
    tag: 16842753,
  },
  { label: 'Another…', description: 'a number of the application’s own' },
];

/** Asks which security tag of a Nordic modem is to be written. */
export async function askSecurityTag(title: string): Promise<number | undefined> {
  const picked = await vscode.window.showQuickPick(TAGS, {
    title,
    placeHolder: 'Which security tag?',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!picked || picked.tag !== undefined) return picked?.tag;
  const text = await vscode.window.showInputBox({
    title,
    prompt: 'Security tag, 0 to 2147483647',
    ignoreFocusOut: true,
    validateInput: (typed) =>
      /^\d{1,10}$/.test(typed) && Number(typed) <= 2147483647
        ? undefined
        : 'A whole number from 0 to 2147483647.',
  });
  return text === undefined ? undefined : Number(text);
}
