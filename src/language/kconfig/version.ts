/** `3.1.99-dev1` → [3, 1, 99]; what is no number counts as 0. */
const numbersOf = (version: string): readonly number[] =>
  version
    .split(/[.-]/)
    .slice(0, 3)
    .map((part) => parseInt(part, 10) || 0);

/** Order of versions by their first three numbers: negative, 0, positive; `3.1` is `3.1.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The release a version is or leads to: `3.1.99` is on the way to `3.2`, so it counts as that.
 * Zephyr and nRF Connect SDK number their development trees so.
 */
export function releaseOf(version: string): string {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version);
  return patch === 99 ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch}`;
}

/** Versions of Zephyr beneath those of nRF Connect SDK: from which on each stands on which. */
const BASES: readonly (readonly [ncs: string, zephyr: string])[] = [
  ['2.0', '3.0.99'],
  ['2.1', '3.1.99'],
  ['2.2', '3.2.99'],
  ['2.4', '3.3.99'],
  ['2.5', '3.4.99'],
  ['2.6', '3.5.99'],
  ['2.7', '3.6.99'],
  ['2.8', '3.7.99'],
  ['3.0', '4.0.99'],
  ['3.1', '4.1.99'],
  ['3.2', '4.2.99'],
  ['3.3', '4.3.99'],
  ['3.4', '4.4'],
];

/** The Zephyr that a release of nRF Connect SDK stands on. */
export function zephyrOf(ncs: string): string {
  let base = '3.0.99';
  for (const [from, zephyr] of BASES) if (compareVersions(ncs, from) >= 0) base = zephyr;
  return base;
}
