import type { ObjectDefinition } from '../../../../objects/definition';
import { compareVersions, majorOf } from '../../../../objects/version';
import { definitionOf } from '../../definition';
import { readTree, type XmlObject } from '../../object';
import type { XmlContext, XmlFile } from '../../rule';

/** An object with the file that defines it. */
export interface Placed {
  readonly file: XmlFile;
  readonly object: XmlObject;
}

const placedById = new WeakMap<readonly XmlFile[], ReadonlyMap<number, readonly Placed[]>>();

/** The objects of a workspace by their IDs: read once for all files and rules. */
function workspaceObjects(workspace: readonly XmlFile[]): ReadonlyMap<number, readonly Placed[]> {
  const known = placedById.get(workspace);
  if (known) return known;
  const byId = new Map<number, Placed[]>();
  for (const file of workspace) {
    const { kind, objects } = readTree(file.tree);
    if (kind !== 'object') continue;
    for (const object of objects) {
      if (object.id === undefined) continue;
      const list = byId.get(object.id);
      if (list) list.push({ file, object });
      else byId.set(object.id, [{ file, object }]);
    }
  }
  placedById.set(workspace, byId);
  return byId;
}

/** The objects of an ID in this file and in the others of the workspace; the file as it is now, whatever the workspace has of it. */
export const objectsOf = (id: number, file: XmlFile, { workspace }: XmlContext): readonly Placed[] => [
  ...readTree(file.tree)
    .objects.filter((object) => object.id === id)
    .map((object) => ({ file, object })),
  ...(workspaceObjects(workspace).get(id) ?? []).filter((placed) => placed.file.uri !== file.uri),
];

/** A version of an object that another is measured by. */
export interface KnownVersion {
  readonly definition: ObjectDefinition;
  /** Where it is written; `undefined`: in OMA's registry. */
  readonly placed: Placed | undefined;
}

/** An object's definition in just that version: the workspace's other files first, else OMA's registry. */
export function knownVersion(
  id: number,
  version: string,
  file: XmlFile,
  context: XmlContext,
): KnownVersion | undefined {
  const placed = objectsOf(id, file, context).find(
    (one) => one.object.version === version && one.file !== file,
  );
  const own = placed && definitionOf(placed.object, placed.file.uri);
  if (own) return { definition: own, placed };
  const definition = context.registry.definition(id, version);
  return definition && { definition, placed: undefined };
}

/** The version that a minor one follows: the highest below it of the same major; `undefined` for the first of a major. */
export function versionBefore(
  object: XmlObject,
  file: XmlFile,
  context: XmlContext,
): KnownVersion | undefined {
  const { id, version } = object;
  if (id === undefined || !/^\d+\.\d+$/.test(version)) return undefined;
  const versions = [
    ...context.registry.versions(id),
    ...objectsOf(id, file, context).map((placed) => placed.object.version),
  ].filter((one) => majorOf(one) === majorOf(version) && compareVersions(one, version) < 0);
  const highest = versions.sort(compareVersions).at(-1);
  return highest === undefined ? undefined : knownVersion(id, highest, file, context);
}
