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

/** nRF Connect SDK went from 2.9 to 3.0. */
const LAST_MINOR: Readonly<Record<number, number>> = { 1: 9, 2: 9 };

/**
 * The release of nRF Connect SDK that a version is or leads to: 3.1.99 is the development after 3.1, so it counts as 3.2.
 */
export function releaseOf(version: string): string {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version);
  if (patch !== 99) return `${major}.${minor}.${patch}`;
  return minor === LAST_MINOR[major] ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
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
