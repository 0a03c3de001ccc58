import { decodeUtf8Lenient, toHex } from '../base/bytes';
import { OperationError } from '../base/errors';
import type { Logger } from '../base/log';
import { openCaptureFile } from '../storage/captureFile';
import { fileCopies } from '../storage/fileCopies';
import { nodeFileReader } from '../storage/fileReader';
import { fileSink } from '../storage/fileSink';
import { JsonFolder } from '../storage/jsonFolder';
import { RecordFolder } from '../storage/recordFolder';
import { ensureFolder } from '../storage/stateFolder';
import { channelOpener } from '../transport/channelOpener';
import { httpOpener } from '../transport/http';
import { nodeFetch } from '../transport/httpFetch';
import { hostName, interfaceAddresses } from '../transport/interfaces';
import { nodeClock } from '../transport/nodeClock';
import { nodeHash } from '../transport/nodeHash';
import { nodeRandom } from '../transport/nodeRandom';
import { MOST_RUNS, runHistory } from './history';
import type { BasePorts, HostPorts, HostSecrets } from './ports';
import { registrationFiles } from './registrationFiles';
import { imageStaging } from './staging';

/** Longest registry table read; it has 120 KB. */
const LONGEST_REGISTRY = 8 * 1024 * 1024;

/** What the entry of a process knows and the layers below don't. */
export interface BasePortsOptions {
  readonly log: Logger;
  /** `media/registry/objects.json` of the installation. */
  readonly registryFile: string;
  readonly pid: number;
}

/** The same for a process that keeps something. */
export interface NodePortsOptions extends BasePortsOptions {
  readonly stateFolder: string;
  readonly secrets: HostSecrets;
}

/** The outside world of a process on this machine, without a place to keep anything: none is made. */
export function basePorts({ log, registryFile, pid }: BasePortsOptions): BasePorts {
  const files = nodeFileReader;
  return {
    clock: nodeClock,
    random: nodeRandom,
    hash: nodeHash,
    log,
    channels: channelOpener(),
    http: httpOpener(log),
    fetch: nodeFetch,
    files,
    registryText: async () => {
      const bytes = await files.readAll(registryFile, LONGEST_REGISTRY);
      if (bytes.ok) return decodeUtf8Lenient(bytes.value);
      throw new OperationError('REGISTRY_UNREADABLE', `${registryFile}: ${bytes.problem.message}`, {
        next: 'Install LwM2M Workbench again: its table of objects is missing.',
      });
    },
    imageFile: (folder, name) => {
      const file = files.join(ensureFolder(folder), name);
      return { sink: fileSink(file), file };
    },
    interfaces: interfaceAddresses,
    hostName: hostName(),
    pid,
  };
}

/** The outside world of a process on this machine, with its state folder. Throws `OperationError` `STATE_FOLDER`. */
export async function nodePorts(options: NodePortsOptions): Promise<HostPorts> {
  const { log, secrets } = options;
  const base = basePorts(options);
  const { files } = base;
  const stateFolder = ensureFolder(options.stateFolder);
  const registrations = new JsonFolder(ensureFolder(stateFolder, 'registrations'));
  const copies = fileCopies(ensureFolder(stateFolder, 'images'));
  const runs = new RecordFolder(ensureFolder(stateFolder, 'runs'), toHex(nodeRandom.bytes(8)), MOST_RUNS);
  await copies.sweep(nodeClock.wallTime());
  return {
    ...base,
    staging: imageStaging(copies, files, nodeHash, nodeRandom),
    history: runHistory(runs, log),
    registrations: registrationFiles(registrations, nodeClock, log),
    captureFile: openCaptureFile,
    secrets,
  };
}
