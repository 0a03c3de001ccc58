import type { Command } from 'commander';
import path from 'node:path';
import { OperationError } from '../../base/errors';
import { findBuilds } from '../../firmware/builds';
import type { ImageFacts } from '../../firmware/image/facts';
import { inspectFile } from '../../host/inspectFile';
import { ExitCodes, type ExitCode } from '../exit';
import { withCommonOptions, type DeviceOptions } from '../options';
import { harmless, type Output } from '../output';
import { basePortsOf } from '../session';

/** `inspect`: what an image is. */
export const inspectCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description('what an image is')
    .argument('<file>')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench inspect build/app/zephyr/zephyr.signed.bin');

/** Prints an image's facts; exit code 1 for one that no device can take. */
export async function inspect(file: string, options: DeviceOptions, output: Output): Promise<ExitCode> {
  const ports = basePortsOf(options);
  const facts = await inspectFile(ports, path.resolve(file));
  output.event('image', { file, ...facts }, imageText(file, facts));
  if (facts.sendable) return ExitCodes.DONE;
  const [problem] = facts.problems;
  output.verdict(
    `${file} can't be sent: ${problem?.message ?? 'it is no update image'}.`,
    problem?.next ?? 'Name the signed .bin of the build.',
  );
  return ExitCodes.NO;
}

/** `images`: build outputs found below a folder. */
export const imagesCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description('build outputs found, newest first, the one that would be sent marked')
    .argument('[folder]', 'default: here')
    .addHelpText('after', '\nExample:\n  lwm2m-workbench images ~/work/my-app');

export async function images(folder: string, options: DeviceOptions, output: Output): Promise<ExitCode> {
  const ports = basePortsOf(options);
  const root = path.resolve(folder);
  if ((await ports.files.stat(root))?.kind !== 'folder')
    throw new OperationError('UNREADABLE', `${folder} is no folder`, {
      next: 'Name the folder of the project.',
    });
  const builds = await findBuilds(ports.files, root, ports.hash);
  for (const { file, build, modified, chosen, facts } of builds) {
    const mark = chosen ? '→' : ' ';
    output.event(
      'image',
      { file, ...facts, build, modified: Math.floor(modified), chosen },
      `${mark} ${imageText(file, facts)}`,
    );
  }
  if (builds.length === 0)
    output.message(
      `No build output below ${folder}: looked for build*/…/zephyr/zephyr.signed.bin, app_update.bin and ESP-IDF's build/<project>.bin.`,
    );
  return ExitCodes.DONE;
}

function imageText(file: string, facts: ImageFacts): string {
  const version = facts.version === undefined ? '' : `  ${harmless(facts.version)}`;
  const lines = [
    `${file}  ${facts.kind}${version}  ${facts.size} bytes  sha256 ${facts.sha256.slice(0, 16)}…${facts.sendable ? '' : '  not sendable'}`,
    ...facts.problems.map(
      ({ message, offset }) => `    ${message}${offset === undefined ? '' : ` (at byte ${offset})`}`,
    ),
  ];
  return lines.join('\n');
}
