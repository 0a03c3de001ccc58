import { parsePath } from '../../objects/path';
import type { ObjectView, ResourceView } from '../../contract/workbench';
import type { DeviceModel, KnownDevice } from './deviceModel';

/** A place in the tree of devices. */
export type DeviceNode =
  | { readonly kind: 'server' }
  | { readonly kind: 'hint'; readonly hint: 'simulate' | 'kconfig' | 'arrivals' }
  | { readonly kind: 'device'; readonly endpoint: string }
  | { readonly kind: 'failedHandshake'; readonly endpoint: string }
  | ({ readonly kind: 'object' } & At)
  | ({ readonly kind: 'instance'; readonly instanceId: number } & At)
  | ({ readonly kind: 'resource'; readonly instanceId: number; readonly resourceId: number } & At)
  | ({
      readonly kind: 'resourceInstance';
      readonly instanceId: number;
      readonly resourceId: number;
      readonly resourceInstanceId: number;
    } & At);

interface At {
  readonly endpoint: string;
  readonly objectId: number;
}

/** The node's name among all of the tree: stable, so that an open branch stays open. */
export function nodeId(node: DeviceNode): string {
  switch (node.kind) {
    case 'server':
      return 'server';
    case 'hint':
      return `hint:${node.hint}`;
    case 'device':
      return `device:${node.endpoint}`;
    case 'failedHandshake':
      return `failedHandshake:${node.endpoint}`;
    default:
      return `${node.endpoint}:${pathOfNode(node)}`;
  }
}

/** The path a node stands for; `/` for a device. */
export function pathOfNode(node: DeviceNode): string {
  switch (node.kind) {
    case 'object':
      return `/${node.objectId}`;
    case 'instance':
      return `/${node.objectId}/${node.instanceId}`;
    case 'resource':
      return `/${node.objectId}/${node.instanceId}/${node.resourceId}`;
    case 'resourceInstance':
      return `/${node.objectId}/${node.instanceId}/${node.resourceId}/${node.resourceInstanceId}`;
    default:
      return '/';
  }
}

/** What is below a node, from what is known: no device is asked. */
export function childrenOf(model: DeviceModel, node: DeviceNode | undefined): readonly DeviceNode[] {
  if (!node) return roots(model);
  switch (node.kind) {
    case 'device': {
      const { endpoint } = node;
      const device = model.device(endpoint);
      if (!device) return [];
      return [
        ...(model.handshakes.lastFailed(endpoint) ? [{ kind: 'failedHandshake', endpoint } as const] : []),
        ...objectIds(device).map((objectId) => ({ kind: 'object', endpoint, objectId }) as const),
      ];
    }
    case 'object': {
      const device = model.device(node.endpoint);
      if (!device) return [];
      const instances = instanceIds(device, node.objectId);
      const only = soleInstance(device, node.objectId);
      return only === undefined
        ? instances.map((instanceId) => ({ ...node, kind: 'instance', instanceId }))
        : resourceNodes(device, { ...node, kind: 'instance', instanceId: only });
    }
    case 'instance': {
      const device = model.device(node.endpoint);
      return device ? resourceNodes(device, node) : [];
    }
    case 'resource': {
      const device = model.device(node.endpoint);
      return device
        ? resourceInstanceIds(device, pathOfNode(node)).map((resourceInstanceId) => ({
            ...node,
            kind: 'resourceInstance',
            resourceInstanceId,
          }))
        : [];
    }
    default:
      return [];
  }
}

/** Where a node hangs, for revealing it. */
export function parentOf(model: DeviceModel, node: DeviceNode): DeviceNode | undefined {
  switch (node.kind) {
    case 'failedHandshake':
    case 'object':
      return { kind: 'device', endpoint: node.endpoint };
    case 'instance':
      return { kind: 'object', endpoint: node.endpoint, objectId: node.objectId };
    case 'resource': {
      const { endpoint, objectId, instanceId } = node;
      const device = model.device(endpoint);
      return device && soleInstance(device, objectId) === instanceId
        ? { kind: 'object', endpoint, objectId }
        : { kind: 'instance', endpoint, objectId, instanceId };
    }
    case 'resourceInstance': {
      const { endpoint, objectId, instanceId, resourceId } = node;
      return { kind: 'resource', endpoint, objectId, instanceId, resourceId };
    }
    default:
      return undefined;
  }
}

function roots(model: DeviceModel): readonly DeviceNode[] {
  const devices = model.devices();
  const hints = (['simulate', 'kconfig', 'arrivals'] as const).map(
    (hint) => ({ kind: 'hint', hint }) as const,
  );
  return [
    { kind: 'server' },
    ...devices.map(({ view }) => ({ kind: 'device', endpoint: view.endpoint }) as const),
    ...(devices.length === 0 ? hints : []),
  ];
}

const objectIds = (device: KnownDevice): readonly number[] =>
  [...new Set(device.view.objects.map(({ objectId }) => objectId))].sort((a, b) => a - b);

/** Instances that the device registered, and those that values are known of. */
export function instanceIds(device: KnownDevice, objectId: number): readonly number[] {
  const ids = new Set<number>();
  for (const object of device.view.objects)
    if (object.objectId === objectId && object.instanceId !== undefined) ids.add(object.instanceId);
  if (ids.size === 0)
    for (const path of device.values.keys()) {
      const parsed = parsePath(path);
      if (parsed.ok && parsed.value.objectId === objectId && parsed.value.instanceId !== undefined)
        ids.add(parsed.value.instanceId);
    }
  return [...ids].sort((a, b) => a - b);
}

/** The instance of an object that has but one by its definition: its resources hang under the object itself. */
export function soleInstance(device: KnownDevice, objectId: number): number | undefined {
  const ids = instanceIds(device, objectId);
  const definition = device.objects.get(objectId);
  return ids.length === 1 && definition?.multiple === false ? ids[0] : undefined;
}

/** The instances of a multiple resource that values are known of. */
export function resourceInstanceIds(device: KnownDevice, path: string): readonly number[] {
  const ids: number[] = [];
  for (const known of device.values.keys())
    if (known.startsWith(`${path}/`)) ids.push(Number(known.slice(path.length + 1)));
  return ids.filter(Number.isInteger).sort((a, b) => a - b);
}

function resourceNodes(
  device: KnownDevice,
  node: Extract<DeviceNode, { kind: 'instance' }>,
): readonly DeviceNode[] {
  const path = pathOfNode(node);
  const ids = new Set<number>();
  for (const known of device.values.keys())
    if (known.startsWith(`${path}/`)) ids.add(Number(known.slice(path.length + 1).split('/')[0]));
  const wasRead = [...ids].length > 1;
  for (const resource of device.objects.get(node.objectId)?.resources ?? [])
    if (isShown(resource, wasRead)) ids.add(resource.id);
  return [...ids]
    .filter(Number.isInteger)
    .sort((a, b) => a - b)
    .map((resourceId) => ({ ...node, kind: 'resource', resourceId }));
}

/**
 * Whether a resource without a known value has a row: what can't be read has, since nothing else would show it. Of the
 * readable ones the mandatory are there until a read has shown which the device has.
 */
const isShown = ({ operations, mandatory }: ResourceView, wasRead: boolean): boolean =>
  operations.includes('R') ? mandatory && !wasRead : operations !== '';

/** A resource as its definition has it, or what can be said of one without. */
export function resourceView(definition: ObjectView | undefined, resourceId: number): ResourceView {
  return (
    definition?.resources.find(({ id }) => id === resourceId) ?? {
      id: resourceId,
      name: `Resource ${resourceId}`,
      operations: 'RW',
      type: '',
      multiple: false,
      mandatory: false,
    }
  );
}
