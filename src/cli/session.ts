import { OperationError, isOperationError } from '../base/errors';
import type { Logger } from '../base/log';
import type { Workbench } from '../contract/workbench';
import { joinServer } from '../host/control/joinServer';
import { basePorts, nodePorts } from '../host/nodePorts';
import type { BasePorts, HostPorts } from '../host/ports';
import { controlPath } from '../storage/controlPath';
import type { DeviceOptions } from './options';
import { harmless } from './output';
import { secretsOf, type SecretOptions } from './secrets';
import { stateFolderOf } from './stateFolder';
import path from 'node:path';

/** Log lines on stderr: all with `--verbose`, those of `always` otherwise. */
export const loggerOf = (
  options: DeviceOptions,
  always: (level: string) => boolean = (level) => level === 'error',
): Logger => ({
  log: (level, message) => {
    if (options.verbose || always(level)) process.stderr.write(`${level} ${harmless(message)}\n`);
  },
});

/** The control socket of `--control`: absolute, or a named pipe of Windows. */
export const controlOf = ({ control }: DeviceOptions): string | undefined =>
  control === undefined || control.startsWith('\\\\') ? control : path.resolve(control);

const installation = {
  registryFile: path.join(__dirname, '..', 'media', 'registry', 'objects.json'),
  pid: process.pid,
};

/** The outside world for a command that keeps nothing: no state folder is made for it. */
export const basePortsOf = (options: DeviceOptions, log = loggerOf(options)): BasePorts =>
  basePorts({ ...installation, log });

/** The outside world for a command that shares the state folder. */
export const portsOf = (options: SecretOptions, log = loggerOf(options)): Promise<HostPorts> =>
  nodePorts({ ...installation, log, stateFolder: stateFolderOf(options), secrets: secretsOf(options) });

/** The folders of `--objects`, absolute. Throws `UNREADABLE` for one that is none. */
export async function objectFolders(
  ports: Pick<HostPorts, 'files'>,
  folders: readonly string[] = [],
): Promise<readonly string[]> {
  for (const folder of folders) {
    if ((await ports.files.stat(path.resolve(folder)))?.kind === 'folder') continue;
    throw new OperationError('UNREADABLE', `${folder} is no folder`, {
      next: 'Name a folder with object XML, or leave --objects out.',
    });
  }
  return folders.map((folder) => path.resolve(folder));
}

/** A workbench in use by a command; `leave` lets go of it. */
export interface Session {
  readonly workbench: Workbench;
  leave(): Promise<void>;
}

/** The server at the other end of the control socket has ended. */
export const serverGone = (next = 'Start it again.'): OperationError =>
  new OperationError('SERVER_GONE', 'The server has ended', { next });

/** The running server, or `undefined` where none answers. With `--control` given, one must: throws `NO_SERVER`. */
export async function joinRunning(options: DeviceOptions): Promise<Session | undefined> {
  const address = controlOf(options) ?? controlPath(stateFolderOf(options));
  try {
    return await joinServer(address);
  } catch (error) {
    if (options.control === undefined && isOperationError(error, 'NO_SERVER')) return undefined;
    throw error;
  }
}

/** Joins the running server, does `work` with it and leaves. Throws `NO_SERVER` where there is none. */
export async function withRunning<T>(
  options: DeviceOptions,
  work: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const session = await joinRunning(options);
  if (!session) {
    throw new OperationError('NO_SERVER', 'No LwM2M Workbench server of this user is running', {
      next: 'Start one with `lwm2m-workbench serve` or in the editor, or name its socket with --control.',
    });
  }
  try {
    return await work(session.workbench);
  } finally {
    await session.leave();
  }
}
