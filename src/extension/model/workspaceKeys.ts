import type { Problem } from '../../base/result';
import { keysFromKconfig, type KconfigKey } from '../../security/forms/kconfig';

/** A Kconfig fragment of the workspace. */
export interface ConfFile {
  /** Path for a reader, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

/** A key that a project's Kconfig gives its devices, and where it stands. */
export interface WorkspaceKey {
  readonly key: KconfigKey;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** The keys of a workspace's fragments, and lines that should hold one and don't. */
export interface WorkspaceKeys {
  readonly keys: readonly WorkspaceKey[];
  readonly problems: readonly { readonly path: string; readonly line: number; readonly problem: Problem }[];
}

/**
 * The keys in a workspace's Kconfig fragments. An overlay is read after the `prj.conf` beside or above it, as a build
 * reads it, so that it may take the device's name from there.
 */
export function workspaceKeys(files: readonly ConfFile[]): WorkspaceKeys {
  const keys: WorkspaceKey[] = [];
  const problems: { path: string; line: number; problem: Problem }[] = [];
  for (const file of files) {
    const before = isProject(file) ? '' : (projectOf(file, files)?.text ?? '');
    const text = before === '' ? file.text : `${before}\n${file.text}`;
    const begin = text.length - file.text.length;
    const found = keysFromKconfig(text);
    const own = (offset: number) => offset >= begin;
    const lineAt = (offset: number) => text.slice(begin, offset).split('\n').length;
    if (!found.ok) {
      const { problem } = found;
      if (own(problem.offset)) problems.push({ path: file.path, line: lineAt(problem.offset), problem });
      continue;
    }
    for (const key of found.value)
      if (own(key.offset)) keys.push({ key, path: file.path, line: lineAt(key.offset) });
  }
  return { keys, problems };
}

const isProject = ({ path }: ConfFile): boolean => /(^|\/)prj\.conf$/.test(path);

/** The nearest `prj.conf` in the folder of a fragment or above it. */
function projectOf({ path }: ConfFile, files: readonly ConfFile[]): ConfFile | undefined {
  for (let folder = path; folder !== '';) {
    folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
    const wanted = folder === '' ? 'prj.conf' : `${folder}/prj.conf`;
    const found = files.find((one) => one.path === wanted);
    if (found) return found;
  }
  return undefined;
}
