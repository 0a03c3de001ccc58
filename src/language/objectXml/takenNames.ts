import type { ObjectRegistry } from '../../objects/registry';
import { readTree, valueOf } from './object';
import type { XmlFile } from './rule';
import type { XmlTree } from './tree';

/** An object that has a name: of the registry, or of a file of the workspace. */
export interface NamedObject {
  readonly id: number;
  readonly name: string;
  readonly file?: XmlFile;
}

const keyOf = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

function add(names: Map<string, NamedObject[]>, named: NamedObject): void {
  const key = keyOf(named.name);
  if (key === '') return;
  const list = names.get(key);
  if (list) list.push(named);
  else names.set(key, [named]);
}

const registered = new WeakMap<ObjectRegistry, ReadonlyMap<string, readonly NamedObject[]>>();
const written = new WeakMap<readonly XmlFile[], ReadonlyMap<string, readonly NamedObject[]>>();

function registeredNames(registry: ObjectRegistry): ReadonlyMap<string, readonly NamedObject[]> {
  const known = registered.get(registry);
  if (known) return known;
  const names = new Map<string, NamedObject[]>();
  for (const id of registry.ids()) {
    const name = registry.definition(id)?.name;
    if (name !== undefined) add(names, { id, name });
  }
  registered.set(registry, names);
  return names;
}

const inTree = new WeakMap<XmlTree, readonly NamedObject[]>();

/** A keystroke makes one tree new, and the workspace with it; the others keep what was read of them. */
function namedIn(file: XmlFile): readonly NamedObject[] {
  const known = inTree.get(file.tree);
  if (known && known[0]?.file === file) return known;
  const named = readTree(file.tree).objects.flatMap((object) =>
    object.id === undefined ? [] : [{ id: object.id, name: valueOf(object, 'Name'), file }],
  );
  inTree.set(file.tree, named);
  return named;
}

function writtenNames(workspace: readonly XmlFile[]): ReadonlyMap<string, readonly NamedObject[]> {
  const known = written.get(workspace);
  if (known) return known;
  const names = new Map<string, NamedObject[]>();
  for (const file of workspace) for (const named of namedIn(file)) add(names, named);
  written.set(workspace, names);
  return names;
}

/** Every object called so, capitals aside; of the registry in its latest version. */
export const objectsNamed = (
  name: string,
  registry: ObjectRegistry,
  workspace: readonly XmlFile[],
): readonly NamedObject[] => [
  ...(writtenNames(workspace).get(keyOf(name)) ?? []),
  ...(registeredNames(registry).get(keyOf(name)) ?? []),
];
