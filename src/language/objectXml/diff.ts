import { compareVersions } from '../../objects/version';
import type { Fix } from '../problem';
import { compareDefinitions, effectOf, type Change } from './compare';
import { definitionOf } from './definition';
import { readTree, type XmlObject } from './object';
import type { XmlContext, XmlFile } from './rule';
import { nextMajor, nextMinor, versionFix } from './versionFix';

/** How an object compares with what OMA's registry has of it. */
export interface ObjectDiff {
  readonly object: XmlObject;
  /** The published version it is compared with: its own, else the highest below it, else the highest. */
  readonly against: string;
  /** Breaking ones first. */
  readonly changes: readonly Change[];
  /** What the changes ask for: editorial ones nothing, though the registry publishes them as a new version as well. */
  readonly bump: 'major' | 'minor' | 'none';
  /** The lowest version that the changes can have; that of `against` where none is asked for. */
  readonly needed: string;
  /** Raises ObjectVersion and ObjectURN together; absent where the version is high enough. */
  readonly fix: Fix | undefined;
}

function baseVersion(versions: readonly string[], own: string): string | undefined {
  return (
    versions.find((one) => one === own) ??
    versions.filter((one) => compareVersions(one, own) < 0).at(-1) ??
    versions.at(-1)
  );
}

const WEIGHT = { breaking: 0, compatible: 1, editorial: 2 } as const;

/** Compares each object of a file with its published version; objects that OMA's registry lacks are left out. */
export function diffPublished(
  file: XmlFile,
  { registry }: Pick<XmlContext, 'registry'>,
): readonly ObjectDiff[] {
  return readTree(file.tree).objects.flatMap((object) => {
    const own = definitionOf(object, file.uri);
    const against = own && baseVersion(registry.versions(own.id), own.version);
    const published = against === undefined || !own ? undefined : registry.definition(own.id, against);
    if (!own || !published || against === undefined) return [];
    const changes = [...compareDefinitions(published, own)].sort(
      (a, b) => WEIGHT[a.effect] - WEIGHT[b.effect],
    );
    const effect = effectOf(changes);
    const bump = effect === 'breaking' ? 'major' : effect === 'compatible' ? 'minor' : 'none';
    const needed = bump === 'major' ? nextMajor(against) : bump === 'minor' ? nextMinor(against) : against;
    const fix =
      bump !== 'none' && compareVersions(own.version, needed) < 0
        ? versionFix(file, object, needed, `Raise the version to ${needed}`)
        : undefined;
    return [{ object, against, changes, bump, needed, fix }];
  });
}
