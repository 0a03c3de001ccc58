/** Order of object versions: `1.9` comes before `1.10`. What is no version counts as 0.0. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map((part) => Number(part) || 0);
  const [majorB = 0, minorB = 0] = b.split('.').map((part) => Number(part) || 0);
  return majorA - majorB || minorA - minorB;
}

/** The part before the point: a change in it may break what reads the object. */
export const majorOf = (version: string): string => version.split('.')[0] ?? '';

/**
 * The version that comes nearest to the one a device registered: itself; else the highest of the same major; else the
 * highest there is. Without one registered, 1.0 is meant (OMA-TS-LightweightM2M_Core-V1_1_1 §7.2.2).
 */
export function nearestVersion(available: readonly string[], registered = '1.0'): string | undefined {
  const ascending = [...available].sort(compareVersions);
  return (
    ascending.find((version) => version === registered) ??
    ascending.filter((version) => majorOf(version) === majorOf(registered)).at(-1) ??
    ascending.at(-1)
  );
}
