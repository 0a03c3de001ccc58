import os from 'node:os';
import * as vscode from 'vscode';
import { certificateHosts } from '../model/certificateHosts';
import { expiryWords } from '../model/credentialRows';
import { Commands } from '../ids';
import { safeName } from '../model/words';
import type { Services } from '../services';
import { addresses, advertisedHost } from '../settings';
import { askName, endpointOf, keepCredential } from './credentialInput';
import { guarded } from './guarded';
import { showInformation } from '../notify';

/** Registers the commands that make certificates; the local authority is made with the first of them. */
export function registerCertificateCommands(services: Services): vscode.Disposable[] {
  return [
    guarded(Commands.CERTIFICATE_MAKE_SERVER, (given) => makeServer(services, given)),
    guarded(Commands.CERTIFICATE_MAKE_DEVICE, (given) => makeDevice(services, given)),
  ];
}

const hostsIn = (given: unknown): readonly string[] =>
  typeof given === 'object' && given !== null && 'hosts' in given && Array.isArray(given.hosts)
    ? given.hosts.filter((one): one is string => typeof one === 'string')
    : [];

async function makeServer(services: Services, given: unknown): Promise<void> {
  const offered = certificateHosts({
    wanted: hostsIn(given),
    listening: services.status()?.listening ?? addresses().map((host) => `coap://${host}`),
    advertised: advertisedHost(),
    hostName: os.hostname(),
    interfaces: Object.values(os.networkInterfaces()).flatMap((list) => list ?? []),
  });
  const other = '$(edit) Another Name…';
  const title = 'Make Server Certificate';
  const picked = await vscode.window.showQuickPick(
    [
      ...offered.map(({ host, why, preselected }) => ({
        label: host,
        description: why,
        picked: preselected,
      })),
      { label: other, description: 'as devices reach this machine', picked: false },
    ],
    {
      title,
      placeHolder: 'Names and addresses that devices reach this machine by',
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked || picked.length === 0) return;
  const hosts = picked.map(({ label }) => label).filter((label) => label !== other);
  if (hosts.length < picked.length) {
    const more = await vscode.window.showInputBox({
      title,
      prompt: 'More names or addresses, with blanks between them: workbench.local 203.0.113.7',
      ignoreFocusOut: true,
    });
    if (more === undefined) return;
    hosts.push(...more.split(/[\s,]+/).filter((one) => one !== ''));
  }
  const { certificates } = await services.stack();
  const facts = await certificates.makeServerCertificate(services.secrets.places, hosts);
  const copy = "Copy Authority's Certificate As…";
  void showInformation(
    `The server's certificate for ${facts.hosts.map((host) => safeName(host)).join(', ')} is made (${expiryWords(facts.notAfter, Date.now())}). Devices must trust the local authority: give them its certificate.`,
    copy,
  ).then((chosen) => (chosen === copy ? vscode.commands.executeCommand(Commands.AUTHORITY_COPY) : undefined));
}

async function makeDevice(services: Services, given: unknown): Promise<void> {
  const title = 'Make Device Certificate';
  const known = endpointOf(given);
  const endpointName = await askName('the endpoint name', title, {
    ...(known === undefined ? {} : { value: known }),
    prompt: 'Endpoint name of the device: the common name of its certificate, 64 bytes at most.',
  });
  if (endpointName === undefined || endpointName === '') return;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: `${title}: Where to?`,
      openLabel: 'Save Here',
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!folder) return;
  const { certificates } = await services.stack();
  const made = await certificates.makeDeviceCertificate(services.secrets.places, endpointName);
  const files = await certificates.writeDeviceCertificate(folder.fsPath, endpointName, made);
  const name = safeName(endpointName);
  const kept = await keepCredential(services, {
    mode: 'x509',
    endpointName,
    certificate: made.certificate,
  });
  void showInformation(
    `${name} has a certificate: ${files.certificate}, its private key beside it in ${files.key}. ${kept ? 'The server takes it.' : 'The server keeps the credential it had.'}`,
  );
}
