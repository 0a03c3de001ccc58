import type { ObjectRegistry } from '../objects/registry';
import { KconfigWorkspace } from './kconfigWorkspace';
import type { Platform } from './kconfig/configuration';
import { findPlatform, platformOf, type ReadText } from './kconfig/platform';
import type { SymbolTable } from './kconfig/symbols';
import type { Problem, Profile } from './problem';
import { XmlWorkspace } from './xmlWorkspace';

/** How files are looked at. */
export interface ProjectSettings {
  readonly profile: Profile;
  /** `ncs-3.1.0`, `zephyr-4.1.0`; without one it is found out from the files. */
  readonly platformVersion?: string | undefined;
  /** Codes of units that count as known beside the registry's. */
  readonly units?: readonly string[] | undefined;
}

/** What a file is to us. */
export type LanguageKind = 'xml' | 'kconfig';

/** A registry in which more units are known. */
function withUnits(registry: ObjectRegistry, more: readonly string[] = []): ObjectRegistry {
  if (more.length === 0) return registry;
  const units = { ...registry.units, oma: [...registry.units.oma, ...more] };
  return Object.create(registry, { units: { value: units } }) as ObjectRegistry;
}

/** Files that are read for what they tell of fragments, and not checked themselves: a folder's own Kconfig. */
export const isContext = (path: string): boolean => /(^|\/)Kconfig$/.test(path);

/** What the libraries of OMA's registry and of Kconfig know: given once. */
export interface Knowledge {
  readonly registry: ObjectRegistry;
  readonly symbols: SymbolTable;
}

/** Files that are looked at together, a workspace's or a folder's: object XML, and Kconfig fragments with what stands around them. */
export class Project {
  readonly xml: XmlWorkspace;
  readonly kconfig: KconfigWorkspace;
  private readonly platforms = new Map<string, Platform>();
  /** In which more units may be known than in OMA's. */
  registry: ObjectRegistry;

  constructor(
    private readonly knowledge: Knowledge,
    private settings: ProjectSettings,
  ) {
    this.registry = withUnits(knowledge.registry, settings.units);
    this.xml = new XmlWorkspace(this.registry, settings.profile);
    this.kconfig = new KconfigWorkspace(knowledge.symbols, (folder) => this.platform(folder));
  }

  get profile(): Profile {
    return this.settings.profile;
  }

  /** Looks at the files otherwise from now on. */
  use(settings: ProjectSettings): void {
    if (settings.units?.join() !== this.settings.units?.join())
      this.registry = withUnits(this.knowledge.registry, settings.units);
    if (settings.platformVersion !== this.settings.platformVersion) {
      this.platforms.clear();
      this.kconfig.forget();
    }
    this.settings = settings;
    this.xml.use(this.registry, settings.profile);
  }

  /** The files that are checked. */
  get uris(): readonly string[] {
    return [...this.xml.uris, ...this.kconfig.uris];
  }

  /** What a file is; `undefined` for one that is not checked. */
  kind(uri: string): LanguageKind | undefined {
    if (this.xml.file(uri)) return 'xml';
    return this.kconfig.fragment(uri) ? 'kconfig' : undefined;
  }

  text(uri: string): string | undefined {
    return this.xml.file(uri)?.tree.text ?? this.kconfig.fragment(uri)?.text;
  }

  /** A file has this text now, written at a time in milliseconds; one without a time is not saved yet. */
  set(uri: string, text: string, modified = Infinity): void {
    if (!this.kconfig.set(uri, text, modified) && /\.xml$/i.test(uri)) this.xml.set(uri, text);
  }

  delete(uri: string): void {
    this.xml.delete(uri);
    this.kconfig.delete(uri);
  }

  /** What is wrong with a file, by place. */
  problems(uri: string): readonly Problem[] {
    return this.xml.file(uri) ? this.xml.problems(uri) : this.kconfig.problems(uri);
  }

  /**
   * Finds out what software the fragments are for, folder by folder; until then it is assumed by the symbols they use.
   * @param foldersAbove a folder's own path, then those above it as far as may be looked
   * @returns whether more became known
   */
  async findPlatforms(read: ReadText, foldersAbove: (folder: string) => readonly string[]): Promise<boolean> {
    const { symbols } = this.knowledge;
    let changed = false;
    for (const folder of this.kconfig.folderUris) {
      const fragments = this.kconfig.fragmentsOf(folder);
      const [own = folder, ...above] = foldersAbove(folder);
      const builds = this.kconfig.buildsOf(folder).map((build) => own + build.slice(folder.length));
      const setting = this.settings.platformVersion ?? '';
      const found = await findPlatform(
        { read, folders: [own, ...above], builds, setting },
        fragments,
        symbols,
      );
      if (JSON.stringify(found) === JSON.stringify(this.platforms.get(folder))) continue;
      this.platforms.set(folder, found);
      changed = true;
    }
    if (changed) this.kconfig.forget();
    return changed;
  }

  private platform(folder: string): Platform | undefined {
    return platformOf(this.settings.platformVersion ?? '', 'the setting') ?? this.platforms.get(folder);
  }
}
