import path from 'node:path';
import type { Command } from 'commander';
import type { CaptureView, WorkbenchEvent } from '../../contract/workbench';
import { messageLine } from '../../trace/messageLine';
import { ExitCodes, type ExitCode } from '../exit';
import { aborted, untilInterrupted } from '../interruption';
import { numberWithin, withDeviceOptions, type DeviceOptions } from '../options';
import type { Output } from '../output';
import { serverGone, withRunning } from '../session';

/** Options of `capture`. */
export interface CaptureOptions extends DeviceOptions {
  readonly out: string;
  readonly endpoint?: string;
  readonly for?: number;
  readonly withSecrets?: true;
}

/** `capture`: the messages of a running server, decoded, and a file of them for Wireshark. */
export const captureCommand = (command: Command): Command =>
  withDeviceOptions(command)
    .description('live decoded trace of a running server, and a file for Wireshark')
    .requiredOption('--out <file.pcapng>', 'the file; one that is no capture is not written over')
    .option('--endpoint <name>', "one device's messages only")
    .option('--for <seconds>', 'end after this long', numberWithin(0.1, 1e7))
    .option('--with-secrets', 'put what decrypts the sessions into the file: whoever has it can read them')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench capture --out dev1.pcapng --endpoint dev1 --for 60');

/** Captures until interrupted (130), or `--for` has passed (0). */
export const capture = (options: CaptureOptions, output: Output): Promise<ExitCode> =>
  untilInterrupted((signal) =>
    withRunning(options, async (workbench) => {
      const early: WorkbenchEvent[] = [];
      let id: string | undefined;
      let begin: (capture: string) => void = () => undefined;
      const done = new Promise<ExitCode>((resolve, reject) => {
        const take = (event: WorkbenchEvent) => {
          if (event.kind === 'closed') reject(serverGone('Start it again; the file holds what came before.'));
          if (event.kind === 'captured' && event.capture === id)
            output.event(
              'message',
              event.message,
              `${clockTime(event.message.at)} ${messageLine(event.message)}`,
            );
        };
        workbench.onEvent((event) => (id === undefined ? void early.push(event) : take(event)));
        void aborted(signal).then(() => resolve(ExitCodes.INTERRUPTED));
        begin = (begun) => {
          id = begun;
          early.splice(0).forEach(take);
          if (options.for !== undefined) setTimeout(() => resolve(ExitCodes.DONE), options.for * 1000);
        };
      });
      // told where it is waited for, below
      done.catch(() => undefined);
      const file = path.resolve(options.out);
      const { capture: begun } = await workbench.startCapture({
        file,
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        ...(options.withSecrets ? { withSecrets: true } : {}),
      });
      output.event('capturing', {
        file,
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      });
      output.message(`Capturing ${options.endpoint ?? 'all devices'}. Stop with Ctrl-C.`);
      begin(begun);
      const exit = await done;
      const [what, next] = summary(await workbench.stopCapture(begun), options.withSecrets === true);
      output.verdict(exit === ExitCodes.INTERRUPTED ? `Interrupted. ${what}` : what, next);
      return exit;
    }),
  );

/** How many messages and where the file is; and who may see it. */
function summary(view: CaptureView, withSecrets: boolean): readonly [string, string] {
  const count = view.messages === 1 ? '1 message' : `${view.messages} messages`;
  const note = view.note === undefined ? '' : ` ${view.note}`;
  return [
    `${count}, ${view.size} bytes in ${view.file ?? ''}.${note}`,
    withSecrets
      ? 'The secrets are inside: give the file only to whom may read the sessions.'
      : 'The secrets are not inside: secured sessions stay unreadable without --with-secrets.',
  ];
}

/** `14:03:59.120`, in this machine's time zone. */
function clockTime(at: number): string {
  const time = new Date(at);
  const digits = (n: number, width = 2) => String(n).padStart(width, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) => digits(n)).join(':');
  return `${clock}.${digits(time.getMilliseconds(), 3)}`;
}
