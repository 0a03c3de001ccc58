import { Option, type Command } from 'commander';
import { OperationError } from '../../base/errors';
import { toBase64 } from '../../base/bytes';
import type { JsonValue } from '../../base/json';
import type { AnswerView, OperationRequest, WriteValue } from '../../contract/device';
import type { Workbench } from '../../contract/workbench';
import { formatFromUser, pathFromUser } from '../../host/operate';
import { parsePath } from '../../objects/path';
import { nodeFileReader } from '../../storage/fileReader';
import { ExitCodes, type ExitCode } from '../exit';
import { untilInterrupted } from '../interruption';
import { withDeviceOptions, type DeviceOptions } from '../options';
import type { Output } from '../output';
import { withRunning } from '../session';
import { answerText } from '../valueText';

/** Options of one operation on one device. */
export interface OperationOptions extends DeviceOptions {
  readonly endpoint?: string;
  readonly format?: string;
  readonly value?: string;
  readonly file?: string;
  readonly replace?: true;
  readonly update?: true;
}

/** Longest file that `write --file` sends: a value is no firmware image, `update` sends those. */
const LONGEST_VALUE = 16 * 1024 * 1024;

const operation = (command: Command, description: string, example: string): Command =>
  withDeviceOptions(command)
    .description(description)
    .option('--endpoint <name>', 'the device (default: the only one registered)')
    .option(
      '--format <format>',
      'insist on text, opaque, cbor, link, tlv, senml-json, senml-cbor, json, lwm2m-cbor',
    )
    .addHelpText('after', `\nExample:\n  lwm2m-workbench ${example}`);

/** Declares `read`, `write`, `execute`, `create`, `delete`, `discover`, `attributes`. */
export const operationCommands: Readonly<Record<string, (command: Command) => Command>> = {
  read: (command) =>
    operation(command, 'read; several paths make one Read-Composite', 'read /3/0/3 --endpoint dev1').argument(
      '<path...>',
    ),
  write: (command) =>
    operation(
      command,
      'write a resource, or partially update an instance; several PATH VALUE pairs make one Write-Composite',
      'write /1/0/1 300 --endpoint dev1',
    )
      .argument('<path>')
      .argument('[value...]')
      .option('--file <file>', 'write the bytes of a file')
      .option('--value <json>', 'the value as JSON; an instance keyed by resource ID')
      .addOption(new Option('--replace', 'replace the whole (PUT)').conflicts('update'))
      .option('--update', 'update partially (POST)'),
  execute: (command) =>
    operation(command, "execute; arguments as 0='x',1", 'execute /3/0/4 --endpoint dev1')
      .argument('<path>')
      .argument('[args]'),
  create: (command) =>
    operation(command, 'create an instance', `create /19 --value '{"0":{"0":"AQID"}}' --endpoint dev1`)
      .argument('<path>')
      .requiredOption('--value <json>', 'the instance, keyed by resource ID'),
  delete: (command) =>
    operation(command, 'delete an instance', 'delete /19/1 --endpoint dev1').argument('<path>'),
  discover: (command) =>
    operation(command, 'what is below a path, with its attributes', 'discover /3 --endpoint dev1').argument(
      '<path>',
    ),
  attributes: (command) =>
    operation(
      command,
      'write attributes; NAME= unsets one',
      'attributes /3303/0/5700 pmin=1 pmax=60 --endpoint dev1',
    )
      .argument('<path>')
      .argument('<name=value...>'),
};

/** The device named, or the only one there is. Throws `NO_DEVICE`, `WHICH_DEVICE`. */
export async function endpointOf(workbench: Workbench, named: string | undefined): Promise<string> {
  const all = (await workbench.devices()).map((device) => device.endpoint);
  if (named !== undefined) {
    if (all.includes(named)) return named;
    throw new OperationError('NO_DEVICE', `No device ${named} is registered`, {
      next:
        all.length === 0
          ? 'None is: start it, or look with `devices`.'
          : `Registered: ${all.slice(0, 10).join(', ')}.`,
    });
  }
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  throw all.length === 0
    ? new OperationError('NO_DEVICE', 'No device is registered', { next: 'Start one, or try `simulate`.' })
    : new OperationError('WHICH_DEVICE', `${all.length} devices are registered`, {
        next: `Name one with --endpoint: ${all.slice(0, 10).join(', ')}.`,
      });
}

function jsonOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new OperationError('USAGE', `--value ${JSON.stringify(text.slice(0, 80))} is no JSON`, {
      cause,
      next: 'Quote it for the shell: --value \'{"0":1}\'.',
    });
  }
}

async function writesOf(words: readonly string[], options: OperationOptions): Promise<readonly WriteValue[]> {
  const [path = '', ...values] = words;
  const given = [values.length > 0, options.file !== undefined, options.value !== undefined];
  if (given.filter(Boolean).length !== 1)
    throw new OperationError('USAGE', 'One value is needed', {
      next: 'Give VALUE, --file FILE or --value JSON.',
    });
  if (options.value !== undefined) return [{ path, json: jsonOf(options.value) }];
  if (options.file !== undefined) {
    const bytes = await nodeFileReader.readAll(options.file, LONGEST_VALUE);
    if (!bytes.ok)
      throw new OperationError('UNREADABLE', `${options.file} can't be read: ${bytes.problem.message}`, {
        next: 'Name a file that this user can read.',
      });
    return [{ path, base64: toBase64(bytes.value) }];
  }
  if (words.length % 2 !== 0)
    throw new OperationError('USAGE', 'A path stands without a value', {
      next: 'Write PATH VALUE PATH VALUE….',
    });
  const pairs: WriteValue[] = [];
  for (let at = 0; at < words.length; at += 2)
    pairs.push({ path: words[at] ?? '', text: words[at + 1] ?? '' });
  if (pairs.length > 1 && options.replace)
    throw new OperationError('USAGE', 'A Write-Composite replaces nothing', {
      next: 'Leave --replace out, or write one path after the other.',
    });
  return pairs;
}

type WithoutDevice<T> = T extends unknown ? Omit<T, 'endpoint' | 'format'> : never;

async function requestOf(
  name: string,
  words: readonly string[],
  options: OperationOptions,
): Promise<WithoutDevice<OperationRequest>> {
  const [path = ''] = words;
  switch (name) {
    case 'read':
      return { operation: 'read', paths: words };
    case 'write': {
      const mode = options.replace ? 'replace' : options.update ? 'update' : undefined;
      return {
        operation: 'write',
        values: await writesOf(words, options),
        ...(mode === undefined ? {} : { mode }),
      };
    }
    case 'execute':
      return { operation: 'execute', path, ...(words[1] === undefined ? {} : { argument: words[1] }) };
    case 'create':
      return { operation: 'create', path, value: jsonOf(options.value ?? '') };
    case 'attributes':
      return { operation: 'attributes', path, attributes: attributesOf(words.slice(1)) };
    case 'delete':
    case 'discover':
      return { operation: name, path };
    default:
      throw new OperationError('USAGE', `${name} is no operation`);
  }
}

function attributesOf(pairs: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const match = /^([a-z]+)=(.*)$/.exec(pair);
      if (!match)
        throw new OperationError('USAGE', `${JSON.stringify(pair)} is no attribute`, {
          next: 'Write it as pmin=10.',
        });
      return [match[1] ?? '', match[2] === '' ? null : (match[2] ?? null)];
    }),
  );
}

function pathsOf(request: WithoutDevice<OperationRequest>): readonly string[] {
  if ('paths' in request) return request.paths;
  return 'values' in request ? request.values.map((write) => write.path) : [request.path];
}

/** What a definition says against an operation: told on stderr, the device is asked all the same. */
async function warnings(
  workbench: Workbench,
  endpoint: string,
  request: WithoutDevice<OperationRequest>,
): Promise<readonly string[]> {
  const needed = { read: 'R', write: 'W', execute: 'E' }[request.operation as string];
  const told: string[] = [];
  for (const text of pathsOf(request)) {
    const path = parsePath(text);
    if (!path.ok || path.value.objectId === undefined) continue;
    const definition = await workbench.definition(path.value.objectId, endpoint);
    if (!definition) told.push(`object ${path.value.objectId} is unknown; the value's type is guessed`);
    if (!definition || path.value.resourceId === undefined) continue;
    const resource = definition.resources.find(({ id }) => id === path.value.resourceId);
    if (!resource)
      told.push(`${definition.name} ${definition.version} defines no resource ${path.value.resourceId}`);
    else if (needed !== undefined && !resource.operations.includes(needed))
      told.push(`${resource.name} (${text}) is defined as ${resource.operations || 'for bootstrap only'}`);
  }
  return told;
}

/** Does one operation and prints its answer; a refusal is an answer too, with exit code 1. */
export async function operateCommand(
  name: string,
  words: readonly string[],
  options: OperationOptions,
  output: Output,
): Promise<ExitCode> {
  const request = await requestOf(name, words, options);
  if (options.format !== undefined) formatFromUser(options.format);
  pathsOf(request).forEach(pathFromUser);
  return untilInterrupted((signal) =>
    withRunning(options, async (workbench) => {
      const endpoint = await endpointOf(workbench, options.endpoint);
      for (const warning of await warnings(workbench, endpoint, request))
        output.message(`warning: ${warning}`);
      const format = options.format === undefined ? {} : { format: options.format };
      const answer = await workbench.operate({ ...request, ...format, endpoint }, signal);
      return printAnswer(answer, output);
    }),
  );
}

/** Prints an answer; the exit code tells whether it was a yes. */
export function printAnswer(answer: AnswerView, output: Output): ExitCode {
  const { problems, size: _size, diagnostic, ...rest } = answer;
  output.event(
    'answer',
    { ...rest, format: rest.format ?? null, ...(diagnostic === undefined ? {} : { diagnostic }) },
    answerText(answer),
  );
  for (const text of problems) output.message(`warning: ${text}`);
  if (answer.code.startsWith('2.')) return ExitCodes.DONE;
  output.verdict(
    `${answer.endpoint} refused ${answer.path} with ${answer.code}${diagnostic === undefined ? '' : ` (${diagnostic})`}.`,
    refusalHint(answer.code),
  );
  return ExitCodes.NO;
}

/** What a refusal usually asks of the user (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3, response codes). */
function refusalHint(code: string): string {
  switch (code) {
    case '4.01':
      return 'The device grants this server no access to it.';
    case '4.04':
      return 'The device has no such path: look with `discover`.';
    case '4.05':
      return 'The device does not allow this operation on it.';
    case '4.06':
    case '4.15':
      return 'Try another --format, or none to let the formats be negotiated.';
    default:
      return 'The device rejected the request: check the value and its type.';
  }
}
