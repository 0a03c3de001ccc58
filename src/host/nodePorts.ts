import { decodeUtf8Lenient, toHex } from '../base/bytes';
import { OperationError } from '../base/errors';
import type { Logger } from '../base/log';
import { fileCopies } from '../storage/fileCopies';
import { nodeFileReader } from '../storage/fileReader';
import { fileSink } from '../storage/fileSink';
import { readJsonFile, writeTextFile } from '../storage/jsonFile';
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
import type { HostPorts } from './ports';
import { registrationFile } from './registrationFile';
import { imageStaging } from './staging';

/** Longest registry table read; it has 120 KB. */
const LONGEST_REGISTRY = 8 * 1024 * 1024;

/** What the entry of a process knows and the layers below don't. */
export interface NodePortsOptions {
  readonly stateFolder: string;
  readonly log: Logger;
  /** `media/registry/objects.json` of the installation. */
  readonly registryFile: string;
  readonly pid: number;
}

/** The outside world of a process on this machine. Throws `OperationError` `STATE_FOLDER`. */
export async function nodePorts(options: NodePortsOptions): Promise<HostPorts> {
  const { log, pid } = options;
  const stateFolder = ensureFolder(options.stateFolder);
  const files = nodeFileReader;
  const registrations = files.join(stateFolder, 'registrations.json');
  const copies = fileCopies(ensureFolder(stateFolder, 'images'));
  const runs = new RecordFolder(ensureFolder(stateFolder, 'runs'), toHex(nodeRandom.bytes(8)), MOST_RUNS);
  await copies.sweep(nodeClock.wallTime());
  return {
    clock: nodeClock,
    random: nodeRandom,
    hash: nodeHash,
    log,
    channels: channelOpener(),
    http: httpOpener(log),
    fetch: nodeFetch,
    files,
    staging: imageStaging(copies, files, nodeHash, nodeRandom),
    history: runHistory(runs, log),
    registrations: registrationFile(
      { read: () => readJsonFile(registrations), write: (text) => writeTextFile(registrations, text) },
      nodeClock,
      log,
    ),
    registryText: async () => {
      const bytes = await files.readAll(options.registryFile, LONGEST_REGISTRY);
      if (bytes.ok) return decodeUtf8Lenient(bytes.value);
      throw new OperationError('REGISTRY_UNREADABLE', `${options.registryFile}: ${bytes.problem.message}`, {
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
