import './heap';
import { Command, CommanderError } from 'commander';
import { completionScript } from './completion';
import { withDashValues } from './dashValues';
import { ExitCodes, type ExitCode } from './exit';
import { oneOf } from './options';
import { Output } from './output';
import { devices, devicesCommand } from './commands/devices';
import { history, historyCommand } from './commands/history';
import { images, imagesCommand, inspect, inspectCommand } from './commands/images';
import { objects, objectsCommand } from './commands/objects';
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

const entries: Readonly<Record<string, Entry>> = {
  serve: { declare: serveCommand, run: (_, options, output) => serve(options, output) },
  devices: { declare: devicesCommand, run: (_, options, output) => devices(options, output) },
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
  history: { declare: historyCommand, run: (_, options, output) => history(options, output) },
  simulate: { declare: simulateCommand, run: (_, options, output) => simulate(options, output) },
  objects: { declare: objectsCommand, run: ([id], options, output) => objects(id, options, output) },
};

/** The program with all its commands; `finish` is told each command's exit code. */
function program(finish: (code: ExitCode) => void): Command {
  const root = new Command('lwm2m-workbench')
    .description('From a build to a verified firmware update on an LwM2M device.')
    .configureHelp({ showGlobalOptions: true });
  for (const [name, { declare, run }] of Object.entries(entries)) {
    declare(root.command(name)).action(async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command;
      const options = command.opts();
      const output = new Output(process, options['json'] === true);
      const words = command.args;
      finish(await run(words, options as never, output).catch((error: unknown) => output.failure(error)));
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
    output.verdict(/[.!?]$/.test(message) ? message : `${message}.`, next);
    return ExitCodes.USAGE;
  }
}

/** Commands whose operands are PATH VALUE pairs. */
const TAKES_VALUES: ReadonlySet<string> = new Set(['write', 'execute']);

function operandsApart(root: Command, [name = '', ...words]: readonly string[]): string[] {
  const command = TAKES_VALUES.has(name) ? root.commands.find((one) => one.name() === name) : undefined;
  return name === '' ? [] : [name, ...(command ? withDashValues(command, words) : words)];
}

const commandOf = ([first]: readonly string[]): string =>
  first !== undefined && Object.hasOwn(entries, first) ? `${first} ` : '';

/** Ends when stdout has taken everything: a pipe takes its time. */
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCodes.DONE);
  throw error;
});
