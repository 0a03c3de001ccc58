import type { ObjectRegistry } from '../objects/registry';
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

/** Files that are looked at together, a workspace's or a folder's: object XML, and Kconfig fragments with what stands around them. */
export class Project {
  readonly xml: XmlWorkspace;
  /** In which more units may be known than in OMA's. */
  registry: ObjectRegistry;

  constructor(
    private readonly published: ObjectRegistry,
    private settings: ProjectSettings,
  ) {
    this.registry = withUnits(published, settings.units);
    this.xml = new XmlWorkspace(this.registry, settings.profile);
  }

  get profile(): Profile {
    return this.settings.profile;
  }

  /** Looks at the files otherwise from now on. */
  use(settings: ProjectSettings): void {
    if (settings.units?.join() !== this.settings.units?.join())
      this.registry = withUnits(this.published, settings.units);
    this.settings = settings;
    this.xml.use(this.registry, settings.profile);
  }

  /** The files that are checked. */
  get uris(): readonly string[] {
    return this.xml.uris;
  }

  /** What a file is; `undefined` for one that is not checked. */
  kind(uri: string): LanguageKind | undefined {
    return this.xml.file(uri) ? 'xml' : undefined;
  }

  text(uri: string): string | undefined {
    return this.xml.file(uri)?.tree.text;
  }

  /** A file has this text now. */
  set(uri: string, text: string): void {
    if (/\.xml$/i.test(uri)) this.xml.set(uri, text);
  }

  delete(uri: string): void {
    this.xml.delete(uri);
  }

  /** What is wrong with a file, by place. */
  problems(uri: string): readonly Problem[] {
    return this.xml.problems(uri);
  }

  /** What would be wrong with a file that has another text. */
  problemsOf(uri: string, text: string): readonly Problem[] {
    return this.xml.problemsOf(uri, text);
  }
}
