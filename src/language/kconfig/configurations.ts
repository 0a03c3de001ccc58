import { nameOf } from '../uri';
import type { Configuration, EffectiveValue, Platform } from './configuration';
import { EffectiveValues } from './effective';
import type { FolderKconfig } from './folderKconfig';
import type { Fragment, FragmentKind } from './fragment';
import type { SymbolTable } from './symbols';
import { sameValue } from './value';

/** What a folder has of fragments: as found by `fragmentKind`, in any order. */
export interface FragmentFolder {
  /** All below one application folder: `prj.conf`, `boards/…`, overlays, `sysbuild.conf`. */
  readonly fragments: readonly { readonly kind: FragmentKind; readonly fragment: Fragment }[];
  readonly kconfig?: FolderKconfig | undefined;
  /** `.config` of a build of this folder that is newer than its fragments. */
  readonly build?: Fragment | undefined;
}

/** A `prj.conf` with one board's fragment, and what is laid over it. */
export interface ConfigurationGroup {
  /** Absent where a folder has overlays or board fragments alone. */
  readonly base: Configuration | undefined;
  /** One for each overlay. */
  readonly overlays: readonly Configuration[];
}

type Part = FragmentFolder['fragments'][number];

class MergedConfiguration implements Configuration {
  private readonly values: EffectiveValues;

  constructor(
    readonly platform: Platform,
    readonly symbols: SymbolTable,
    readonly fragments: readonly Part[],
    readonly sysbuild: Fragment | undefined,
    readonly build: Fragment | undefined,
    readonly kconfig: FolderKconfig | undefined,
  ) {
    this.values = new EffectiveValues({
      platform,
      symbols,
      fragments: fragments.map(({ fragment }) => fragment),
      sysbuild,
      build,
      kconfig,
    });
  }

  effective(symbol: string): EffectiveValue | undefined {
    return this.values.effective(symbol);
  }

  stated(symbol: string): EffectiveValue | undefined {
    return this.values.stated(symbol);
  }

  isOn(symbol: string): boolean {
    const value = this.effective(symbol)?.value;
    return value?.type === 'tristate' && value.value !== 'n';
  }

  number(symbol: string): bigint | undefined {
    const value = this.effective(symbol)?.value;
    return value?.type === 'int' || value?.type === 'hex' ? value.value : undefined;
  }

  string(symbol: string): string | undefined {
    const value = this.effective(symbol)?.value;
    return value?.type === 'string' ? value.value : undefined;
  }
}

/** Most configurations of a folder: boards times overlays. */
const MOST_CONFIGURATIONS = 256;

const byName = (a: Part, b: Part): number => (a.fragment.uri < b.fragment.uri ? -1 : 1);

/** A build that says otherwise than the fragments was made with other ones. */
function isBuildOf(build: Fragment, parts: readonly Part[]): boolean {
  const built = new Map(build.assignments.map(({ symbol, value }) => [symbol, value]));
  const last = new Map(
    parts.flatMap(({ fragment }) => fragment.assignments.map(({ symbol, value }) => [symbol, value])),
  );
  for (const [symbol, value] of last) {
    const other = built.get(symbol);
    if (other && !sameValue(other, value)) return false;
  }
  return true;
}

/**
 * The configurations of a folder. Merged in the order of Zephyr's build: `prj.conf` (or `prj_<x>.conf`), a board's
 * fragment, an overlay; the last assignment counts. With several boards each makes a configuration of its own, and each
 * overlay is laid over each of them. At most 256.
 */
export function configurationsOf(
  folder: FragmentFolder,
  platform: Platform,
  symbols: SymbolTable,
): readonly ConfigurationGroup[] {
  const ofKind = (kind: FragmentKind): readonly Part[] =>
    folder.fragments.filter((part) => part.kind === kind).sort(byName);
  const [projects, boards, overlays] = [ofKind('prj'), ofKind('board'), ofKind('overlay')];
  // Files below `sysbuild/` are for other images than this folder's.
  const sysbuild = ofKind('sysbuild').find(({ fragment }) =>
    nameOf(fragment.uri).startsWith('sysbuild'),
  )?.fragment;
  let count = 0;
  const configuration = (parts: readonly Part[]): Configuration[] => {
    if (parts.length === 0 || ++count > MOST_CONFIGURATIONS) return [];
    const { build, kconfig } = folder;
    const itsBuild = build && isBuildOf(build, parts) ? build : undefined;
    return [new MergedConfiguration(platform, symbols, parts, sysbuild, itsBuild, kconfig)];
  };
  const groups: ConfigurationGroup[] = [];
  for (const project of projects.length > 0 ? projects : [undefined])
    for (const board of boards.length > 0 ? boards : [undefined]) {
      const below = [...(project ? [project] : []), ...(board ? [board] : [])];
      const [base] = configuration(below);
      groups.push({
        base,
        overlays: overlays.flatMap((overlay) => configuration([...below, overlay])),
      });
    }
  return groups;
}
