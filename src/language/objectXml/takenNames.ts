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

/** With the name as names are compared. */
interface KeyedObject extends NamedObject {
  readonly key: string;
}

const registered = new WeakMap<ObjectRegistry, readonly KeyedObject[]>();
const written = new WeakMap<XmlTree, readonly KeyedObject[]>();

const keyed = (named: NamedObject): readonly KeyedObject[] => {
  const key = keyOf(named.name);
  return key === '' ? [] : [{ ...named, key }];
};

function inRegistry(registry: ObjectRegistry): readonly KeyedObject[] {
  const known = registered.get(registry);
  if (known) return known;
  const named = registry.ids().flatMap((id) => {
    const name = registry.definition(id)?.name;
    return name === undefined ? [] : keyed({ id, name });
  });
  registered.set(registry, named);
  return named;
}

/** A keystroke makes one tree new, and the workspace with it; of the others is kept what was read of them. */
function inFile(file: XmlFile): readonly KeyedObject[] {
  const known = written.get(file.tree);
  if (known && (known[0] === undefined || known[0].file === file)) return known;
  const named = readTree(file.tree).objects.flatMap((object) =>
    object.id === undefined ? [] : keyed({ id: object.id, name: valueOf(object, 'Name'), file }),
  );
  written.set(file.tree, named);
  return named;
}

/** Every object called so, capitals aside; of the registry in its latest version. */
export function objectsNamed(
  name: string,
  registry: ObjectRegistry,
  workspace: readonly XmlFile[],
): readonly NamedObject[] {
  const wanted = keyOf(name);
  const found: NamedObject[] = [];
  for (const file of workspace) for (const one of inFile(file)) if (one.key === wanted) found.push(one);
  for (const one of inRegistry(registry)) if (one.key === wanted) found.push(one);
  return found;
}
