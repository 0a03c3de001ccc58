import './heap';
import { Command, CommanderError } from 'commander';
import { completionScript } from './completion';
import { withDashValues } from './dashValues';
import { ExitCodes, type ExitCode } from './exit';
import { oneOf } from './options';
import { Output } from './output';
import { capture, captureCommand } from './commands/capture';
import {
  authorityCommand,
  deviceCommand,
  makeAuthority,
  makeDeviceCertificate,
  makeServerCertificate,
  serverCommand,
  showCertificate,
  showCommand,
} from './commands/certificates';
import {
  addCommand,
  addCredential,
  exportCommand,
  exportCredential,
  generateCommand,
  generateCredential,
  listCommand,
  listCredentials,
  removeCommand,
  removeCredential,
} from './commands/credentials';
import { devices, devicesCommand } from './commands/devices';
import { history, historyCommand } from './commands/history';
import { images, imagesCommand, inspect, inspectCommand } from './commands/images';
import { objects, objectsCommand } from './commands/objects';
import { lint, lintCommand } from './commands/lint';
import { observe, observeCommand } from './commands/observe';
import { operateCommand, operationCommands } from './commands/operations';
import { serve, serveCommand } from './commands/serve';
import { simulate, simulateCommand } from './commands/simulate';
import { update, updateCommand } from './commands/update';

/** What a command does with its words and options; the exit code is its verdict. */
type Action = (words: readonly string[], options: never, output: Output) => Promise<ExitCode>;

interface Entry {
  readonly declare: (command: Command) => Command;
  readonly run: Action;
}

/** A command of options alone. */
const withoutWords = <O>(
  declare: Entry['declare'],
  act: (options: O, output: Output) => Promise<ExitCode>,
): Entry => ({ declare, run: (_, options, output) => act(options as O, output) });

const entries: Readonly<Record<string, Entry>> = {
  serve: withoutWords(serveCommand, serve),
  devices: withoutWords(devicesCommand, devices),
  ...Object.fromEntries(
    Object.entries(operationCommands).map(([name, declare]): [string, Entry] => [
      name,
      { declare, run: (words, options, output) => operateCommand(name, words, options, output) },
    ]),
  ),
  observe: { declare: observeCommand, run: (words, options, output) => observe(words, options, output) },
  inspect: { declare: inspectCommand, run: ([file = ''], options, output) => inspect(file, options, output) },
  images: {
    declare: imagesCommand,
    run: ([folder = '.'], options, output) => images(folder, options, output),
  },
  update: { declare: updateCommand, run: ([file = ''], options, output) => update(file, options, output) },
  history: withoutWords(historyCommand, history),
  simulate: withoutWords(simulateCommand, simulate),
  capture: withoutWords(captureCommand, capture),
  objects: { declare: objectsCommand, run: ([id], options, output) => objects(id, options, output) },
  lint: { declare: lintCommand, run: lint },
  'credentials list': withoutWords(listCommand, listCredentials),
  'credentials add': withoutWords(addCommand, addCredential),
  'credentials generate': withoutWords(generateCommand, generateCredential),
  'credentials remove': withoutWords(removeCommand, removeCredential),
  'credentials export': withoutWords(exportCommand, exportCredential),
  'certificates authority': withoutWords(authorityCommand, makeAuthority),
  'certificates server': withoutWords(serverCommand, makeServerCertificate),
  'certificates device': withoutWords(deviceCommand, makeDeviceCertificate),
  'certificates show': withoutWords(showCommand, showCertificate),
};

/** Commands that are only the first of two words. */
const groups: Readonly<Record<string, (command: Command) => Command>> = {
  credentials: (command) =>
    command
      .description('keys and certificates of devices')
      .addHelpText('after', '\nExample:\n  lwm2m-workbench credentials generate --endpoint dev1'),
  certificates: (command) =>
    command
      .description('the local certificate authority and what it signs')
      .addHelpText('after', '\nExample:\n  lwm2m-workbench certificates server --host 192.0.2.1 --out certs'),
};

/** The command of a name of one or two words. */
function commandNamed(root: Command, name: string): Command {
  const [first = '', second] = name.split(' ');
  if (second === undefined) return root.command(first);
  const known = root.commands.find((one) => one.name() === first);
  const group = known ?? groups[first]?.(root.command(first)) ?? root.command(first);
  return group.command(second);
}

/** The program with all its commands; `finish` is told each command's exit code. */
function program(finish: (code: ExitCode) => void): Command {
  const root = new Command('lwm2m-workbench')
    .description('From a build to a verified firmware update on an LwM2M device.')
    .configureHelp({ showGlobalOptions: true });
  for (const [name, { declare, run }] of Object.entries(entries)) {
    declare(commandNamed(root, name)).action(async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command;
      const options = command.opts();
      const output = new Output(process, options['json'] === true);
      const words = command.args;
      try {
        finish(await run(words, options as never, output));
      } catch (error) {
        finish(output.failure(error));
      }
    });
  }
  root
    .command('completion')
    .description('shell completions, to be sourced')
    .argument('<shell>', 'bash, zsh or fish', oneOf('bash', 'zsh', 'fish'))
    .addHelpText('after', '\nExample:\n  source <(lwm2m-workbench completion bash)')
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      process.stdout.write(completionScript(root, shell));
      finish(ExitCodes.DONE);
    });
  return root;
}

/** Applies to a command and all below it. */
function everywhere(command: Command, change: (command: Command) => void): void {
  change(command);
  command.commands.forEach((inner) => everywhere(inner, change));
}

async function main(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCodes.DONE;
  const root = program((finished) => (code = finished));
  everywhere(root, (command) => command.exitOverride().configureOutput({ outputError: () => undefined }));
  try {
    await root.parseAsync(operandsApart(root, words), { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitCodes.DONE;
    const output = new Output(process, words.includes('--json'));
    const message =
      error.code === 'commander.help' ? 'no command is given' : error.message.replace(/^error: /, '');
    const next = `See \`lwm2m-workbench ${commandOf(words)}--help\`.`;
    if (output.json) output.event('error', { code: 'USAGE', message, next });
    output.verdict(message, next);
    return ExitCodes.USAGE;
  }
}

/** Commands whose operands are PATH VALUE pairs. */
const TAKES_VALUES: ReadonlySet<string> = new Set(['write', 'execute']);

function operandsApart(root: Command, [name = '', ...words]: readonly string[]): string[] {
  const command = TAKES_VALUES.has(name) ? root.commands.find((one) => one.name() === name) : undefined;
  return name === '' ? [] : [name, ...(command ? withDashValues(command, words) : words)];
}

/** The command that words begin with, of two words or one, and a blank; nothing where they begin with none. */
const commandOf = (words: readonly string[]): string =>
  [words.slice(0, 2).join(' '), words[0] ?? '']
    .filter((name) => Object.hasOwn(entries, name) || Object.hasOwn(groups, name))
    .map((name) => `${name} `)[0] ?? '';

/** Ends when stdout has taken everything: a pipe takes its time. */
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCodes.DONE);
  throw error;
});
