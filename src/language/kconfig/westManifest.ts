/** What `.west/config` says, with west's own defaults. */
export interface WestConfig {
  readonly manifestPath: string;
  readonly manifestFile: string;
  readonly zephyrBase: string;
}

/** Reads `.west/config`, an INI file. */
export function westConfig(text: string): WestConfig {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) section = header.trim();
    const [, key, value] = /^\s*([\w-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(`${section}.${key}`, value);
  }
  return {
    manifestPath: values.get('manifest.path') ?? 'nrf',
    manifestFile: values.get('manifest.file') ?? 'west.yml',
    zephyrBase: values.get('zephyr.base') ?? 'zephyr',
  };
}

/** Repositories by what they are. */
const REPOSITORIES: ReadonlyMap<string, 'ncs' | 'zephyr'> = new Map([
  ['nrf', 'ncs'],
  ['sdk-nrf', 'ncs'],
  ['ncs', 'ncs'],
  ['zephyr', 'zephyr'],
]);

/**
 * The releases a `west.yml` asks for: `revision: v3.1.0` of the project `sdk-nrf`, or of `zephyr`. A branch or a commit
 * says no release.
 */
export function revisionsOf(manifest: string): {
  readonly ncs: string | undefined;
  readonly zephyr: string | undefined;
} {
  const found = new Map<string, string>();
  // Each project of the list begins with a dash; its keys may stand in any order.
  for (const project of manifest.split(/^\s*-\s+(?=\w)/m).slice(1)) {
    const field = (name: string): string | undefined =>
      new RegExp(`^\\s*${name}:\\s*['"]?([^'"\\s#]+)`, 'm').exec(project)?.[1];
    const kind =
      REPOSITORIES.get(field('repo-path')?.replace(/^.*\//, '') ?? '') ??
      REPOSITORIES.get(field('name') ?? '') ??
      REPOSITORIES.get(
        field('url')
          ?.replace(/^.*\//, '')
          .replace(/\.git$/, '') ?? '',
      );
    const release = /^v?(\d+\.\d+(?:\.\d+)?)(?![\w])/.exec(field('revision') ?? '')?.[1];
    if (kind !== undefined && release !== undefined && !found.has(kind)) found.set(kind, release);
  }
  return { ncs: found.get('ncs'), zephyr: found.get('zephyr') };
}
