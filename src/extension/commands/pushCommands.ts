import path from 'node:path';
import * as vscode from 'vscode';
import { OperationError } from '../../base/errors';
import type { DeviceView } from '../../contract/device';
import type { ImageFacts } from '../../firmware/image/facts';
import { FIRMWARE_UPDATE } from '../../fota/abilities';
import { missingObject } from '../../fota/refusal';
import type { Workbench } from '../../contract/workbench';
import { printableText } from '../../base/printableText';
import { Commands } from '../ids';
import { buildFactsText, buildRemarks, canBePushed, type FoundBuild } from '../model/buildRows';
import type { DeviceNode } from '../model/deviceNodes';
import { choosePush } from '../model/pushChoice';
import { runMarkdown } from '../model/runMarkdown';
import { agoText, safeName } from '../model/words';
import { showFailure, showInformation, showWarning } from '../notify';
import type { Services } from '../services';
import { updateSettings } from '../settings';
import { boardsFirst } from '../model/reachableUris';

/** Registers the commands about updates. */
export function registerPushCommands(services: Services): vscode.Disposable[] {
  const guarded = (id: string, act: (...given: unknown[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(id, async (...given: unknown[]) => {
      try {
        await act(...given);
      } catch (error) {
        await showFailure(error);
      }
    });
  return [
    guarded(Commands.UPDATE_PUSH, (given) => push(services, givenOf(given))),
    guarded(Commands.UPDATE_PUSH_AGAIN, () => pushAgain(services)),
    guarded(Commands.UPDATE_PUSH_FILE, (given) => pushFile(services, givenOf(given))),
    guarded(Commands.UPDATE_CANCEL, (given) => cancel(services, given)),
    guarded(Commands.UPDATE_OPEN, (given) => openRun(services, given)),
    guarded(Commands.UPDATE_COPY, async (given) => {
      const id = runIdOf(given);
      const record = id === undefined ? undefined : await services.runs.run(id);
      if (!record) return;
      await vscode.env.clipboard.writeText(runMarkdown(record));
      vscode.window.setStatusBarMessage('Update copied as Markdown', 4000);
    }),
  ];
}

interface Given {
  readonly endpoint?: string;
  readonly file?: string;
  /** Another build than the likeliest is wanted: the user picks. */
  readonly pick?: boolean;
}

/** What the row or file that a command was called on says. */
function givenOf(given: unknown): Given {
  if (given instanceof vscode.Uri) return { file: given.fsPath };
  if (typeof given !== 'object' || given === null) return {};
  if ('kind' in given && given.kind === 'device')
    return { endpoint: (given as DeviceNode & Given).endpoint ?? '', pick: 'pick' in given };
  if ('file' in given && typeof given.file === 'string') return { file: given.file };
  return {};
}

const runIdOf = (given: unknown): string | undefined => {
  if (typeof given === 'string') return given;
  return typeof given === 'object' && given !== null && 'id' in given && typeof given.id === 'string'
    ? given.id
    : undefined;
};

/** Push Build to Device: nothing is asked where nothing is open, else two picks. */
async function push(services: Services, given: Given): Promise<void> {
  const workbench = await services.running();
  if (!workbench) return;
  const [devices, builds] = await Promise.all([
    workbench.devices(),
    given.file === undefined ? services.builds.found(true) : Promise.resolve([]),
  ]);
  const choice = choosePush(devices, builds, given, services.lastPush.get());
  switch (choice.kind) {
    case 'go':
      if (given.pick) {
        const file = await pickBuild(services, builds.filter(canBePushed), choice.endpoint);
        return file === undefined ? undefined : start(services, workbench, choice.endpoint, file);
      }
      return start(services, workbench, choice.endpoint, choice.file);
    case 'noDevice':
      return tellNoDevice(services);
    case 'noBuild':
      return tellNoBuild(services, given, choice.refused);
    case 'ask': {
      const device =
        choice.devices.length === 1 ? choice.devices[0] : await pickDevice(services, choice.devices);
      if (!device) return;
      const file =
        given.file ??
        (choice.builds.length === 1
          ? choice.builds[0]?.file
          : await pickBuild(services, choice.builds, device.endpoint));
      if (file !== undefined) await start(services, workbench, device.endpoint, file);
    }
  }
}

async function pickDevice(
  services: Services,
  devices: readonly DeviceView[],
): Promise<DeviceView | undefined> {
  const now = Date.now();
  const items = devices.map((device) => {
    const version = services.model.version(device.endpoint);
    const asleep = device.queueMode && !device.awake;
    return {
      label: safeName(device.endpoint),
      description: [version === undefined ? '' : safeName(version), device.simulated ? 'simulated' : '']
        .filter((part) => part !== '')
        .join(' · '),
      detail: `${asleep ? 'asleep, ' : ''}seen ${agoText(device.lastSeen, now)} at ${device.address}`,
      device,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Push Build to Device',
    placeHolder: 'Which device?',
    matchOnDescription: true,
  });
  return picked?.device;
}

async function pickBuild(
  services: Services,
  builds: readonly FoundBuild[],
  endpoint: string,
): Promise<string | undefined> {
  const now = Date.now();
  const version = services.model.version(endpoint);
  const items = builds.map((build) => ({
    label: safeName(build.name),
    description: buildFactsText(build, now),
    detail: [build.shownPath, ...buildRemarks(build, version === undefined ? [] : [version])].join(' · '),
    file: build.file,
  }));
  const other = { label: '$(folder-opened) Choose a File…', alwaysShow: true };
  const picked = await vscode.window.showQuickPick([...items, other], {
    title: `Push Build to ${safeName(endpoint)}`,
    placeHolder: 'Which build?',
    matchOnDetail: true,
  });
  if (picked === undefined) return undefined;
  return 'file' in picked ? picked.file : openFile();
}

async function tellNoDevice(services: Services): Promise<void> {
  const simulate = 'Start a Simulated Device';
  const nothing = 'Nothing Arrives?';
  const uri = boardsFirst(services.status()?.listening ?? []).find((one) => one.startsWith('coap'));
  const chosen = await showWarning(
    `No device is registered${uri === undefined ? '' : ` at ${uri}`}.`,
    simulate,
    nothing,
  );
  if (chosen === simulate) await vscode.commands.executeCommand(Commands.SIMULATOR_START);
  if (chosen === nothing) await vscode.commands.executeCommand(Commands.ARRIVALS_SHOW);
}

async function tellNoBuild(services: Services, given: Given, refused: readonly FoundBuild[]): Promise<void> {
  const choose = 'Choose a File…';
  const [first] = refused;
  const why = first ? (first.notForTheAir ?? first.facts?.problems[0]?.message) : undefined;
  const chosen = await showWarning(
    first
      ? `No build can be sent: ${first.shownPath}${why === undefined ? '' : `: ${printableText(why)}`}.`
      : 'No build was found in this workspace.',
    choose,
  );
  if (chosen === choose) await pushFile(services, given);
}

async function pushFile(services: Services, given: Given): Promise<void> {
  const file = given.file ?? (await openFile());
  if (file !== undefined) await push(services, { ...given, file });
}

async function openFile(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Push File to Device',
      openLabel: 'Push',
      filters: { 'Firmware images': ['bin', 'zip', 'hex'], 'All files': ['*'] },
      ...(folder ? { defaultUri: folder } : {}),
    })) ?? [];
  return file?.fsPath;
}

/** The same file to the same device again; never to another one. */
async function pushAgain(services: Services): Promise<void> {
  const last = services.lastPush.get();
  if (!last) return push(services, {});
  const workbench = await services.running();
  if (!workbench) return;
  if (!(await workbench.devices()).some(({ endpoint }) => endpoint === last.endpoint)) {
    throw new OperationError(
      'NO_DEVICE',
      `${safeName(last.endpoint)}, the device pushed to last, is not registered`,
      {
        next: 'Start it, or choose another with "Push Build to Device".',
      },
    );
  }
  await start(services, workbench, last.endpoint, last.file);
}

/** Starts an update and shows it; a problem of the image is asked about, before anything is sent. */
export async function start(
  services: Services,
  workbench: Workbench,
  endpoint: string,
  file: string,
): Promise<void> {
  const device = services.model.device(endpoint)?.view;
  const objectIds = device?.objects.map(({ objectId }) => objectId) ?? [];
  if (device && !objectIds.includes(FIRMWARE_UPDATE)) {
    const { code, cause, next } = missingObject(safeName(endpoint), objectIds);
    throw new OperationError(code, cause, { next });
  }
  const facts = await workbench.inspect(file);
  const problem = facts.problems[0];
  let force = false;
  if (!facts.sendable) {
    const answer = await askAboutImage(file, facts);
    if (answer === 'instead' && facts.instead !== undefined)
      return start(services, workbench, endpoint, facts.instead);
    if (answer !== 'anyway') return;
    force = true;
  } else if (problem) {
    services.log.warn(`${safeName(endpoint)}: ${path.basename(file)}: ${printableText(problem.message)}`);
  }
  services.lastPush.set({ endpoint, file });
  const record = await workbench.startUpdate({
    endpoint,
    file,
    ...updateSettings(file),
    ...(force ? { force } : {}),
  });
  await services.panels.show(record.id, record.endpointName);
}

/** Asks, before anything is sent, about an image that no device can take: the right one of its build, or this one all the same. */
async function askAboutImage(file: string, facts: ImageFacts): Promise<'instead' | 'anyway' | undefined> {
  const { instead } = facts;
  const pushInstead = `Push ${path.basename(instead ?? '')} Instead`;
  const anyway = 'Send Anyway';
  const chosen = await showWarning(
    `${path.basename(file)} is not an image that a device can take.`,
    {
      modal: true,
      detail: [
        ...new Set(
          facts.problems.flatMap(({ message, next }) => [
            `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
            ...(next === undefined || instead !== undefined ? [] : [`→ ${next}`]),
          ]),
        ),
        ...(instead === undefined ? [] : ['', `The update image of the same build is`, instead]),
      ].join('\n'),
    },
    ...(instead === undefined ? [] : [pushInstead]),
    anyway,
  );
  if (chosen === pushInstead) return 'instead';
  return chosen === anyway ? 'anyway' : undefined;
}

async function cancel(services: Services, given: unknown): Promise<void> {
  const { workbench } = services.connection;
  const running = services.model.updates();
  const { endpoint } = givenOf(given);
  const known = runIdOf(given) ?? running.find((update) => update.endpoint === endpoint)?.run;
  if (known === undefined && endpoint !== undefined) {
    // A menu may be open while the update ends: another device's is not meant.
    void showInformation(`The update of ${safeName(endpoint)} has ended.`);
    return;
  }
  const id =
    known ??
    (running.length > 1
      ? (
          await vscode.window.showQuickPick(
            running.map((update) => ({ label: safeName(update.endpoint), run: update.run })),
            { title: 'Cancel Update', placeHolder: 'Of which device?' },
          )
        )?.run
      : running[0]?.run);
  if (id === undefined || !workbench) return;
  const cancelled = await workbench.cancelUpdate(id);
  if (!cancelled.cancelled) void showWarning(printableText(cancelled.reason, 400));
}

async function openRun(services: Services, given: unknown): Promise<void> {
  let id = runIdOf(given);
  if (id === undefined) {
    const now = Date.now();
    const picked = await vscode.window.showQuickPick(
      (await services.runs.list()).map((run) => ({
        label: safeName(run.endpointName),
        description: `${run.end?.outcome ?? (run.interrupted ? 'interrupted' : 'running')} · ${agoText(run.startedAt, now)}`,
        detail: run.file,
        run: run.id,
      })),
      { title: 'Open Update', placeHolder: 'Which one?' },
    );
    id = picked?.run;
  }
  if (id === undefined) return;
  const record = (await services.runs.list()).find((run) => run.id === id);
  await services.panels.show(id, record?.endpointName ?? 'device');
}
