import type { ObjectRegistry } from '../../objects/registry';
import { MAX_RESOURCE_ID } from './grammar';
import { readTree, type XmlObject } from './object';
import type { XmlFile } from './rule';

/** The next resource ID that an object does not use yet: after its highest of its own (0–2047), else the lowest free one. */
export function freeResourceId({ items }: Pick<XmlObject, 'items'>): number {
  const used = new Set(items.map(({ id }) => id));
  let next = 0;
  for (const id of used) if (id !== undefined && id < 2048) next = Math.max(next, id + 1);
  if (next < 2048) return next;
  for (next = 0; used.has(next) && next < MAX_RESOURCE_ID; next++);
  return next;
}

/** The lowest object ID from `from` up to `to` that neither the registry nor a file of the workspace has. */
export function freeObjectId(
  registry: ObjectRegistry,
  workspace: readonly XmlFile[],
  from: number,
  to: number,
): number | undefined {
  const used = new Set(registry.ids());
  for (const { tree } of workspace)
    for (const { id } of readTree(tree).objects) if (id !== undefined) used.add(id);
  for (let id = from; id <= to; id++) if (!used.has(id)) return id;
  return undefined;
}
