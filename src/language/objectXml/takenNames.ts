import type { ObjectRegistry } from '../../objects/registry';
import { readTree, valueOf } from './object';
import type { XmlFile } from './rule';

/** An object that has a name: of the registry, or of a file of the workspace. */
export interface NamedObject {
  readonly id: number;
  readonly name: string;
  readonly file?: XmlFile;
}

const keyOf = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

/** By their names as names are compared. */
type ByName = ReadonlyMap<string, readonly NamedObject[]>;

const registered = new WeakMap<ObjectRegistry, ByName>();
const written = new WeakMap<readonly XmlFile[], ByName>();

function byName(objects: Iterable<NamedObject>): ByName {
  const found = new Map<string, NamedObject[]>();
  for (const object of objects) {
    const key = keyOf(object.name);
    const list = found.get(key);
    if (list) list.push(object);
    else if (key !== '') found.set(key, [object]);
  }
  return found;
}

const ofRegistry = (registry: ObjectRegistry): readonly NamedObject[] =>
  registry.ids().map((id) => ({ id, name: registry.definition(id)?.name ?? '' }));

const ofFile = (file: XmlFile): readonly NamedObject[] =>
  readTree(file.tree).objects.flatMap((object) =>
    object.id === undefined ? [] : [{ id: object.id, name: valueOf(object, 'Name'), file }],
  );

/** What was read of something, once for as long as that stands. */
function readOnce<K extends object>(
  known: WeakMap<K, ByName>,
  of: K,
  read: (of: K) => Iterable<NamedObject>,
): ByName {
  const before = known.get(of);
  if (before) return before;
  const found = byName(read(of));
  known.set(of, found);
  return found;
}

/** Every object called so, capitals aside; of the registry in its latest version. */
export function objectsNamed(
  name: string,
  registry: ObjectRegistry,
  workspace: readonly XmlFile[],
): readonly NamedObject[] {
  const key = keyOf(name);
  return [
    ...(readOnce(written, workspace, (files) => files.flatMap(ofFile)).get(key) ?? []),
    ...(readOnce(registered, registry, ofRegistry).get(key) ?? []),
  ];
}
