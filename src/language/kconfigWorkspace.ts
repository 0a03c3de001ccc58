import { checkFolder, type KconfigProblem } from './kconfig/check';
import type { Platform } from './kconfig/configuration';
import { configurationsOf, type ConfigurationGroup } from './kconfig/configurations';
import { parseFolderKconfig, type FolderKconfig } from './kconfig/folderKconfig';
import type { Fragment, FragmentKind } from './kconfig/fragment';
import { parseFragment } from './kconfig/parse';
import { assumedPlatform } from './kconfig/platform';
import { fragmentKind } from './kconfig/recognize';
import type { SymbolTable } from './kconfig/symbols';
import type { Problem } from './problem';
import { nameOf, parentOf } from './uri';

/** A fragment, and when its file was last written: milliseconds since 1970, later than any where it is not saved. */
interface Entry {
  readonly kind: FragmentKind;
  readonly fragment: Fragment;
  readonly modified: number;
}

/** An application's folder as it stands. */
export interface ApplicationFolder {
  /** URI without a slash at its end. */
  readonly uri: string;
  readonly groups: readonly ConfigurationGroup[];
  readonly problems: ReadonlyMap<string, readonly KconfigProblem[]>;
}

/** The folder that a build's `.config` may be of: the one that its build folder is in. */
const builtIn = (uri: string): string => uri.replace(/\/_?build[^/]*\/.*$/, '');

/** How well a `.config` fits an application among all that one build writes: sysbuild has a folder for each image. */
function fit(uri: string, folder: string): number {
  const [, below = ''] = /\/_?build[^/]*\/(.*)$/.exec(uri) ?? [];
  if (below === `${nameOf(folder)}/zephyr/.config`) return 2;
  return below === 'zephyr/.config' ? 1 : 0;
}

/** The Kconfig fragments that are looked at together: by application folder, checked when asked for. */
export class KconfigWorkspace {
  private readonly entries = new Map<string, Entry>();
  private readonly kconfigs = new Map<string, FolderKconfig>();
  private readonly folders = new Map<string, ApplicationFolder>();

  /** @param platformOf the software that a folder's configurations are for, where that was found out */
  constructor(
    private readonly symbols: SymbolTable,
    private readonly platformOf: (folder: string) => Platform | undefined,
  ) {}

  /** The fragments that are checked; what builds wrote is not. */
  get uris(): readonly string[] {
    return [...this.entries].flatMap(([uri, { kind }]) => (kind === 'generated' ? [] : uri));
  }

  fragment(uri: string): Fragment | undefined {
    return this.entries.get(uri)?.fragment;
  }

  /** What an edit of a file can change is judged anew. */
  forget(): void {
    this.folders.clear();
  }

  /** A file has this text now; told whether it is one of ours. */
  set(uri: string, text: string, modified: number): boolean {
    const kind = fragmentKind(uri);
    if (kind) {
      const known = this.entries.get(uri);
      if (known?.fragment.text === text && known.modified === modified) return true;
      this.entries.set(uri, { kind, fragment: parseFragment(uri, text), modified });
    } else if (nameOf(uri) === 'Kconfig') this.kconfigs.set(uri, parseFolderKconfig(uri, text));
    else return false;
    this.forget();
    return true;
  }

  delete(uri: string): void {
    if (this.entries.delete(uri) || this.kconfigs.delete(uri)) this.forget();
  }

  problems(uri: string): readonly Problem[] {
    return this.folderOf(uri)?.problems.get(uri) ?? [];
  }

  /** The application folder that a fragment is judged with. */
  folderOf(uri: string): ApplicationFolder | undefined {
    const folder = this.folderUri(uri);
    if (folder === undefined) return undefined;
    const known = this.folders.get(folder) ?? this.judge(folder);
    this.folders.set(folder, known);
    return known;
  }

  /** URIs of the application folders. */
  get folderUris(): readonly string[] {
    return [...new Set(this.uris.flatMap((uri) => this.folderUri(uri) ?? []))];
  }

  /** A folder's fragments. */
  fragmentsOf(folder: string): readonly Fragment[] {
    return [...this.entries.values()].flatMap(({ fragment, kind }) =>
      kind !== 'generated' && this.folderUri(fragment.uri) === folder ? fragment : [],
    );
  }

  /** The build folders of an application, the newest first: an image's own, then sysbuild's around it. */
  buildsOf(folder: string): readonly string[] {
    return [...this.entries.values()]
      .filter(({ kind, fragment }) => kind === 'generated' && builtIn(fragment.uri) === folder)
      .sort((a, b) => b.modified - a.modified)
      .flatMap(({ fragment: { uri } }) => {
        const own = uri.slice(0, -'/zephyr/.config'.length);
        return fit(uri, folder) === 2 ? [own, parentOf(own)] : [own];
      });
  }

  /** Every application folder. */
  all(): readonly ApplicationFolder[] {
    return this.folderUris.flatMap((folder) => this.folderOf(`${folder}/prj.conf`) ?? []);
  }

  /** The nearest folder above a fragment that has a `prj.conf`; else the one it is in, or that its `boards` is in. */
  private folderUri(uri: string): string | undefined {
    const kind = fragmentKind(uri);
    if (!kind || kind === 'generated') return undefined;
    const own = parentOf(uri);
    if (kind === 'prj') return own;
    for (let folder = own; folder.includes('/'); folder = parentOf(folder))
      if (this.entries.has(`${folder}/prj.conf`)) return folder;
    return /\/(boards|sysbuild)$/.test(own) ? parentOf(own) : own;
  }

  private judge(folder: string): ApplicationFolder {
    const fragments: { kind: FragmentKind; fragment: Fragment }[] = [];
    let newest = 0;
    for (const [uri, { kind, fragment, modified }] of this.entries) {
      if (kind === 'generated' || !uri.startsWith(`${folder}/`) || this.folderUri(uri) !== folder) continue;
      fragments.push({ kind, fragment });
      newest = Math.max(newest, modified);
    }
    const groups = configurationsOf(
      {
        fragments,
        kconfig: this.kconfigs.get(`${folder}/Kconfig`),
        build: this.buildOf(folder, newest),
      },
      this.platformOf(folder) ??
        assumedPlatform(
          fragments.map(({ fragment }) => fragment),
          this.symbols,
        ),
      this.symbols,
    );
    const problems = new Map<string, KconfigProblem[]>();
    for (const problem of checkFolder(groups)) {
      const found = problems.get(problem.uri);
      if (found) found.push(problem);
      else problems.set(problem.uri, [problem]);
    }
    return { uri: folder, groups, problems };
  }

  /** The newest `.config` of a build of a folder that is newer than its fragments; sysbuild's own is the last choice. */
  private buildOf(folder: string, newerThan: number): Fragment | undefined {
    return [...this.entries.values()]
      .filter(
        ({ kind, fragment, modified }) =>
          kind === 'generated' &&
          builtIn(fragment.uri) === folder &&
          fit(fragment.uri, folder) > 0 &&
          modified > newerThan,
      )
      .sort((a, b) => fit(b.fragment.uri, folder) - fit(a.fragment.uri, folder) || b.modified - a.modified)[0]
      ?.fragment;
  }
}
