import * as vscode from 'vscode';
import { errorText } from '../../base/errors';
import type { Connection } from '../connection';
import { Views } from '../ids';
import {
  certificateRow,
  credentialNodeId,
  credentialNodes,
  credentialRow,
  type CredentialNode,
  type KnownSecrets,
} from '../model/credentialRows';
import type { Row } from '../model/row';
import type { Services } from '../services';
import { revealRow } from './revealRow';
import { treeItem } from './treeItem';

const GONE: Row = { label: 'gone', context: 'gone', collapsible: 'none' };

/** The view of credentials and certificates. */
export interface CredentialsView extends vscode.Disposable {
  /** Shows the view with the credential of an endpoint, where it has one. */
  show(endpoint: string): Promise<void>;
}

/** The view of credentials and certificates; read when it is looked at. No key is kept or shown. */
export function showCredentials(
  services: Pick<Services, 'secrets' | 'stack' | 'connection' | 'log'>,
): CredentialsView {
  const { secrets, connection, log } = services;
  const changed = new vscode.EventEmitter<undefined>();
  let known: KnownSecrets = { credentials: [] };
  const look = async (): Promise<KnownSecrets> => {
    const credentials = await secrets.credentials.list();
    const { authority, serverCertificate } = secrets.places;
    // Only where there is one: the library that reads it is large.
    const some = (await authority.read()) !== undefined || (await serverCertificate.read()) !== undefined;
    const certificates = some
      ? await (await services.stack()).certificates.keptCertificates(secrets.places)
      : {};
    return { credentials, ...certificates };
  };
  const view = vscode.window.createTreeView<CredentialNode>(Views.CREDENTIALS, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getParent: () => undefined,
      getChildren: async (parent) => {
        if (parent || !vscode.workspace.isTrusted) return [];
        try {
          known = await look();
          view.message = (await messageOf(services, known)) ?? '';
        } catch (error) {
          known = { credentials: [] };
          view.message = errorText(error);
          log.warn(`Credentials can't be shown: ${errorText(error)}`);
        }
        return credentialNodes(known);
      },
      getTreeItem: (node) => treeItem(credentialNodeId(node), rowOf(known, node)),
    },
  });
  const subscriptions = [
    secrets.credentials.onChange(() => changed.fire(undefined)),
    secrets.places.authority.onChange(() => changed.fire(undefined)),
    secrets.places.serverCertificate.onChange(() => changed.fire(undefined)),
    connection.onState(() => changed.fire(undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire(undefined)),
  ];
  return {
    async show(endpoint) {
      await vscode.commands.executeCommand(`${Views.CREDENTIALS}.focus`);
      known = await look();
      if (!known.credentials.some(({ endpointName }) => endpointName === endpoint)) return;
      await revealRow(view, { kind: 'credential', endpoint }, { select: true, focus: true });
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

function rowOf({ credentials, authority, server }: KnownSecrets, node: CredentialNode): Row {
  if (node.kind === 'credential') {
    const credential = credentials.find(({ endpointName }) => endpointName === node.endpoint);
    return credential ? credentialRow(credential) : GONE;
  }
  const facts = node.kind === 'authority' ? authority : server;
  return facts ? certificateRow(node.kind, facts, Date.now()) : GONE;
}

/** What is to be known above the rows: a server that has its own keys, an editor that forgets. */
async function messageOf(
  { connection, secrets }: Pick<Services, 'connection' | 'secrets'>,
  { credentials }: KnownSecrets,
): Promise<string | undefined> {
  if (foreignServer(connection) !== undefined) return 'The server in use has keys of its own.';
  if (credentials.length === 0 || vscode.env.uiKind !== vscode.UIKind.Web) return undefined;
  return (await secrets.persistence.known()) === 'kept' ? undefined : 'May be forgotten with this window.';
}

/** That the server in use takes keys from elsewhere, where it is none of an editor's. */
export function foreignServer({ state }: Connection): string | undefined {
  if (state.kind !== 'running' || state.own || state.status.owner === 'editor') return undefined;
  return `The server in use is the terminal program's (process ${state.status.pid}): it takes the keys of its own file, not these. Add them there: “lwm2m-workbench credentials add”.`;
}
