import path from 'node:path';
import { OperationError } from '../../base/errors';
import type { FileEntry, FileReader } from '../../base/files';
import { fragmentKind } from '../../language/kconfig/recognize';
import { isContext } from '../../language/project';

/** A file as it was read: what people call it, and what it is among those that are looked at with it. */
export interface LintFile {
  /** As the user wrote its path, or the folder's that it was found in. */
  readonly file: string;
  /** Its place within what is looked at together, with `/`. */
  readonly place: string;
  readonly text: string;
  readonly modified: number;
  /** Read for what it tells of others, not checked itself. */
  readonly context: boolean;
}

/** Files that are looked at together: a folder's, or those that were named one by one. */
export interface LintScope {
  readonly files: readonly LintFile[];
  /** The whole path, with `/`, of a folder's place among them. */
  root(place: string): string;
}

const withSlashes = (file: string): string => file.replaceAll('\\', '/');

const LONGEST_FILE = 2 * 1024 * 1024;
/** A folder holds this many at most: beyond it is no project but a disk. */
const MOST_FILES = 20_000;
const DEEPEST = 12;
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '.venv', '__pycache__', 'twister-out']);
const isBuild = (name: string): boolean => /^_?build([._-].*)?$/.test(name);

interface Found {
  readonly entry: FileEntry;
  readonly below: string;
}

/** Whether a file is worth reading, by its name and place below the folder. */
const concerns = (place: string): boolean =>
  /\.xml$/i.test(place) || fragmentKind(place) !== undefined || isContext(place);

/** A build's `.config`, of its application and of each image that sysbuild builds with it. */
async function builtConfigurations(files: FileReader, { entry, below }: Found): Promise<readonly Found[]> {
  const inside = await files.list(entry.path);
  const folders = [entry, ...inside.filter(({ kind, name }) => kind === 'folder' && name !== 'zephyr')];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const file = await files.stat(files.join(folder.path, 'zephyr', '.config'));
      const place = folder === entry ? below : `${below}/${folder.name}`;
      return file?.kind === 'file' ? [{ entry: file, below: `${place}/zephyr/.config` }] : [];
    }),
  );
  return found.flat();
}

async function walk(files: FileReader, folder: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  const visit = async (at: string, below: string, depth: number): Promise<void> => {
    const entries = (await files.list(at)).filter(({ name }) => !SKIPPED.has(name));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const place = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.kind === 'file') {
        if (concerns(place)) found.push({ entry, below: place });
      } else if (isBuild(entry.name))
        found.push(...(await builtConfigurations(files, { entry, below: place })));
      else if (depth < DEEPEST) await visit(entry.path, place, depth + 1);
      if (found.length > MOST_FILES)
        throw new OperationError('TOO_MANY_FILES', `${folder} has more than ${MOST_FILES} files to look at`, {
          next: 'Name the folder of the application, or of the objects.',
        });
    }
  };
  await visit(folder, '', 0);
  return found;
}

/** A byte order mark is looked for by a rule: it stays. */
const withMark = new TextDecoder('utf-8', { ignoreBOM: true });

async function readText(files: FileReader, entry: FileEntry, shown: string): Promise<string> {
  const bytes = await files.readAll(entry.path, LONGEST_FILE);
  if (bytes.ok) return withMark.decode(bytes.value);
  throw new OperationError('UNREADABLE', `${shown} can't be read: ${bytes.problem.message}`, {
    next: 'Make it readable, or leave it out.',
  });
}

/** A folder's files, as one workspace. */
async function folderScope(files: FileReader, folder: string, shown: string): Promise<LintScope> {
  const found = await walk(files, folder);
  const name = path.basename(folder);
  const read: LintFile[] = [];
  const AT_ONCE = 64;
  for (let i = 0; i < found.length; i += AT_ONCE)
    read.push(
      ...(await Promise.all(
        found.slice(i, i + AT_ONCE).map(async ({ entry, below }): Promise<LintFile> => {
          const file = path.join(shown, below);
          return {
            file,
            place: `/${name}/${below}`,
            text: await readText(files, entry, file),
            modified: entry.modified,
            context: fragmentKind(below) === 'generated' || isContext(below),
          };
        }),
      )),
    );
  return {
    files: read,
    root: (place) => withSlashes(folder) + place.slice(name.length + 1),
  };
}

/** Reads what the paths name: each folder is one workspace, the files named one by one are another. Throws `UNREADABLE`. */
export async function lintScopes(files: FileReader, paths: readonly string[]): Promise<readonly LintScope[]> {
  const scopes: LintScope[] = [];
  const single: LintFile[] = [];
  for (const shown of paths) {
    const entry = await files.stat(path.resolve(shown));
    if (!entry)
      throw new OperationError('UNREADABLE', `${shown} can't be read: there is no such file or folder`, {
        next: 'Name a folder, object XML or a Kconfig fragment.',
      });
    if (entry.kind === 'folder') scopes.push(await folderScope(files, path.resolve(shown), shown));
    else
      single.push({
        file: shown,
        place: withSlashes(path.resolve(shown)),
        text: await readText(files, entry, shown),
        modified: entry.modified,
        context: false,
      });
  }
  if (single.length > 0) scopes.push({ files: single, root: (place) => place });
  return scopes;
}
