import type { Command } from 'commander';
import path from 'node:path';
import { startSimulatedDevices } from '../../host/simulation';
import { FAULT_HELP } from '../../simulator/fault';
import { ExitCodes, type ExitCode } from '../exit';
import { collectEarly } from '../heap';
import { aborted, untilInterrupted } from '../interruption';
import { collect, numberWithin, oneOf } from '../options';
import { harmless, type Output } from '../output';
import { loggerOf, basePortsOf } from '../session';

/** Options of `simulate`. */
export interface SimulateOptions {
  readonly json?: true;
  readonly verbose?: true;
  readonly server: string;
  readonly endpoint?: string;
  readonly count: number;
  readonly version?: string;
  readonly lifetime: number;
  readonly state?: string;
  readonly fault?: readonly string[];
  readonly queue?: true;
  readonly lwm2m: '1.0' | '1.1';
}

/** `simulate`: simulated devices until interrupted. */
export const simulateCommand = (command: Command): Command =>
  command
    .description('simulated devices until interrupted')
    .option('--json', 'stdout is JSON lines, one event a line')
    .option('--verbose', 'log to stderr')
    .option('--server <uri>', 'where to register', 'coap://127.0.0.1:5683')
    .option('--endpoint <name>', 'endpoint name; with --count, its beginning (default sim-1, sim-2, …)')
    .option('--count <n>', 'how many', numberWithin(1, 10_000, true), 1)
    .option('--version <version>', 'firmware version that runs at first (default 1.0.0)')
    .option('--lifetime <seconds>', 'registration lifetime', numberWithin(1, 31_536_000, true), 300)
    .option('--lwm2m <version>', '1.0 or 1.1', oneOf('1.0', '1.1'), '1.1')
    .option('--queue', 'queue mode: sleeps between its updates')
    .option('--state <dir>', 'keep each arrived image as a file here')
    .option('--fault <spec>', 'what goes wrong, from the list below; may be repeated', collect)
    .addHelpText('after', `\nFaults:\n${faultLines()}`)
    .addHelpText(
      'after',
      '\nExample:\n  lwm2m-workbench simulate --endpoint sim-1 --fault result=5 --fault loss=0.1',
    );

const faultLines = (): string => {
  const width = Math.max(...FAULT_HELP.map(([spec]) => spec.length));
  return FAULT_HELP.map(([spec, meaning]) => `  ${spec.padEnd(width)}  ${meaning}`).join('\n');
};

export function simulate(options: SimulateOptions, output: Output): Promise<ExitCode> {
  if (options.count === 1) collectEarly();
  return untilInterrupted(async (signal) => {
    const own = options.verbose ? { verbose: true as const } : {};
    // a server that refuses, or none that answers, is told: there is no other sign of it
    const told = (level: string) => level === 'error' || level === 'warn';
    const ports = basePortsOf(own, loggerOf(own, told));
    const simulation = await startSimulatedDevices(
      ports,
      {
        server: options.server,
        count: options.count,
        lifetime: options.lifetime,
        lwm2mVersion: options.lwm2m,
        queueMode: options.queue ?? false,
        faults: options.fault ?? [],
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        ...(options.version === undefined ? {} : { version: options.version }),
        ...(options.state === undefined ? {} : { imageFolder: path.resolve(options.state) }),
      },
      (event) => {
        const { kind, text, ...fields } = event;
        output.event(kind, fields, harmless(`${fields.endpoint}: ${text}`));
      },
    );
    try {
      await aborted(signal);
      return ExitCodes.DONE;
    } finally {
      await simulation.stop();
    }
  });
}
