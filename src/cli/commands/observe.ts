import type { Command } from 'commander';
import { ExitCodes, type ExitCode } from '../exit';
import { FAREWELL_MS, aborted, untilInterrupted, within } from '../interruption';
import { numberWithin, withDeviceOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { serverGone, withRunning } from '../session';
import { jsonText } from '../valueText';
import { endpointOf, printAnswer } from './operations';
import { OperationError } from '../../base/errors';
import { formatFromUser, pathFromUser } from '../../host/operate';
import type { WorkbenchEvent } from '../../contract/workbench';

/** Options of `observe`. */
export interface ObserveOptions extends DeviceOptions {
  readonly endpoint?: string;
  readonly format?: string;
  readonly for?: number;
  readonly count?: number;
}

/** `observe`: notifications until interrupted or done; the observation is cancelled at the end. */
export const observeCommand = (command: Command): Command =>
  withDeviceOptions(command)
    .description('observe; several paths make one Observe-Composite')
    .argument('<path...>')
    .option('--endpoint <name>', 'the device (default: the only one registered)')
    .option('--format <format>', 'insist on a content format')
    .option('--for <seconds>', 'end after this long', numberWithin(0.1, 1e7))
    .option('--count <n>', 'end after this many notifications', numberWithin(1, 1e9, true))
    .addHelpText('after', '\nExample:\n  lwm2m-workbench observe /3303/0/5700 --endpoint dev1 --count 3');

export const observe = async (
  paths: readonly string[],
  options: ObserveOptions,
  output: Output,
): Promise<ExitCode> => {
  paths.forEach(pathFromUser);
  if (options.format !== undefined) formatFromUser(options.format);
  return untilInterrupted((signal) =>
    withRunning(options, async (workbench) => {
      const endpoint = await endpointOf(workbench, options.endpoint);
      const early: WorkbenchEvent[] = [];
      let observation: string | undefined;
      let seen = 0;
      let begin: (id: string) => void = () => undefined;
      const done = new Promise<ExitCode>((resolve, reject) => {
        const take = (event: WorkbenchEvent) => {
          if (event.kind === 'closed') reject(serverGone());
          if (event.kind === 'observationEnded' && event.observation === observation)
            reject(
              new OperationError('OBSERVATION_ENDED', `The observation ended: ${event.reason}`, {
                next: 'Observe again once the device is registered.',
              }),
            );
          if (event.kind !== 'report' || event.report.observation !== observation) return;
          if (options.count !== undefined && seen >= options.count) return;
          const { values, at } = event.report;
          const text = values.map(({ path, value }) => `${path} = ${jsonText(value)}`).join(', ');
          output.event('notify', { endpoint, values, at }, `${harmless(endpoint)}: ${text}`);
          seen += 1;
          if (seen === options.count) resolve(ExitCodes.DONE);
        };
        workbench.onEvent((event) => (observation === undefined ? void early.push(event) : take(event)));
        void aborted(signal).then(() => resolve(ExitCodes.INTERRUPTED));
        begin = (id) => {
          observation = id;
          early.splice(0).forEach(take);
          if (options.for !== undefined) setTimeout(() => resolve(ExitCodes.DONE), options.for * 1000);
        };
      });
      const format = options.format === undefined ? {} : { format: options.format };
      const granted = await workbench.observe({ endpoint, paths, ...format }, signal);
      const code = printAnswer(granted.answer, output);
      if (granted.observation === undefined) {
        if (code === ExitCodes.DONE)
          output.verdict('The device answered but granted no observation.', 'Read it instead.');
        return ExitCodes.NO;
      }
      begin(granted.observation);
      const exit = await done;
      const cancelled = await within(
        FAREWELL_MS,
        workbench.cancelObservation(granted.observation).then(
          () => true,
          () => false,
        ),
      );
      if (exit === ExitCodes.INTERRUPTED)
        output.verdict(
          'Interrupted.',
          cancelled === true
            ? 'The observation is cancelled: observe again to go on.'
            : 'The device has not answered its cancellation: it may go on notifying until it restarts.',
        );
      return exit;
    }),
  );
};
