import path from 'node:path';
import * as vscode from 'vscode';
import type { Scheme } from '../transport/ports';
import { Settings, type SettingId } from './ids';
import { isScheme, SCHEMES } from '../base/scheme';
import type { OwnPorts, SettingsPorts } from './model/ownPorts';
import { wantedListeners, type WantedListeners } from './model/wantedListeners';

/** A setting's value; its default and bounds stand in the manifest. */
function setting<T>(id: SettingId, scope?: vscode.Uri): T | undefined {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(id);
}

const text = (id: SettingId, scope?: vscode.Uri): string | undefined => {
  const value = setting<unknown>(id, scope);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

const number = (id: SettingId, least: number, most: number, scope?: vscode.Uri): number | undefined => {
  const value = setting<unknown>(id, scope);
  return typeof value === 'number' && value >= least && value <= most ? value : undefined;
};

const texts = (id: SettingId, scope?: vscode.Uri): readonly string[] => {
  const value = setting<unknown>(id, scope);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
};

/** Whether a boolean setting is on. */
export const isOn = (id: SettingId): boolean => setting<unknown>(id) === true;

/** Addresses to listen on; loopback alone unless the user chose others. */
export function addresses(): readonly string[] {
  const chosen = texts(Settings.SERVER_ADDRESSES).filter((address) => /^[0-9a-fA-F:.]+$/.test(address));
  return chosen.length > 0 ? chosen : ['127.0.0.1'];
}

/** UDP and TCP port of the LwM2M server. */
export const coapPort = (): number => number(Settings.SERVER_PORT, 1, 65535) ?? 5683;

/** UDP and TCP port for devices with a credential. */
const securedPort = (): number => number(Settings.SERVER_SECURED_PORT, 1, 65535) ?? 5684;

/** CoAP's ports. */
export const settingsPorts = (): SettingsPorts => ({ coap: coapPort(), coaps: securedPort() });

/** By what devices reach the server; CoAP over UDP, secured or not, and HTTP unless the user chose others. */
export function transports(): readonly Scheme[] {
  const chosen = texts(Settings.SERVER_TRANSPORTS).filter(isScheme);
  return chosen.length > 0 ? SCHEMES.filter((scheme) => chosen.includes(scheme)) : ['coap', 'coaps', 'http'];
}

/** What the server listens on from its start, and once there is a key; `own` in place of CoAP's ports. */
export const listeners = (own?: OwnPorts): WantedListeners =>
  wantedListeners({
    addresses: addresses(),
    transports: transports(),
    port: coapPort(),
    securedPort: securedPort(),
    httpPort: number(Settings.SERVER_HTTP_PORT, 0, 65535) ?? 0,
    httpsPort: number(Settings.SERVER_HTTPS_PORT, 0, 65535) ?? 0,
    own,
  });

/** Host of Package URIs, where the user names one. */
export const advertisedHost = (): string | undefined => text(Settings.SERVER_ADVERTISED_HOST);

/** The state folder that the user names. */
export const stateFolderSetting = (): string | undefined =>
  process.env['LWM2M_WORKBENCH_STATE'] ?? text(Settings.SERVER_STATE_FOLDER);

/** Where the running version is read from. */
export function versionResource(scope?: vscode.Uri): string {
  const value = text(Settings.UPDATE_VERSION_RESOURCE, scope);
  return value !== undefined && /^\/\d{1,5}\/\d{1,5}\/\d{1,5}$/.test(value) ? value : '/3/0/3';
}

/** How updates of a file are to be done. */
export function updateSettings(file: string): {
  readonly method: 'auto' | 'push' | 'pull';
  readonly protocol?: string;
  readonly uri?: string;
  readonly external?: boolean;
  readonly blockSize?: number;
  readonly stallTimeout?: number;
  readonly versionPath?: string;
} {
  const scope = vscode.Uri.file(file);
  const method = text(Settings.UPDATE_METHOD, scope);
  const protocol = text(Settings.UPDATE_PROTOCOL, scope);
  const uri = method === 'push' ? undefined : text(Settings.UPDATE_PACKAGE_URI, scope);
  const blockSize = number(Settings.UPDATE_BLOCK_SIZE, 16, 1024, scope);
  // Only a time the user set: without one each phase has its own.
  const stallTimeout = isSet(Settings.UPDATE_STALL_TIMEOUT, scope)
    ? number(Settings.UPDATE_STALL_TIMEOUT, 5, 86_400, scope)
    : undefined;
  return {
    method: method === 'push' || method === 'pull' ? method : 'auto',
    ...(protocol !== undefined && isScheme(protocol) ? { protocol } : {}),
    ...(uri === undefined
      ? {}
      : { uri, external: setting<unknown>(Settings.UPDATE_EXTERNAL, scope) === true }),
    ...(blockSize === undefined ? {} : { blockSize }),
    ...(stallTimeout === undefined ? {} : { stallTimeout }),
    ...(isSet(Settings.UPDATE_VERSION_RESOURCE, scope) ? { versionPath: versionResource(scope) } : {}),
  };
}

function isSet(id: SettingId, scope: vscode.Uri): boolean {
  const found = vscode.workspace.getConfiguration(undefined, scope).inspect(id);
  return (
    found?.globalValue !== undefined ||
    found?.workspaceValue !== undefined ||
    found?.workspaceFolderValue !== undefined
  );
}

/** Whether a finished build is offered, as its folder's settings say. */
export function offerAfterBuild(file: string): 'never' | 'ask' | 'always' {
  const value = text(Settings.UPDATE_OFFER_AFTER_BUILD, vscode.Uri.file(file));
  return value === 'ask' || value === 'always' ? value : 'never';
}

/** More folders to look for builds in. */
export const buildFolders = (folder: vscode.Uri): readonly string[] => texts(Settings.BUILDS_FOLDERS, folder);

/** Folders of object XML beside the workspace's own, absolute. */
export const objectFolders = (): readonly string[] =>
  texts(Settings.OBJECTS_FOLDERS).filter((folder) => path.isAbsolute(folder));
