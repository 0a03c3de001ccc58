import { printCode } from '../coap/code';
import type { AnswerView, DeviceView, KnownValueView, ValueView } from '../contract/device';
import { formatName } from '../contract/formatNames';
import type { KnownValue } from '../device/knownValues';
import type { ObjectView } from '../contract/workbench';
import type { Leaf } from '../lwm2m/content/leaf';
import type { Registration } from '../lwm2m/registration/registration';
import type { Answer, Presence } from '../lwm2m/server';
import type { ObjectDefinition } from '../objects/definition';
import { printPath } from '../objects/path';
import { valueToJson } from '../objects/valueJson';
import { printUri } from './listenUri';

/** A registration in the form that leaves the process. */
export function deviceView(
  registration: Registration,
  presence: Presence,
  simulated: boolean,
  security?: DeviceView['security'],
): DeviceView {
  return {
    endpoint: registration.endpointName,
    address: printUri(registration.local.scheme, registration.peer.address),
    local: printUri(registration.local.scheme, registration.local.address),
    lwm2m: registration.lwm2mVersion,
    lifetime: registration.lifetime,
    binding: registration.binding,
    queueMode: registration.queueMode,
    objects: registration.objectLinks.map(({ path, version }) => ({
      objectId: path.objectId ?? 0,
      ...(path.instanceId === undefined ? {} : { instanceId: path.instanceId }),
      ...(version === undefined ? {} : { version }),
    })),
    registeredAt: registration.registeredAt,
    lastSeen: registration.lastSeen,
    awake: presence.awake,
    queued: presence.queued,
    simulated,
    ...(security === undefined ? {} : { security }),
  };
}

/** A value in the form that leaves the process. */
export const valueView = ({ path, value }: Leaf): ValueView => ({
  path: printPath(path),
  value: valueToJson(value),
  type: value.type,
});

/** An answer in the form that leaves the process. */
export function answerView(answer: Answer): AnswerView {
  return {
    endpoint: answer.endpointName,
    path: printPath(answer.path),
    code: printCode(answer.code),
    ...(answer.contentFormat === undefined ? {} : { format: formatName(answer.contentFormat) }),
    values: answer.values.map(valueView),
    ...(answer.links === undefined
      ? {}
      : {
          links: answer.links.map(({ path, attributes }) => ({
            path: printPath(path),
            attributes: Object.fromEntries(
              Object.entries(attributes).map(([name, value]) => [name, value ?? '']),
            ),
          })),
        }),
    ...(answer.location === undefined ? {} : { location: printPath(answer.location) }),
    ...(answer.diagnostic === undefined ? {} : { diagnostic: answer.diagnostic }),
    problems: answer.problems,
    size: answer.payload.length,
  };
}

/** An object definition in the form that leaves the process. */
export const objectView = (definition: ObjectDefinition): ObjectView => ({
  id: definition.id,
  version: definition.version,
  name: definition.name,
  multiple: definition.multiple,
  mandatory: definition.mandatory,
  source: definition.source,
  resources: [...definition.resources.values()].map((resource) => ({
    id: resource.id,
    name: resource.name,
    operations: resource.operations,
    type: resource.type ?? '',
    multiple: resource.multiple,
    mandatory: resource.mandatory,
    ...(resource.range === undefined ? {} : { range: resource.range }),
    ...(resource.units === undefined ? {} : { units: resource.units }),
  })),
});

/** A known value in the form that leaves the process. */
export const knownValueView = (known: KnownValue): KnownValueView => ({
  ...valueView(known),
  at: known.at,
  source: known.source,
});
