import { canBePushed, type FoundBuild } from './buildRows';

/**
 * Builds that ended between two looks, `since` (ms since 1970) being the first one's: they can be pushed, and were written
 * since or have other bytes. An older file that comes into sight, with a folder, was not built now.
 */
export function finishedSince(
  since: number,
  before: readonly FoundBuild[],
  now: readonly FoundBuild[],
): readonly FoundBuild[] {
  const known = new Map(before.map((build) => [build.file, build]));
  return now.filter((build) => {
    const old = known.get(build.file);
    return (
      canBePushed(build) &&
      (old === undefined
        ? build.modified >= since
        : build.modified > old.modified && build.facts?.sha256 !== old.facts?.sha256)
    );
  });
}
