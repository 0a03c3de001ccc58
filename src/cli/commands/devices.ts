import type { Command } from 'commander';
import type { DeviceView } from '../../contract/device';
import { ExitCodes, type ExitCode } from '../exit';
import { withDeviceOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { withRunning } from '../session';

/** `devices`: the registered devices. */
export const devicesCommand = (command: Command): Command =>
  withDeviceOptions(command)
    .description('registered devices')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench devices --json');

export const devices = (options: DeviceOptions, output: Output): Promise<ExitCode> =>
  withRunning(options, async (workbench) => {
    const all = await workbench.devices();
    for (const device of all) output.event('device', device, deviceLine(device));
    if (all.length === 0) {
      const { listening } = await workbench.status();
      output.message(
        `No device is registered. Point one at ${listening.filter((uri) => uri.startsWith('coap')).join(' or ')}.`,
      );
    }
    return ExitCodes.DONE;
  });

/** One device on a line. */
export function deviceLine(device: DeviceView): string {
  const asleep = device.awake ? '' : `  asleep, ${device.queued} waiting`;
  return `${harmless(device.endpoint)}  ${device.address}  LwM2M ${harmless(device.lwm2m)}  lifetime ${device.lifetime} s${asleep}`;
}
