import { Emitter } from '../base/event';
import { Codes, type Code } from '../coap/code';
import type { ExecuteArgument } from '../lwm2m/content/executeArguments';
import type { Leaf } from '../lwm2m/content/leaf';
import type { DefinitionLookup, ObjectDefinition, ResourceDefinition } from '../objects/definition';
import { pathOf, type LwM2mPath } from '../objects/path';
import type { LwM2mValue } from '../objects/value';

/** What a resource holds: one value, or one by instance where it is a multiple resource. */
export type Content = LwM2mValue | ReadonlyMap<number, LwM2mValue>;

/** Whether a content is that of a multiple resource. */
export const isMultiple = (content: Content): content is ReadonlyMap<number, LwM2mValue> =>
  content instanceof Map;

/** A resource of the simulated device. */
export interface SimulatedResource {
  readonly definition: ResourceDefinition;
  /** `undefined`: not there at the moment (4.04). */
  readonly read?: () => Content | undefined;
  /** The code of a refusal; asked before anything of the same request is written. */
  readonly check?: (content: Content) => Code | undefined;
  /** Takes a value that was checked, or tells the code of its refusal. */
  readonly write?: (content: Content) => Code | undefined;
  readonly execute?: (list: readonly ExecuteArgument[]) => Code;
}

/** An object instance: its resources by ID. */
export type SimulatedInstance = ReadonlyMap<number, SimulatedResource>;

/** An object: what it is, its instances, and how a server makes and removes one, where it may. */
export interface SimulatedObject {
  readonly definition: ObjectDefinition;
  readonly instances: Map<number, SimulatedInstance>;
  readonly create?: (instanceId: number) => SimulatedInstance;
}

/** The data model of the device, which operations read and change and observations follow. */
export class ObjectTree implements DefinitionLookup {
  private readonly objects = new Map<number, SimulatedObject>();
  private readonly changes = new Emitter<LwM2mPath>();
  private readonly lists = new Emitter<void>();
  /** A resource, or an instance that came or went. */
  readonly onChanged = this.changes.event;
  /** The set of instances is another: what was registered is out of date. */
  readonly onInstances = this.lists.event;

  add(object: SimulatedObject): void {
    this.objects.set(object.definition.id, object);
  }

  get(objectId: number): SimulatedObject | undefined {
    return this.objects.get(objectId);
  }

  object(objectId: number): ObjectDefinition | undefined {
    return this.objects.get(objectId)?.definition;
  }

  /** What servers may see, by ID: all but Security, object 0 (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.1). */
  all(): readonly SimulatedObject[] {
    return [...this.objects.values()]
      .filter(({ definition }) => definition.id !== 0)
      .sort((a, b) => a.definition.id - b.definition.id);
  }

  resource(path: LwM2mPath): SimulatedResource | undefined {
    const { objectId, instanceId, resourceId } = path;
    if (objectId === undefined || instanceId === undefined || resourceId === undefined) return undefined;
    return this.objects.get(objectId)?.instances.get(instanceId)?.get(resourceId);
  }

  changed(path: LwM2mPath): void {
    this.changes.fire(path);
  }

  instancesChanged(path: LwM2mPath): void {
    this.changes.fire(path);
    this.lists.fire();
  }

  /** Whether an object, instance, resource or resource instance is there, readable or not. */
  has(path: LwM2mPath): boolean {
    const { objectId, instanceId, resourceId, resourceInstanceId } = path;
    if (objectId === undefined) return true;
    const object = this.objects.get(objectId);
    if (!object || instanceId === undefined) return object !== undefined;
    const instance = object.instances.get(instanceId);
    if (!instance || resourceId === undefined) return instance !== undefined;
    const resource = instance.get(resourceId);
    if (!resource || resourceInstanceId === undefined) return resource !== undefined;
    const content = resource.read?.();
    return content !== undefined && isMultiple(content) && content.has(resourceInstanceId);
  }

  /**
   * Every readable value at or below a path, or the code of the refusal: 4.04 where nothing is, 4.05 where the resource
   * can't be read (OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.1: what can't be read is left out of an instance).
   */
  read(path: LwM2mPath): readonly Leaf[] | Code {
    const { objectId, instanceId, resourceId, resourceInstanceId } = path;
    if (objectId === undefined) return this.all().flatMap((one) => this.readObject(one));
    if (objectId === 0) return Codes.UNAUTHORIZED;
    const object = this.objects.get(objectId);
    if (!object) return Codes.NOT_FOUND;
    if (instanceId === undefined) return this.readObject(object);
    const instance = object.instances.get(instanceId);
    if (!instance) return Codes.NOT_FOUND;
    if (resourceId === undefined) return readInstance(objectId, instanceId, instance);
    const resource = instance.get(resourceId);
    if (!resource) return Codes.NOT_FOUND;
    if (!resource.read) return Codes.METHOD_NOT_ALLOWED;
    const content = resource.read();
    if (content === undefined) return Codes.NOT_FOUND;
    if (resourceInstanceId === undefined) return leavesOf(pathOf(objectId, instanceId, resourceId), content);
    const value = isMultiple(content) ? content.get(resourceInstanceId) : undefined;
    return value ? [{ path, value }] : Codes.NOT_FOUND;
  }

  private readObject(object: SimulatedObject): readonly Leaf[] {
    return [...object.instances]
      .sort(([a], [b]) => a - b)
      .flatMap(([id, instance]) => readInstance(object.definition.id, id, instance));
  }
}

function readInstance(objectId: number, instanceId: number, instance: SimulatedInstance): readonly Leaf[] {
  return [...instance].flatMap(([resourceId, resource]) => {
    const content = resource.read?.();
    return content === undefined ? [] : leavesOf(pathOf(objectId, instanceId, resourceId), content);
  });
}

/** The values of a resource at its path. */
export function leavesOf(path: LwM2mPath, content: Content): readonly Leaf[] {
  if (!isMultiple(content)) return [{ path, value: content }];
  return [...content]
    .sort(([a], [b]) => a - b)
    .map(([resourceInstanceId, value]) => ({ path: { ...path, resourceInstanceId }, value }));
}
