import { decoded, problem, type Decoded } from '../base/result';

/**
 * A path to an object, object instance, resource or resource instance; the root has none of the four
 * (OMA-TS-LightweightM2M_Core-V1_1_1 §7.3). Each ID is 0–65534; a deeper one is present only with those above it.
 */
export interface LwM2mPath {
  readonly objectId?: number;
  readonly instanceId?: number;
  readonly resourceId?: number;
  readonly resourceInstanceId?: number;
}

/** The largest ID a path may hold: 65535 is reserved ("MAX_ID"). */
export const MAX_ID = 65534;

/** `/` . */
export const ROOT: LwM2mPath = {};

/** A path from its IDs, as many as there are (0 to 4). */
export function pathOf(...ids: readonly number[]): LwM2mPath {
  const [objectId, instanceId, resourceId, resourceInstanceId] = ids;
  if (objectId === undefined) return ROOT;
  if (instanceId === undefined) return { objectId };
  if (resourceId === undefined) return { objectId, instanceId };
  if (resourceInstanceId === undefined) return { objectId, instanceId, resourceId };
  return { objectId, instanceId, resourceId, resourceInstanceId };
}

/** The IDs of a path, from the object down. */
export function idsOf(path: LwM2mPath): readonly number[] {
  const ids: number[] = [];
  for (const id of [path.objectId, path.instanceId, path.resourceId, path.resourceInstanceId]) {
    if (id === undefined) break;
    ids.push(id);
  }
  return ids;
}

/** `/3/0/13`; the root is `/`. */
export const printPath = (path: LwM2mPath): string => '/' + idsOf(path).join('/');

/** Uri-Path segments of a path. */
export const pathSegments = (path: LwM2mPath): readonly string[] => idsOf(path).map(String);

/** Whether `outer` is `inner` or above it. */
export function pathContains(outer: LwM2mPath, inner: LwM2mPath): boolean {
  const innerIds = idsOf(inner);
  return idsOf(outer).every((id, level) => innerIds[level] === id);
}

/** Whether two paths are the same. */
export const samePath = (a: LwM2mPath, b: LwM2mPath): boolean => printPath(a) === printPath(b);

/** Order of paths: by ID, level by level; what is above comes first. */
export function comparePaths(a: LwM2mPath, b: LwM2mPath): number {
  const left = idsOf(a);
  const right = idsOf(b);
  for (let level = 0; level < Math.max(left.length, right.length); level++) {
    const order = (left[level] ?? -1) - (right[level] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}

/** A path from `/3/0/13` (the leading slash may be missing, as users type it). */
export function parsePath(text: string): Decoded<LwM2mPath> {
  const lead = text.startsWith('/') ? 1 : 0;
  const rest = text.slice(lead);
  if (rest === '') return decoded(ROOT);
  const ids: number[] = [];
  let offset = lead;
  for (const part of rest.split('/')) {
    if (!/^(0|[1-9]\d{0,4})$/.test(part)) return problem(`"${part.slice(0, 20)}" is no ID`, offset);
    const id = Number(part);
    if (id > MAX_ID) return problem(`ID ${id} is above ${MAX_ID}`, offset);
    if (ids.length === 4) return problem('a path has at most four IDs', offset);
    ids.push(id);
    offset += part.length + 1;
  }
  return decoded(pathOf(...ids));
}
