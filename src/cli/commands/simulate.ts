import type { Command } from 'commander';
import path from 'node:path';
import { OperationError } from '../../base/errors';
import type { SimulateSecurity } from '../../host/simulatedSecurity';
import { startSimulatedDevices } from '../../host/simulation';
import { storedCertifiedKey } from '../../security/authorityStore';
import { deviceOwnFrom } from '../../security/deviceKey';
import { parseCertificate } from '../../security/publicMaterial';
import { FAULT_HELP } from '../../simulator/fault';
import { ExitCodes, type ExitCode } from '../exit';
import { collectEarly } from '../heap';
import { aborted, untilInterrupted } from '../interruption';
import { collect, numberWithin, oneOf } from '../options';
import { harmless, type Output } from '../output';
import { orUsage, secretsOf, smallFile, withCredentialsOption } from '../secrets';
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
  readonly credentials?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
}

/** `simulate`: simulated devices until interrupted. */
export const simulateCommand = (command: Command): Command =>
  withCredentialsOption(command)
    .description('simulated devices until interrupted')
    .option('--json', 'stdout is JSON lines, one event a line')
    .option('--verbose', 'log to stderr')
    .option(
      '--server <uri>',
      'where to register: coap, coaps, coap+tcp or coaps+tcp, an IP address and a port',
      'coap://127.0.0.1:5683',
    )
    .option('--ca <pem>', "authority that signs servers' certificates (default: this user's own)")
    .option('--certificate <pem>', "the device's certificate, in place of a stored key")
    .option('--private-key <pem>', 'the key of --certificate; alone, a raw public key is presented')
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
      '\nExamples:\n  lwm2m-workbench simulate --endpoint sim-1 --fault result=5 --fault loss=0.1' +
        '\n  lwm2m-workbench simulate --server coaps://127.0.0.1:5684 --endpoint sim-1 --fault rebind=40',
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
        security: await securityOf(options),
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

/** Keys and trust of the command line; what is no file of its own is this user's. */
async function securityOf(options: SimulateOptions): Promise<SimulateSecurity> {
  const { credentials, ca, certificate, privateKey } = options;
  // `--state` is where images go here, not where keys are
  const secrets = secretsOf(credentials === undefined ? {} : { credentials });
  if (certificate !== undefined && privateKey === undefined)
    throw new OperationError('USAGE', '--certificate is given without its key', {
      next: 'Add --private-key PEM.',
    });
  const own =
    privateKey === undefined
      ? undefined
      : orUsage(
          deviceOwnFrom(
            await smallFile(privateKey),
            certificate === undefined ? undefined : await smallFile(certificate),
          ),
          'Give an EC P-256 key in PEM, and the certificate that was made for it.',
        );
  const authority =
    ca === undefined
      ? (await storedCertifiedKey(secrets.authority).get())?.certificate
      : orUsage(parseCertificate(await smallFile(ca)), "Name the certificate of the servers' authority.");
  return { credentials: secrets.credentials, authority, ...(own ? { own } : {}) };
}
