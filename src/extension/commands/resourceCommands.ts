import * as vscode from 'vscode';
import { isOperationError } from '../../base/errors';
import type { AnswerView } from '../../contract/device';
import type { ResourceView, Workbench } from '../../contract/workbench';
import { parsePath } from '../../objects/path';
import { valueFromText } from '../../objects/valueJson';
import type { ResourceType } from '../../objects/definition';
import { printableText } from '../../base/printableText';
import { Commands } from '../ids';
import { pathOfNode, resourceView, type DeviceNode } from '../model/deviceNodes';
import { plainWords } from '../model/plainWords';
import { safeName } from '../model/words';
import { showFailure, showWarning } from '../notify';
import type { Services } from '../services';

type Placed = Extract<DeviceNode, { endpoint: string; objectId: number }>;
type Resource = Extract<DeviceNode, { resourceId: number }>;

const isPlaced = (node: unknown): node is Placed =>
  typeof node === 'object' && node !== null && 'endpoint' in node && 'objectId' in node;
const isResource = (node: unknown): node is Resource => isPlaced(node) && 'resourceId' in node;

/** Registers the commands of rows of the devices' tree. */
export function registerResourceCommands(services: Services): vscode.Disposable[] {
  const { model } = services;
  const on = (id: string, act: (node: Placed, workbench: Workbench) => Promise<unknown>) =>
    vscode.commands.registerCommand(id, async (node: unknown) => {
      const workbench = services.connection.workbench;
      if (!isPlaced(node) || !workbench) return;
      try {
        await act(node, workbench);
      } catch (error) {
        if (!isOperationError(error, 'ABORTED')) await showFailure(error);
      }
    });
  return [
    on(Commands.RESOURCE_READ, (node) => model.read(node.endpoint, pathOfNode(node))),
    on(Commands.RESOURCE_WRITE, async (node, workbench) => {
      if (isResource(node)) await write(services, node, workbench);
    }),
    on(Commands.RESOURCE_EXECUTE, async (node, workbench) => {
      if (isResource(node)) await execute(services, node, workbench);
    }),
    on(Commands.RESOURCE_OBSERVE, async (node, workbench) => {
      const { endpoint } = node;
      const { answer, observation } = await asked(services, node, 'Observing', (signal) =>
        workbench.observe({ endpoint, paths: [pathOfNode(node)] }, signal),
      );
      if (observation === undefined) await tellRefusal(answer, 'observed');
      await model.noteObservations(endpoint);
    }),
    on(Commands.RESOURCE_STOP_OBSERVING, async (node, workbench) => {
      const observation = model.device(node.endpoint)?.observed.get(pathOfNode(node));
      if (observation !== undefined) await workbench.cancelObservation(observation);
      await model.noteObservations(node.endpoint);
    }),
    on(Commands.RESOURCE_COPY_PATH, async (node) => vscode.env.clipboard.writeText(pathOfNode(node))),
    on(Commands.RESOURCE_COPY_VALUE, async (node) => {
      const value = model.device(node.endpoint)?.values.get(pathOfNode(node))?.value;
      if (value !== undefined)
        await vscode.env.clipboard.writeText(typeof value === 'string' ? value : JSON.stringify(value));
    }),
    vscode.commands.registerCommand(Commands.DEVICE_COPY_NAME, async (node?: DeviceNode) => {
      if (node?.kind === 'device') await vscode.env.clipboard.writeText(node.endpoint);
    }),
    vscode.commands.registerCommand(Commands.DEVICE_REFRESH, async (node?: DeviceNode) => {
      if (node?.kind !== 'device') return;
      const reads = [...(model.device(node.endpoint)?.reads.keys() ?? [])];
      for (const path of reads) await model.read(node.endpoint, path);
    }),
  ];
}

/** An operation that may wait for a sleeping device: shown in the view, and cancellable where it takes long. */
function asked<T>(
  { model }: Services,
  { endpoint }: Placed,
  doing: string,
  work: (signal: AbortSignal) => Promise<T>,
): Thenable<T> {
  const view = model.device(endpoint)?.view;
  const asleep = view?.queueMode === true && !view.awake;
  return vscode.window.withProgress(
    {
      location: asleep ? vscode.ProgressLocation.Notification : { viewId: 'lwm2m.devices' },
      title: asleep
        ? plainWords(`${safeName(endpoint)} is asleep: ${doing.toLowerCase()} waits for it`)
        : doing,
      cancellable: asleep,
    },
    (_progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return work(controller.signal);
    },
  );
}

async function tellRefusal(answer: AnswerView, done: string): Promise<void> {
  const words = answer.diagnostic === undefined ? '' : ` It says: ${printableText(answer.diagnostic)}`;
  await showWarning(
    `${safeName(answer.endpoint)} did not let ${answer.path} be ${done}: ${answer.code}.${words}`,
  );
}

const isRefusal = ({ code }: AnswerView): boolean => !code.startsWith('2.');

function described({ model }: Services, node: Resource): ResourceView {
  return resourceView(model.device(node.endpoint)?.objects.get(node.objectId), node.resourceId);
}

async function write(services: Services, node: Resource, workbench: Workbench): Promise<void> {
  const path = pathOfNode(node);
  const resource = described(services, node);
  const known = services.model.device(node.endpoint)?.values.get(path);
  const type = (resource.type === '' ? known?.type : resource.type) as ResourceType | undefined;
  const title = `Write ${safeName(resource.name)} (${path}) of ${safeName(node.endpoint)}`;
  const text = await inputFor(resource, type, title, known?.value);
  if (text === undefined) return;
  const target =
    resource.multiple && node.kind === 'resource' && !path.match(/\/\d+\/\d+\/\d+\/\d+$/)
      ? { path: `${path}/0`, text }
      : { path, text };
  const answer = await asked(services, node, 'Writing', (signal) =>
    workbench.operate({ operation: 'write', endpoint: node.endpoint, values: [target] }, signal),
  );
  if (isRefusal(answer)) return tellRefusal(answer, 'written');
  // What the device made of it is what counts, not what was sent.
  if (resource.operations.includes('R')) await services.model.read(node.endpoint, path);
}

async function inputFor(
  resource: ResourceView,
  type: ResourceType | undefined,
  title: string,
  current: unknown,
): Promise<string | undefined> {
  if (type === 'boolean') {
    const picked = await vscode.window.showQuickPick(['true', 'false'], { title });
    return picked;
  }
  return vscode.window.showInputBox({
    title,
    prompt: plainWords(
      [
        type ?? 'a value',
        type === 'opaque' ? 'as base64' : type === 'time' ? 'as seconds since 1970' : '',
        resource.range === undefined ? '' : `range ${safeName(resource.range)}`,
        resource.units === undefined ? '' : `in ${safeName(resource.units)}`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    ),
    ...(typeof current === 'string' || typeof current === 'number' ? { value: String(current) } : {}),
    validateInput: (text) => {
      const value = valueFromText(text, type);
      return value.ok ? undefined : value.problem.message;
    },
  });
}

async function execute(services: Services, node: Resource, workbench: Workbench): Promise<void> {
  const path = pathOfNode(node);
  const parsed = parsePath(path);
  const resource = described(services, node);
  const name = `${safeName(resource.name)} (${path})`;
  if (parsed.ok && DRASTIC.has(`${node.objectId}/${node.resourceId}`)) {
    const chosen = await showWarning(
      `Execute ${name} on ${safeName(node.endpoint)}?`,
      { modal: true },
      'Execute',
    );
    if (chosen !== 'Execute') return;
  }
  const argument = await vscode.window.showInputBox({
    title: `Execute ${name} on ${safeName(node.endpoint)}`,
    prompt: "Arguments, if it takes any (0='text',1). Enter executes.",
    validateInput: (text) =>
      /^(|\d(='[^']*')?(,\d(='[^']*')?)*)$/.test(text) ? undefined : "Digits with values: 0='text',1",
  });
  if (argument === undefined) return;
  const answer = await asked(services, node, 'Executing', (signal) =>
    workbench.operate(
      {
        operation: 'execute',
        endpoint: node.endpoint,
        path,
        ...(argument === '' ? {} : { argument }),
      },
      signal,
    ),
  );
  if (isRefusal(answer)) return tellRefusal(answer, 'executed');
  vscode.window.setStatusBarMessage(`${name} executed: ${answer.code}`, 4000);
}

/** Executables that restart a device, wipe it or begin an update. */
const DRASTIC: ReadonlySet<string> = new Set(['3/4', '3/5', '5/2']);
