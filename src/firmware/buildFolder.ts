import { decodeUtf8Lenient } from '../base/bytes';
import type { FileEntry, FileReader } from '../base/files';

/**
 * What an output is in its build: the application's update image · a further core's · what was not signed · the
 * bootloader itself · what a programmer, or a phone's tool, takes.
 */
export type OutputRole = 'update' | 'coprocessor' | 'unsigned' | 'bootloader' | 'programmer' | 'package';

/** A file that a build left. */
export interface BuildOutput {
  readonly entry: FileEntry;
  /** The application, or the image of sysbuild it is of. */
  readonly app: string;
  readonly role: OutputRole;
}

/** What was found in one build folder. */
export interface BuildOutputs {
  readonly folder: string;
  readonly outputs: readonly BuildOutput[];
  /** The application among several images (sysbuild's `domains.yaml`). */
  readonly defaultApp?: string;
}

/** Files that only a build folder has: of west, sysbuild, ESP-IDF, and CMake's own. */
const MARKS = ['build_info.yml', 'domains.yaml', 'project_description.json'];
const CMAKE_MARK = 'CMakeCache.txt';
/** Images of sysbuild and of parent/child builds that are bootloaders. */
const BOOTLOADERS: ReadonlySet<string> = new Set(['mcuboot', 'b0', 'b0n']);
const SIGNED = /\.signed(\.encrypted)?\.bin$/;
const CORE_UPDATE = /^signed_by_mcuboot_and_b0_(.+)\.bin$/;
const MAX_IMAGES = 64;
const MAX_TEXT = 4 << 20;

/** The last part of a path, of either kind. */
export const nameOf = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;

/** The folder a path is in, or `undefined` at the top. */
export function folderOf(path: string): string | undefined {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (cut < 0 || cut === path.length - 1) return undefined;
  const folder = path.slice(0, cut);
  return folder === '' ? path.slice(0, 1) : /^[A-Za-z]:$/.test(folder) ? path.slice(0, cut + 1) : folder;
}

/** Whether a folder is a build's: by its marks, or CMake's mark where Zephyr built. */
export function isBuildFolder(entries: readonly FileEntry[]): boolean {
  const has = (name: string) => entries.some((entry) => entry.name === name);
  return MARKS.some(has) || (has(CMAKE_MARK) && has('zephyr'));
}

/** Whether a folder is called as build folders are: `build`, `build_9160`, `build-release`. */
export const isBuildName = (name: string): boolean => /^build/i.test(name);

/** The outputs of a build folder of Zephyr or NCS, with sysbuild and without, or of ESP-IDF; none where it is none of them. */
export async function readBuildFolder(
  files: FileReader,
  folder: string,
  entries?: readonly FileEntry[],
): Promise<BuildOutputs> {
  const inside = entries ?? (await files.list(folder));
  const project = nameOf(folderOf(folder) ?? folder);
  const defaultApp = await defaultDomain(files, inside);
  const outputs: BuildOutput[] = [
    ...(await espOutputs(files, folder, inside)),
    ...packagesIn(inside, defaultApp ?? project),
    ...inside.flatMap((entry): BuildOutput[] => {
      const core = entry.kind === 'file' ? CORE_UPDATE.exec(entry.name)?.[1] : undefined;
      return core === undefined ? [] : [{ entry, app: core, role: 'coprocessor' }];
    }),
  ];
  for (const image of inside.filter(({ kind }) => kind === 'folder').slice(0, MAX_IMAGES)) {
    // Without sysbuild the application's own output is in build/zephyr; sysbuild has nothing to send there.
    const own = image.name === 'zephyr';
    const zephyr = own ? image.path : files.join(image.path, 'zephyr');
    outputs.push(...(await zephyrOutputs(files, zephyr, own ? project : image.name)));
  }
  return { folder, outputs, ...(defaultApp === undefined ? {} : { defaultApp }) };
}

/** `default:` of sysbuild's `domains.yaml`. */
async function defaultDomain(files: FileReader, inside: readonly FileEntry[]): Promise<string | undefined> {
  const domains = inside.find(({ name }) => name === 'domains.yaml');
  const text = domains && (await readText(files, domains.path));
  return text === undefined ? undefined : /^default:[ \t]*["']?([^\s"']+)/m.exec(text)?.[1];
}

/** A folder where Zephyr's build puts what it linked and signed. */
async function zephyrOutputs(files: FileReader, folder: string, app: string): Promise<BuildOutput[]> {
  const inside = (await files.list(folder)).filter(({ kind }) => kind === 'file');
  if (inside.length === 0) return [];
  if (BOOTLOADERS.has(app)) {
    const kernel = await kernelFile(files, folder, inside);
    return kernel ? [{ entry: kernel, app, role: 'bootloader' }] : [];
  }
  const outputs = packagesIn(inside, app);
  const signed = inside.filter(({ name }) => name === 'app_update.bin' || SIGNED.test(name));
  for (const entry of signed) outputs.push({ entry, app, role: 'update' });
  const core = inside.find(({ name }) => name === 'net_core_app_update.bin');
  if (core) outputs.push({ entry: core, app: 'net core', role: 'coprocessor' });
  const kernel = signed.length === 0 ? await kernelFile(files, folder, inside) : undefined;
  if (kernel) outputs.push({ entry: kernel, app, role: 'unsigned' });
  return outputs;
}

/** The linked program: `zephyr.bin`, or as `CONFIG_KERNEL_BIN_NAME` calls it. */
async function kernelFile(
  files: FileReader,
  folder: string,
  inside: readonly FileEntry[],
): Promise<FileEntry | undefined> {
  const usual = inside.find(({ name }) => name === 'zephyr.bin');
  if (usual) return usual;
  const config = await readText(files, files.join(folder, '.config'));
  const named = config === undefined ? undefined : /^CONFIG_KERNEL_BIN_NAME="([^"]+)"/m.exec(config)?.[1];
  return named === undefined ? undefined : inside.find(({ name }) => name === `${named}.bin`);
}

function packagesIn(inside: readonly FileEntry[], app: string): BuildOutput[] {
  return inside.flatMap((entry): BuildOutput[] => {
    if (entry.kind !== 'file') return [];
    if (entry.name === 'merged.hex') return [{ entry, app, role: 'programmer' }];
    if (entry.name === 'dfu_application.zip') return [{ entry, app, role: 'package' }];
    return [];
  });
}

/** ESP-IDF tells its outputs in `project_description.json`. */
async function espOutputs(
  files: FileReader,
  folder: string,
  inside: readonly FileEntry[],
): Promise<BuildOutput[]> {
  const description = inside.find(({ name }) => name === 'project_description.json');
  const text = description && (await readText(files, description.path));
  if (text === undefined) return [];
  const image = textField(text, 'app_bin');
  if (image === undefined || /(^|[/\\])\.\.([/\\]|$)/.test(image)) return [];
  const app = textField(text, 'project_name') ?? nameOf(image).replace(/\.bin$/, '');
  const entry = await files.stat(files.join(folder, image));
  const bootloader = await files.stat(files.join(folder, 'bootloader', 'bootloader.bin'));
  return [
    ...(entry?.kind === 'file' ? [{ entry, app, role: 'update' } as const] : []),
    ...(bootloader?.kind === 'file'
      ? [{ entry: bootloader, app: 'bootloader', role: 'bootloader' } as const]
      : []),
  ];
}

/** A text field of a JSON object; of one that is being written, or damaged, what can be found. */
function textField(text: string, name: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const value =
      typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    // half a description still names the image
    return new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]+)"`).exec(text)?.[1];
  }
}

async function readText(files: FileReader, path: string): Promise<string | undefined> {
  const bytes = await files.readAll(path, MAX_TEXT);
  return bytes.ok ? decodeUtf8Lenient(bytes.value) : undefined;
}
