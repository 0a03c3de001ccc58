import type { Command } from 'commander';
import type { WorkbenchEvent } from '../../contract/workbench';
import { startHost, type WorkbenchHost } from '../../host/workbenchHost';
import { parseListenUri } from '../../host/listenUri';
import { controlPath } from '../../storage/controlPath';
import { ExitCodes, type ExitCode } from '../exit';
import { tellHandshake } from '../handshakeText';
import { aborted, untilInterrupted } from '../interruption';
import { collect, withDeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { withCredentialsOption, type SecretOptions } from '../secrets';
import { controlOf, loggerOf, objectFolders, portsOf } from '../session';
import { stateFolderOf } from '../stateFolder';
import { jsonText } from '../valueText';

/** Options of `serve`. */
export interface ServeOptions extends SecretOptions {
  readonly listen?: readonly string[];
  readonly objects?: readonly string[];
}

/** Where a server listens that was told nothing: loopback only. */
const DEFAULT_LISTEN: readonly string[] = ['coap://127.0.0.1:5683', 'http://127.0.0.1:0'];
/** And this too, once there is a key. */
const DEFAULT_SECURED: readonly string[] = ['coaps://127.0.0.1:5684'];

/** `serve`: LwM2M server and firmware server until interrupted. */
export const serveCommand = (command: Command): Command =>
  withCredentialsOption(withDeviceOptions(command))
    .description('LwM2M server and firmware server until interrupted')
    .option('--listen <uri>', 'listen here instead of the defaults; may be repeated', collect)
    .option('--objects <dir>', 'a folder of object XML of your own; may be repeated', collect)
    .addHelpText('after', '\nExample:\n  lwm2m-workbench serve --listen coap://192.168.1.20:5683 --json');

/** Runs a server of this process; used by `update` too. */
export async function ownServer(options: ServeOptions, owner: 'serve' | 'update'): Promise<WorkbenchHost> {
  const listen = (options.listen ?? DEFAULT_LISTEN).map(parseListenUri);
  let starting = true;
  // what is wrong with the user's own files is told once, before there is anybody to send an event to
  const told = (level: string) => level === 'error' || (starting && level === 'warn');
  const ports = await portsOf(options, loggerOf(options, told));
  const host = await startHost(ports, {
    owner,
    control: controlsOf(options),
    listen,
    securedListen: options.listen === undefined ? DEFAULT_SECURED.map(parseListenUri) : [],
    objectFolders: await objectFolders(ports, options.objects),
  });
  starting = false;
  return host;
}

/** The socket asked for; without one the state folder's, or one beside it where another server answers there. */
function controlsOf(options: ServeOptions): readonly string[] {
  const folder = stateFolderOf(options);
  const asked = controlOf(options);
  return asked === undefined ? [controlPath(folder), controlPath(folder, `-${process.pid}`)] : [asked];
}

export async function serve(options: ServeOptions, output: Output): Promise<ExitCode> {
  return untilInterrupted(async (signal) => {
    const host = await ownServer(options, 'serve');
    try {
      const status = await host.workbench.status();
      host.workbench.onEvent((event) => tell(event, output));
      output.event(
        'ready',
        { listening: status.listening, control: status.control },
        `Listening on ${status.listening.join(', ')}\nControl socket ${status.control}\nStop with Ctrl-C.`,
      );
      await aborted(signal);
      return ExitCodes.DONE;
    } finally {
      await host.close();
    }
  });
}

function tell(event: WorkbenchEvent, output: Output): void {
  switch (event.kind) {
    case 'registered':
    case 'updated': {
      const { device } = event;
      output.event(event.kind, device, `${event.kind} ${harmless(device.endpoint)} at ${device.address}`);
      return;
    }
    case 'deregistered':
    case 'expired':
      output.event(event.kind, { endpoint: event.endpoint }, `${event.kind} ${harmless(event.endpoint)}`);
      return;
    case 'report': {
      const { endpoint, kind, values, at } = event.report;
      const text = values.map(({ path, value }) => `${path} = ${jsonText(value)}`).join(', ');
      output.event(kind, { endpoint, values, at }, `${kind} ${harmless(endpoint)}: ${text}`);
      return;
    }
    case 'handshake':
      return tellHandshake(event.handshake, output);
    case 'listening':
      return output.message(`Now listening on ${event.uri} too.`);
    case 'warning': {
      const { endpoint, message } = event;
      output.event(
        'warning',
        { ...(endpoint === undefined ? {} : { endpoint }), message },
        `warning: ${harmless(message)}`,
      );
      return;
    }
    default:
      return;
  }
}
