import { printLinks, type Link } from '../lwm2m/content/linkFormat';
import { pathOf, printPath, type LwM2mPath } from '../objects/path';
import type { AttributeStore } from './attributes';
import { offeredFormats } from './contentAnswer';
import { isMultiple, type ObjectTree, type SimulatedInstance } from './objectTree';

type PrintedLink = Pick<Link, 'target' | 'attributes'>;

const versionAttribute = (version: string): Record<string, string> =>
  version === '1.0' ? {} : { ver: version };

/**
 * The answer to Discover: the object with its instances and their resources, the instance with its resources, or the
 * resource with the attributes that it inherits (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.2).
 */
export function discover(tree: ObjectTree, attributes: AttributeStore, path: LwM2mPath): string {
  const { objectId = 0, instanceId, resourceId } = path;
  const object = tree.get(objectId);
  if (!object) return '';
  const links: PrintedLink[] = [];
  const inherits = resourceId !== undefined;
  const add = (at: LwM2mPath, more: Record<string, string | number>) =>
    links.push({
      target: printPath(at),
      attributes: { ...more, ...(inherits ? attributes.effective(at) : attributes.own(at)) },
    });
  const addInstance = (id: number, instance: SimulatedInstance) => {
    if (!inherits) add(pathOf(objectId, id), {});
    for (const [rid, resource] of instance) {
      if (inherits && rid !== resourceId) continue;
      const content = resource.read?.();
      if (resource.read && content === undefined) continue;
      const several = content !== undefined && isMultiple(content) ? content : undefined;
      add(pathOf(objectId, id, rid), several ? { dim: several.size } : {});
      if (inherits && several) for (const ri of several.keys()) add(pathOf(objectId, id, rid, ri), {});
    }
  };
  if (instanceId === undefined) add(pathOf(objectId), versionAttribute(object.definition.version));
  for (const [id, instance] of [...object.instances].sort(([a], [b]) => a - b)) {
    if (instanceId === undefined || id === instanceId) addInstance(id, instance);
  }
  return printLinks(links);
}

/** The object links of a registration: every object but Security, with its version, and its instances. */
export function registeredLinks(tree: ObjectTree, lwm2mVersion: '1.0' | '1.1'): string {
  const formats = offeredFormats(lwm2mVersion).join(' ');
  const links: PrintedLink[] = [
    {
      target: '/',
      attributes: lwm2mVersion === '1.0' ? { rt: 'oma.lwm2m' } : { rt: 'oma.lwm2m', ct: formats },
    },
  ];
  for (const { definition, instances } of tree.all()) {
    const object = {
      target: printPath(pathOf(definition.id)),
      attributes: versionAttribute(definition.version),
    };
    // an object in version 1.0 with instances is told by them alone (§6.2.1)
    if (definition.version !== '1.0' || instances.size === 0) links.push(object);
    for (const id of [...instances.keys()].sort((a, b) => a - b)) {
      links.push({ target: printPath(pathOf(definition.id, id)), attributes: {} });
    }
  }
  return printLinks(links);
}
