import type { Decoded } from '../base/result';
import { decoded } from '../base/result';
import { Codes, type Code } from '../coap/code';
import { decodeContent } from '../lwm2m/content/content';
import type { Leaf } from '../lwm2m/content/leaf';
import { pathOf, printPath, type LwM2mPath } from '../objects/path';
import type { LwM2mValue } from '../objects/value';
import { isMultiple, type Content, type ObjectTree, type SimulatedResource } from './objectTree';
import { fitsDefinition } from './resources';

/** Whether values replace what a multiple resource held, or are put beside it. */
export type WriteMode = 'replace' | 'update';

/** A resource about to be written. */
interface Pending {
  readonly path: LwM2mPath;
  readonly resource: SimulatedResource;
  readonly content: Content;
}

/** The values of a payload, all of them understood and below `base`, or what is wrong. */
export function decodeLeaves(
  format: number | undefined,
  base: LwM2mPath,
  body: Uint8Array,
  tree: ObjectTree,
): Decoded<readonly Leaf[]> {
  const content = decodeContent(format, base, body, tree);
  if (!content.ok) return content;
  const [first] = content.value.problems;
  return first ? { ok: false, problem: first } : decoded(content.value.leaves);
}

/** Leaves of one resource put together. */
function gather(leaves: readonly Leaf[]): ReadonlyMap<string, readonly Leaf[]> {
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const { objectId = 0, instanceId = 0, resourceId = 0 } = leaf.path;
    const key = printPath(pathOf(objectId, instanceId, resourceId));
    const group = groups.get(key);
    if (group) group.push(leaf);
    else groups.set(key, [leaf]);
  }
  return groups;
}

function contentOf(
  resource: SimulatedResource,
  leaves: readonly Leaf[],
  mode: WriteMode,
): Content | undefined {
  if (!resource.definition.multiple) {
    const [only] = leaves;
    return leaves.length === 1 && only?.path.resourceInstanceId === undefined ? only?.value : undefined;
  }
  const held = mode === 'update' ? resource.read?.() : undefined;
  const values = new Map<number, LwM2mValue>(held && isMultiple(held) ? held : []);
  for (const { path, value } of leaves) {
    if (path.resourceInstanceId === undefined) return undefined;
    values.set(path.resourceInstanceId, value);
  }
  return values;
}

/**
 * Writes every leaf or none (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.3, §6.3.8): the code of the first refusal, and where.
 */
export function writeLeaves(tree: ObjectTree, leaves: readonly Leaf[], mode: WriteMode): Code {
  const pending: Pending[] = [];
  for (const group of gather(leaves).values()) {
    const [first] = group;
    if (!first) continue;
    const { objectId = 0, instanceId = 0, resourceId = 0 } = first.path;
    if (objectId === 0) return Codes.UNAUTHORIZED;
    const path = pathOf(objectId, instanceId, resourceId);
    const resource = tree.resource(path);
    if (!resource) return Codes.NOT_FOUND;
    if (!resource.write) return Codes.METHOD_NOT_ALLOWED;
    const content = contentOf(resource, group, mode);
    if (content === undefined || !fitsDefinition(resource.definition, content)) return Codes.BAD_REQUEST;
    const refused = resource.check?.(content);
    if (refused !== undefined) return refused;
    pending.push({ path, resource, content });
  }
  for (const { path, resource, content } of pending) {
    const refused = resource.write?.(content);
    if (refused !== undefined) return refused;
    tree.changed(path);
  }
  return Codes.CHANGED;
}
