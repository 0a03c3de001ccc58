import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/event';
import { OperationError } from '../base/errors';
import type { Problem } from '../base/result';
import type { DefinitionLookup, ObjectDefinition } from './definition';
import { parseObjectXml } from './objectXml';
import { loadRegistry, type ObjectRegistry } from './registry';
import { compareVersions, nearestVersion } from './version';

/** Lookups remembered at once. */
const MOST_FOUND = 1000;

/**
 * Every definition at hand: the user's own, by the file they come from, and the registry's. The user's win over the
 * registry's of the same object and version. The registry's table is read when {@link ready} is first called.
 */
export class DefinitionCatalogue implements Disposable {
  private readonly changes = new Emitter<void>();
  private readonly own = new Map<string, readonly ObjectDefinition[]>();
  private table: ObjectRegistry | undefined;
  private loading: Promise<ObjectRegistry> | undefined;
  /** What lookups found, by object and by the version asked for: each value of an answer is looked up. */
  private readonly found = new Map<number, Map<string | undefined, ObjectDefinition | undefined>>();
  private foundCount = 0;

  /** The user's definitions changed, or the registry was loaded. */
  readonly onChange: Event<void> = this.changes.event;

  /** @param read gives the text of the registry's table; called once, when it is first needed */
  constructor(private readonly read: () => Promise<string>) {}

  /** The registry, once {@link ready} has loaded it. */
  get registry(): ObjectRegistry | undefined {
    return this.table;
  }

  /**
   * Loads the registry if it isn't. Lookups made before know the user's own objects only, and the registry's from then on.
   * Throws `OperationError` `REGISTRY_UNREADABLE`; a later call tries again.
   */
  ready(): Promise<ObjectRegistry> {
    this.loading ??= this.load().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Sets what a file of the user's defines, in place of what it defined before. */
  set(source: string, definitions: readonly ObjectDefinition[]): void {
    if (definitions.length === 0) return this.remove(source);
    this.own.set(source, definitions);
    this.changed();
  }

  /**
   * Reads a file of the user's and sets what it defines; what is wrong with it is returned. A text that can't be read as
   * XML leaves the file's last definitions in place: it is being edited.
   */
  setFile(source: string, text: string): readonly Problem[] {
    const { definitions, problems, readable } = parseObjectXml(text, source);
    if (readable) this.set(source, definitions);
    return problems;
  }

  /** Forgets a file of the user's. */
  remove(source: string): void {
    if (this.own.delete(source)) this.changed();
  }

  /** The files that define something. */
  sources(): readonly string[] {
    return [...this.own.keys()];
  }

  /** The versions of an object that are known, ascending. */
  versions(objectId: number): readonly string[] {
    const versions = new Set(this.table?.versions(objectId));
    for (const definition of this.ownOf(objectId)) versions.add(definition.version);
    return [...versions].sort(compareVersions);
  }

  /** An object in just that version, the user's own first; without one, in the highest version known. */
  definition(objectId: number, version?: string): ObjectDefinition | undefined {
    const wanted = version ?? this.versions(objectId).at(-1);
    const own = this.ownOf(objectId).find((definition) => definition.version === wanted);
    return own ?? this.table?.definition(objectId, wanted);
  }

  /**
   * The definitions of a device by the object versions it registered (`undefined`: told none, which means 1.0). Where
   * the exact version is unknown the nearest is taken. The lookup stays right when definitions change.
   */
  lookupFor(versions: (objectId: number) => string | undefined): DefinitionLookup {
    return {
      object: (objectId) => this.nearest(objectId, versions(objectId)),
    };
  }

  private nearest(objectId: number, registered: string | undefined): ObjectDefinition | undefined {
    let byVersion = this.found.get(objectId);
    if (byVersion?.has(registered)) return byVersion.get(registered);
    // versions are a device's text, and so are the objects it names: neither may fill the memory
    if (this.foundCount >= MOST_FOUND) this.forget();
    byVersion = this.found.get(objectId) ?? new Map<string | undefined, ObjectDefinition | undefined>();
    const nearest = nearestVersion(this.versions(objectId), registered);
    const definition = nearest === undefined ? undefined : this.definition(objectId, nearest);
    byVersion.set(registered, definition);
    this.found.set(objectId, byVersion);
    this.foundCount++;
    return definition;
  }

  private changed(): void {
    this.forget();
    this.changes.fire();
  }

  private forget(): void {
    this.found.clear();
    this.foundCount = 0;
  }

  /**
   * Every object in every version: the user's own first, then the registry's (once {@link ready} has loaded it); each by
   * ID and version.
   */
  all(): readonly ObjectDefinition[] {
    const byIdAndVersion = (a: ObjectDefinition, b: ObjectDefinition) =>
      a.id - b.id || compareVersions(a.version, b.version);
    const own = [...this.own.values()].flat().sort(byIdAndVersion);
    const registry: ObjectDefinition[] = [];
    for (const id of this.table?.ids() ?? []) {
      for (const version of this.table?.versions(id) ?? []) {
        const definition = this.table?.definition(id, version);
        if (definition) registry.push(definition);
      }
    }
    return [...own, ...registry];
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async load(): Promise<ObjectRegistry> {
    const loaded = loadRegistry(await this.read());
    if (!loaded.ok) {
      throw new OperationError('REGISTRY_UNREADABLE', loaded.problem.message, {
        next: 'Install LwM2M Workbench again: its table of objects is damaged.',
      });
    }
    this.table = loaded.value;
    this.changed();
    return loaded.value;
  }

  /** The user's definitions of an object; of two files with the same version, the one set last wins. */
  private ownOf(objectId: number): readonly ObjectDefinition[] {
    return [...this.own.values()]
      .flat()
      .filter((definition) => definition.id === objectId)
      .reverse();
  }
}
