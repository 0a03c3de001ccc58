import { isOperationError } from '../base/errors';
import type { FileEntry, FileReader } from '../base/files';
import type { HashPort } from '../base/hash';
import {
  isBuildFolder,
  isBuildName,
  readBuildFolder,
  type BuildOutput,
  type BuildOutputs,
} from './buildFolder';
import type { ImageFacts } from './image/facts';
import { imageProblem } from './image/imageReader';
import { inspectImage } from './image/inspect';

/** An output of a build, whether a device can take it or not. */
export interface Build {
  /** Absolute path. */
  readonly file: string;
  /** The build folder. */
  readonly build: string;
  /** The application, or the image of sysbuild. */
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** `sendable` only where it is an update image by its bytes and by its place. */
  readonly facts: ImageFacts;
  /** The one that would be sent: the application's image in the newest build. */
  readonly chosen: boolean;
  /** Why it can't be sent, with the image that can. */
  readonly notForTheAir?: string;
}

/** Facts of files that were read before; a file that has another size or time is read anew. */
export class BuildCache {
  private readonly known = new Map<string, { readonly stamp: string; readonly facts: ImageFacts }>();

  get(entry: FileEntry): ImageFacts | undefined {
    const known = this.known.get(entry.path);
    return known?.stamp === stampOf(entry) ? known.facts : undefined;
  }

  set(entry: FileEntry, facts: ImageFacts): void {
    this.known.delete(entry.path);
    this.known.set(entry.path, { stamp: stampOf(entry), facts });
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_CACHED && oldest !== undefined) this.known.delete(oldest);
  }
}

const MAX_CACHED = 500;
const stampOf = ({ size, modified }: FileEntry): string => `${size} ${modified}`;

/** Build folders are looked for in the folder and this many levels below. */
const MAX_LEVELS = 2;
/** `build/<board>/<app>`, as `build.dir-fmt` of west has it. */
const MAX_LEVELS_IN_BUILD = 2;
const MAX_LISTED = 1000;
const MAX_BUILDS = 200;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'CMakeFiles', '__pycache__']);

/**
 * The build outputs below a folder, newest first: update images, and what people send by mistake, with the reason.
 * Of at most 200 build folders; hidden folders and `node_modules` are left out. A file that vanishes while a build is
 * under way is left out as well. Throws nothing for what the files are.
 */
export async function findBuilds(
  files: FileReader,
  folder: string,
  hash: HashPort,
  cache: BuildCache = new BuildCache(),
): Promise<readonly Build[]> {
  const found: (Build & Ranked)[] = [];
  const seen = new Set<string>();
  for (const outputs of await buildFolders(files, folder)) {
    const fresh = outputs.outputs.filter(({ entry }) => !seen.has(entry.path));
    for (const { entry } of fresh) seen.add(entry.path);
    found.push(...(await judged(files, { ...outputs, outputs: fresh }, hash, cache)));
  }
  found.sort((a, b) => b.modified - a.modified || a.rank - b.rank || (a.file < b.file ? -1 : 1));
  return found.map(chosenAmong(found));
}

/** Marks the image to send: in the build folder that has the newest one, the application's own. */
function chosenAmong(all: readonly (Build & Ranked)[]): (build: Build & Ranked) => Build {
  const sendable = all.filter(({ facts }) => facts.sendable);
  const newest = [...sendable].sort((a, b) => b.modified - a.modified)[0];
  const inNewest = sendable.filter(({ build }) => build === newest?.build);
  const best = inNewest.sort((a, b) => a.rank - b.rank || b.modified - a.modified)[0];
  return ({ rank: _, ...build }) => ({ ...build, chosen: build.file === best?.file });
}

interface Ranked {
  /** 0 = the application, 1 = another image, 2 = a further core's. */
  readonly rank: number;
}

async function judged(
  files: FileReader,
  { folder, outputs, defaultApp }: BuildOutputs,
  hash: HashPort,
  cache: BuildCache,
): Promise<(Build & Ranked)[]> {
  const read: { readonly output: BuildOutput; readonly facts: ImageFacts }[] = [];
  for (const output of outputs) {
    const facts = await factsOf(files, output.entry, hash, cache);
    if (facts) read.push({ output, facts });
  }
  const isUpdate = ({ output: { role }, facts }: (typeof read)[number]) =>
    role === 'update' && facts.sendable;
  const update = read.find((one) => isUpdate(one) && one.output.app === defaultApp) ?? read.find(isUpdate);
  const better = update?.output.entry.path;
  const hashes = new Set<string>();
  return read.flatMap(({ output: { entry, app, role }, facts }): (Build & Ranked)[] => {
    const reason = reasonOf(role, entry.name, facts);
    // app_update.bin and zephyr.signed.bin may be the same image under two names
    if (reason === undefined && hashes.has(facts.sha256)) return [];
    hashes.add(facts.sha256);
    const common = { file: entry.path, build: folder, app, modified: entry.modified, chosen: false };
    if (reason === undefined) {
      const rank = role === 'coprocessor' ? 2 : defaultApp === undefined || app === defaultApp ? 0 : 1;
      return [{ ...common, facts, rank }];
    }
    const next = better === undefined ? reason.next : `The update image is ${better}.`;
    const problem = next === undefined ? reason : { ...reason, next };
    const notForTheAir =
      better === undefined ? reason.message : `${reason.message}; the update image is ${better}`;
    return [{ ...common, facts: { ...facts, sendable: false, problems: [problem] }, notForTheAir, rank: 3 }];
  });
}

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly offset?: number;
  readonly next?: string;
}

/** Why an output is not for the air; `undefined` where it is. */
function reasonOf(role: BuildOutput['role'], name: string, facts: ImageFacts): Reason | undefined {
  const code = 'NOT_FOR_THE_AIR';
  switch (role) {
    case 'bootloader':
      return { code, message: `${name} is the bootloader itself, which only a programmer writes` };
    case 'programmer':
      return { code, message: `${name} is for a programmer` };
    case 'package':
      return { code, message: `${name} is a package for a programmer or a phone` };
    case 'unsigned':
      // A build without MCUboot whose linked program is an image by itself, as a modem's may be.
      if (facts.sendable) return undefined;
      return {
        code,
        message: `${name} is not signed, and the build has no signed image`,
        next: 'Build with MCUboot: SB_CONFIG_BOOTLOADER_MCUBOOT=y (sysbuild) or CONFIG_BOOTLOADER_MCUBOOT=y.',
      };
    case 'update':
    case 'coprocessor': {
      if (facts.sendable) return undefined;
      const [problem] = facts.problems;
      return problem ?? { code, message: `${name} is no update image` };
    }
  }
}

/** Facts of a file; `undefined` where it is gone by now. */
async function factsOf(
  files: FileReader,
  entry: FileEntry,
  hash: HashPort,
  cache: BuildCache,
): Promise<ImageFacts | undefined> {
  const known = cache.get(entry);
  if (known) return known;
  try {
    const source = await files.open(entry.path);
    try {
      const facts = await inspectImage(source, hash);
      cache.set(entry, facts);
      return facts;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!isOperationError(error)) throw error;
    if (!(await files.stat(entry.path))) return undefined;
    const problem = imageProblem(
      error.code,
      error.message,
      error.next === undefined ? {} : { next: error.next },
    );
    return { kind: 'unknown', size: entry.size, sha256: '', sendable: false, problems: [problem] };
  }
}

/** The build folders in and below a folder, breadth first. */
async function buildFolders(files: FileReader, root: string): Promise<readonly BuildOutputs[]> {
  const found: BuildOutputs[] = [];
  let level: { readonly path: string; readonly named: boolean; readonly left: number }[] = [
    { path: root, named: isBuildName(root.split(/[/\\]/).filter(Boolean).at(-1) ?? ''), left: MAX_LEVELS },
  ];
  let listed = 0;
  while (level.length > 0) {
    const below: typeof level = [];
    for (const { path, named, left } of level) {
      if (++listed > MAX_LISTED || found.length >= MAX_BUILDS) return found;
      const entries = await files.list(path);
      const marked = isBuildFolder(entries);
      if (marked || named) {
        const outputs = await readBuildFolder(files, path, entries);
        if (outputs.outputs.length > 0) found.push(outputs);
        // What is inside a build was made by it.
        if (marked || outputs.outputs.length > 0) continue;
      }
      for (const entry of entries) {
        if (entry.kind !== 'folder' || entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
        if (isBuildName(entry.name) && !named)
          below.push({ path: entry.path, named: true, left: MAX_LEVELS_IN_BUILD });
        else if (left > 0) below.push({ path: entry.path, named: false, left: left - 1 });
      }
    }
    level = below;
  }
  return found;
}
