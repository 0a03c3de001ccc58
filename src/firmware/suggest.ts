import { isOperationError } from '../base/errors';
import type { FileEntry, FileReader } from '../base/files';
import { folderOf, isBuildFolder, isBuildName, nameOf, readBuildFolder } from './buildFolder';
import { kindOf } from './image/inspect';

/** How far above a file its build folder may be: `build/<image>/zephyr/zephyr.bin`. */
const MAX_LEVELS = 3;

/**
 * The update image of the build that a file is of, for a file that no device can take: `merged.hex`, `zephyr.bin`,
 * `zephyr.elf`, `dfu_application.zip`, the bootloader, … `undefined` where there is none, or it is the file itself.
 * Judged by first bytes only. An absolute path as `files` has them.
 */
export async function suggestUpdateImage(files: FileReader, file: string): Promise<string | undefined> {
  let folder = folderOf(file);
  for (let level = 0; level < MAX_LEVELS && folder !== undefined; level++) {
    const entries = await files.list(folder);
    const found =
      (await besideOf(files, entries, folder, file)) ?? (await inBuild(files, folder, entries, file));
    if (found !== undefined) return found;
    folder = folderOf(folder);
  }
  return undefined;
}

/** A signed image in the same folder, unless the folder is a bootloader's. */
async function besideOf(
  files: FileReader,
  entries: readonly FileEntry[],
  folder: string,
  file: string,
): Promise<string | undefined> {
  if (nameOf(folderOf(folder) ?? '') === 'mcuboot') return undefined;
  const stem = nameOf(file).replace(/\..*$/, '');
  const names = [`${stem}.signed.bin`, 'zephyr.signed.bin', 'app_update.bin'];
  for (const name of names) {
    const entry = entries.find((candidate) => candidate.kind === 'file' && candidate.name === name);
    if (entry && entry.path !== file && (await canBeSent(files, entry.path))) return entry.path;
  }
  return undefined;
}

/** The application's image of a build folder. */
async function inBuild(
  files: FileReader,
  folder: string,
  entries: readonly FileEntry[],
  file: string,
): Promise<string | undefined> {
  if (!isBuildName(nameOf(folder)) && !isBuildFolder(entries)) return undefined;
  const { outputs, defaultApp } = await readBuildFolder(files, folder, entries);
  const updates = outputs
    .filter(({ role, entry }) => role === 'update' && entry.path !== file)
    .sort(
      (a, b) =>
        Number(b.app === defaultApp) - Number(a.app === defaultApp) || b.entry.modified - a.entry.modified,
    );
  for (const { entry } of updates) if (await canBeSent(files, entry.path)) return entry.path;
  return undefined;
}

const SENDABLE: ReadonlySet<string> = new Set(['mcuboot', 'esp', 'modem-delta', 'modem-full']);

async function canBeSent(files: FileReader, path: string): Promise<boolean> {
  try {
    const source = await files.open(path);
    try {
      return SENDABLE.has(kindOf(await source.read(0, Math.min(16, source.size))));
    } finally {
      await source.close();
    }
  } catch (error) {
    // A build under way removes and writes its outputs: then there is nothing to suggest.
    if (isOperationError(error)) return false;
    throw error;
  }
}
