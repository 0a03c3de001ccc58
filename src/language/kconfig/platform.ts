import { nameOf } from '../uri';
import type { Platform } from './configuration';
import type { Fragment } from './fragment';
import type { SymbolTable } from './symbols';
import { revisionsOf, westConfig } from './westManifest';

/** Reads a file's text; `undefined` where there is none. Paths have `/` and begin with one of the folders given. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** Where to look for the software that a folder is built with. */
export interface PlatformSearch {
  readonly read: ReadText;
  /** The application's folder, then each folder above it as far as may be looked: the innermost first. */
  readonly folders: readonly string[];
  /** Build folders of the application, the newest first. */
  readonly builds: readonly string[];
  /** What the user set: `ncs-3.1.0`, `zephyr-4.1.0`, `anjay-3.11`; empty: found out. */
  readonly setting: string;
}

/** `ncs-3.1.0`, as a setting or an option has it; `undefined` where it is none. */
export function platformOf(name: string, because: string): Platform | undefined {
  const [, kind, version] =
    /^(ncs|zephyr|anjay)(?:-v?(\d+(?:\.\d+){0,2}(?:-[\w.-]+)?))?$/.exec(name.trim()) ?? [];
  return kind === undefined ? undefined : { kind: kind as Platform['kind'], version, because };
}

/** A `VERSION` file: Zephyr's lines of `VERSION_MAJOR = 4`, or a version alone as older nrf folders have. */
export function readVersionFile(text: string): string | undefined {
  const plain = /^\s*v?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
  if (plain !== undefined) return plain;
  const number = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*=\\s*(\\d+)`, 'm').exec(text)?.[1];
  const [major, minor] = [number('VERSION_MAJOR'), number('VERSION_MINOR')];
  return major === undefined || minor === undefined
    ? undefined
    : `${major}.${minor}.${number('PATCHLEVEL') ?? '0'}`;
}

class PlatformFinder {
  constructor(private readonly search: PlatformSearch) {}

  async find(): Promise<Platform | undefined> {
    for (const build of this.search.builds) {
      const found = await this.ofBuild(build);
      if (found) return found;
    }
    for (const folder of this.search.folders) {
      const found = (await this.ofTree(folder)) ?? (await this.ofWorkspace(folder));
      if (found) return found;
    }
    return undefined;
  }

  /** The version of a source tree, `nrf` or `zephyr`. */
  private async versioned(kind: 'ncs' | 'zephyr', folder: string): Promise<Platform | undefined> {
    const text = await this.search.read(`${folder}/VERSION`);
    const version = text === undefined ? undefined : readVersionFile(text);
    return version === undefined ? undefined : { kind, version, because: `${folder}/VERSION` };
  }

  /** An application within the trees of the SDK itself. An application's own VERSION is not looked at. */
  private async ofTree(folder: string): Promise<Platform | undefined> {
    const name = nameOf(folder);
    if (name === 'nrf' || name === 'sdk-nrf') return this.versioned('ncs', folder);
    if (name !== 'zephyr') return undefined;
    const above = folder.slice(0, -'/zephyr'.length);
    const beside = await this.versioned('ncs', `${above}/nrf`);
    return beside ?? (await this.versioned('zephyr', folder));
  }

  /** A west workspace: its trees where they are, else the revisions its manifest asks for. */
  private async ofWorkspace(folder: string): Promise<Platform | undefined> {
    const { read } = this.search;
    const config = await read(`${folder}/.west/config`);
    const west = config === undefined ? undefined : westConfig(config);
    if (west) {
      const trees =
        (await this.versioned('ncs', `${folder}/nrf`)) ??
        (await this.versioned('zephyr', `${folder}/${west.zephyrBase}`));
      if (trees) return trees;
    }
    const manifest = west ? `${folder}/${west.manifestPath}/${west.manifestFile}` : `${folder}/west.yml`;
    const text = await read(manifest);
    if (text === undefined) return undefined;
    const { ncs, zephyr } = revisionsOf(text);
    if (ncs !== undefined) return { kind: 'ncs', version: ncs, because: manifest };
    return zephyr === undefined ? undefined : { kind: 'zephyr', version: zephyr, because: manifest };
  }

  /** A build folder: the trees that CMake was given, else the version of Zephyr that it wrote down. */
  private async ofBuild(build: string): Promise<Platform | undefined> {
    const { read } = this.search;
    const cache = await read(`${build}/CMakeCache.txt`);
    const entry = (name: string): string | undefined =>
      cache && new RegExp(`^${name}:[A-Z]+=(.+)$`, 'm').exec(cache)?.[1]?.trim().replaceAll('\\', '/');
    const base = entry('ZEPHYR_BASE');
    const nrf = entry('ZEPHYR_NRF_MODULE_DIR') ?? base?.replace(/\/[^/]+\/?$/, '/nrf');
    const trees =
      (nrf === undefined ? undefined : await this.versioned('ncs', nrf)) ??
      (base === undefined ? undefined : await this.versioned('zephyr', base));
    if (trees) return trees;
    const info = await read(`${build}/build_info.yml`);
    const [, version] =
      info?.match(/^ {2}zephyr:\s*\n(?: {4}.*\n)*? {4}version:\s*['"]?(\d+\.\d+\.\d+)/m) ?? [];
    return version === undefined
      ? undefined
      : { kind: 'zephyr', version, because: `${build}/build_info.yml` };
  }
}

/** Software that is nRF Connect SDK's by the symbols that are used. */
const OF_NCS =
  /CONFIG_(LWM2M_CLIENT_UTILS|LWM2M_CARRIER|DOWNLOADER|DOWNLOAD_CLIENT|FOTA_DOWNLOAD|NRF_|MODEM_)/;

/** Where nothing shows the software: the newest known, of the kind that the fragments' symbols are from. */
export function assumedPlatform(
  fragments: readonly Pick<Fragment, 'text'>[],
  symbols: SymbolTable,
): Platform {
  const uses = (pattern: RegExp): boolean => fragments.some(({ text }) => pattern.test(text));
  const newest = (kind: Platform['kind'], name: string, version: string | undefined): Platform => ({
    kind,
    version,
    because: `nothing shows the version: the newest known of ${name} is assumed`,
  });
  if (uses(OF_NCS)) return newest('ncs', 'nRF Connect SDK', symbols.ncs.at(-1));
  if (uses(/CONFIG_ANJAY/)) return newest('anjay', 'Anjay-zephyr', symbols.anjay);
  return uses(/CONFIG_LWM2M/)
    ? newest('zephyr', 'Zephyr', symbols.zephyr)
    : newest('ncs', 'nRF Connect SDK', symbols.ncs.at(-1));
}

/**
 * The software that a folder's fragments are for: what the user set; what a build was made with; the west workspace
 * around it; else assumed by the symbols used. `because` says which.
 */
export async function findPlatform(
  search: PlatformSearch,
  fragments: readonly Pick<Fragment, 'text'>[],
  symbols: SymbolTable,
): Promise<Platform> {
  const set = platformOf(search.setting, 'the setting');
  if (set) return set;
  const found = await new PlatformFinder(search).find();
  // Zephyr's version alone says nothing of the SDK over it: fragments that use the SDK's symbols show that there is one.
  if (found?.kind === 'zephyr' && fragments.some(({ text }) => OF_NCS.test(text)))
    return assumedPlatform(fragments, symbols);
  return found ?? assumedPlatform(fragments, symbols);
}
