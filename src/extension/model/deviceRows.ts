import type { KnownValueView } from '../../contract/device';
import type { StatusView } from '../../contract/workbench';
import { Commands } from '../ids';
import { modeWords } from './credentialRows';
import type { DeviceModel, KnownDevice } from './deviceModel';
import {
  instanceIds,
  pathOfNode,
  resourceInstanceIds,
  resourceView,
  soleInstance,
  type DeviceNode,
} from './deviceNodes';
import { failedHandshakeRow } from './handshakeRows';
import { securityWords } from './handshakeWords';
import type { Row } from './row';
import { serverRow } from './serverRow';
import { valueText, valueWords } from './valueWords';
import { agoText, countText, safeName } from './words';
import { sizeText } from '../../contract/quantities';

/** What rows need beside the model. */
export interface RowContext {
  readonly now: number;
  readonly status: StatusView | undefined;
  /** The server is another window's or process's. */
  readonly joined: boolean;
}

/** Resources that say what an instance is about, most telling first (IPSO's and OMA's reusable resources). */
const MAIN_RESOURCES = [5700, 5500, 5850, 5550, 5650, 5534, 5514, 5805, 5820, 5851, 5547, 5502];
/** Sensor Units: what the device itself says its unit is. */
const SENSOR_UNITS = 5701;

/** The row of a node. */
export function rowOf(model: DeviceModel, node: DeviceNode, context: RowContext): Row {
  switch (node.kind) {
    case 'server':
      return serverRow(model, context);
    case 'hint':
      return hintRow(node.hint);
    case 'device': {
      const device = model.device(node.endpoint);
      return device ? deviceRow(model, device, context) : GONE;
    }
    case 'failedHandshake': {
      const attempt = model.handshakes.lastFailed(node.endpoint);
      return attempt ? failedHandshakeRow(attempt, context.now) : GONE;
    }
    case 'object':
    case 'instance':
    case 'resource':
    case 'resourceInstance': {
      const device = model.device(node.endpoint);
      if (!device) return GONE;
      if (node.kind === 'object') return objectRow(model, device, node);
      return node.kind === 'instance' ? instanceRow(device, node) : resourceRow(device, node, context.now);
    }
  }
}

const GONE: Row = { label: 'gone', context: 'gone', collapsible: 'none' };

function hintRow(hint: 'simulate' | 'kconfig' | 'arrivals'): Row {
  const rows = {
    simulate: ['Start a Simulated Device', 'no hardware needed', 'vm', Commands.SIMULATOR_START],
    kconfig: [
      'Copy Kconfig for This Server',
      'points a Zephyr build here',
      'copy',
      Commands.SERVER_COPY_KCONFIG,
    ],
    arrivals: ['Nothing Arrives?', 'what this machine sees', 'question', Commands.ARRIVALS_SHOW],
  } as const;
  const [label, description, icon, id] = rows[hint];
  return {
    label,
    description,
    icon,
    context: 'hint',
    collapsible: 'none',
    command: { id, arguments: [] },
  };
}

/** `Downloading 42 %`, or what else an update is at. */
export function updateWords(model: DeviceModel, endpoint: string): string | undefined {
  const update = model.updating(endpoint);
  if (!update) return undefined;
  if (update.state === 'updating') return 'Updating';
  if (update.state === 'downloaded') return 'Downloaded';
  if (update.bytes === 0) return 'Update starts';
  return `Downloading ${Math.floor((100 * update.bytes) / Math.max(1, update.total))} %`;
}

/** The same with what counts first, for a row that is cut: `42 % downloaded`. */
const updateWordsShort = (words: string): string => words.replace(/^Downloading (\d+ %)$/, '$1 downloaded');

function deviceRow(model: DeviceModel, device: KnownDevice, { now }: RowContext): Row {
  const { view } = device;
  const version = model.version(view.endpoint);
  const update = updateWords(model, view.endpoint);
  const waits =
    view.queued > 0 ? `, ${countText(view.queued, 'request')} ${view.queued === 1 ? 'waits' : 'wait'}` : '';
  const asleep = view.queueMode && !view.awake;
  const secured = securityWords(view);
  const parts = [
    ...(update === undefined ? [] : [updateWordsShort(update)]),
    ...(version === undefined ? [] : [safeName(version)]),
    asleep ? `asleep${waits}` : `seen ${agoText(view.lastSeen, now)}${waits}`,
    ...(view.security ? [`secured (${modeWords[view.security.mode]})`] : []),
    ...(view.simulated ? ['simulated'] : []),
  ];
  return {
    label: safeName(view.endpoint),
    description: parts.join(' · '),
    tooltip: [
      safeName(view.endpoint),
      `LwM2M ${safeName(view.lwm2m)}, binding ${safeName(view.binding)}, lifetime ${view.lifetime} s`,
      `from ${view.address} at ${view.local}`,
      ...(secured === undefined ? [] : [`secured: ${secured}`]),
      `registered ${agoText(view.registeredAt, now)}, last heard ${agoText(view.lastSeen, now)}`,
      ...(version === undefined ? [] : [`runs ${safeName(version)}`]),
      ...(asleep ? [`sleeps (queue mode)${waits}: it is asked when it next comes`] : []),
      ...(view.simulated ? ['one of our own simulated devices'] : []),
    ].join('\n'),
    icon:
      update !== undefined
        ? 'sync~spin'
        : asleep
          ? 'circle-outline'
          : secured !== undefined
            ? 'lock'
            : view.simulated
              ? 'vm'
              : 'circle-filled',
    ...(asleep || view.simulated ? {} : { iconColor: 'testing.iconPassed' }),
    context: [
      'device',
      ...(view.simulated ? ['simulated'] : []),
      ...(update === undefined ? [] : ['updating']),
    ].join('.'),
    collapsible: 'collapsed',
    spoken: `Device ${safeName(view.endpoint)}, ${parts.join(', ')}`,
  };
}

const readable = (observed: boolean): string => `read.${observed ? 'observed' : 'idle'}`;

function objectRow(
  model: DeviceModel,
  device: KnownDevice,
  node: Extract<DeviceNode, { kind: 'object' }>,
): Row {
  const definition = device.objects.get(node.objectId);
  const instances = instanceIds(device, node.objectId);
  const only = soleInstance(device, node.objectId);
  const version = device.view.objects.find(
    (object) => object.objectId === node.objectId && object.version !== undefined,
  )?.version;
  const observed = device.observed.has(pathOfNode(node));
  const parts = [
    ...(node.objectId === 5 ? (updateStateWords(model, device) ?? []) : []),
    ...(only === undefined && instances.length > 0 ? [`(${instances.length})`] : []),
    ...readProblem(device, only === undefined ? `/${node.objectId}` : `/${node.objectId}/${only}`),
  ];
  return {
    label: `${node.objectId} ${safeName(definition?.name ?? 'unknown object')}`,
    description: parts.join(' '),
    tooltip: [
      `/${node.objectId} ${safeName(definition?.name ?? 'No definition of this object is known.')}`,
      `version ${safeName(version ?? '1.0')}${version === undefined ? ' (none told)' : ''}`,
      ...(definition
        ? [`read by definition ${definition.version} of ${safeName(definition.source)}`]
        : ['Put its XML into the workspace to see names.']),
      ...(instances.length === 0 ? ['no instance registered'] : []),
    ].join('\n'),
    icon: observed ? 'eye' : 'symbol-class',
    context: `object.${readable(observed)}`,
    collapsible: instances.length === 0 ? 'none' : 'collapsed',
  };
}

function updateStateWords(model: DeviceModel, device: KnownDevice): readonly string[] | undefined {
  const update = updateWords(model, device.view.endpoint);
  if (update !== undefined) return [update];
  const state = device.values.get('/5/0/3');
  const result = device.values.get('/5/0/5');
  if (!state) return undefined;
  const words = valueWords(5, { id: 3 }, state);
  return result && result.value !== 0
    ? [`${words}, ${valueWords(5, { id: 5 }, result).toLowerCase()}`]
    : [words];
}

function readProblem(device: KnownDevice, path: string): readonly string[] {
  const state = device.reads.get(path);
  if (!state) return [];
  if (state.reading)
    return [device.view.queueMode && !device.view.awake ? 'is read when it wakes' : 'reading…'];
  return state.problem === undefined ? [] : [safeName(state.problem)];
}

/** The value an instance is known by, with the unit the device or the registry gives it. */
export function mainValue(device: KnownDevice, objectId: number, instanceId: number): string | undefined {
  const base = `/${objectId}/${instanceId}`;
  if (objectId === 6) {
    const [latitude, longitude] = [device.values.get(`${base}/0`), device.values.get(`${base}/1`)];
    return latitude && longitude ? `${valueText(latitude)}, ${valueText(longitude)}` : undefined;
  }
  const id = MAIN_RESOURCES.find((resource) => device.values.has(`${base}/${resource}`));
  const value = id === undefined ? undefined : device.values.get(`${base}/${id}`);
  if (id === undefined || !value) return undefined;
  return valueWords(
    objectId,
    resourceView(device.objects.get(objectId), id),
    value,
    unitsOf(device, base, id),
  );
}

function unitsOf(device: KnownDevice, base: string, resourceId: number): string | undefined {
  const told = device.values.get(`${base}/${SENSOR_UNITS}`)?.value;
  if (
    typeof told === 'string' &&
    told !== '' &&
    MAIN_RESOURCES.concat(5601, 5602, 5603, 5604).includes(resourceId)
  )
    return told;
  const objectId = Number(base.split('/')[1]);
  return resourceView(device.objects.get(objectId), resourceId).units;
}

function instanceRow(device: KnownDevice, node: Extract<DeviceNode, { kind: 'instance' }>): Row {
  const path = pathOfNode(node);
  const observed = device.observed.has(path);
  const main = mainValue(device, node.objectId, node.instanceId);
  return {
    label: String(node.instanceId),
    description: [...(main === undefined ? [] : [main]), ...readProblem(device, path)].join(' · '),
    tooltip: `${path} ${safeName(device.objects.get(node.objectId)?.name ?? '')}`.trim(),
    icon: observed ? 'eye' : 'symbol-namespace',
    context: `instance.${readable(observed)}`,
    collapsible: 'collapsed',
    spoken: `Instance ${node.instanceId} ${main ?? ''}`.trim(),
  };
}

function resourceRow(
  device: KnownDevice,
  node: Extract<DeviceNode, { kind: 'resource' | 'resourceInstance' }>,
  now: number,
): Row {
  const definition = device.objects.get(node.objectId);
  const resource = resourceView(definition, node.resourceId);
  const path = pathOfNode(node);
  const base = `/${node.objectId}/${node.instanceId}`;
  const value = device.values.get(path);
  const instances = node.kind === 'resource' ? resourceInstanceIds(device, path) : [];
  const observed = device.observed.has(path);
  const covered = value !== undefined && isCovered(device, path);
  const units = unitsOf(device, base, node.resourceId);
  const words =
    value !== undefined
      ? valueWords(node.objectId, resource, value, units)
      : instances.length > 0
        ? instances
            .slice(0, 4)
            .map((id) => {
              const one = device.values.get(`${path}/${id}`);
              return one ? valueWords(node.objectId, resource, one, units) : '';
            })
            .join(', ') + (instances.length > 4 ? ', …' : '')
        : resource.operations === 'E'
          ? ''
          : resource.operations === 'W'
            ? 'can only be written'
            : 'not read yet';
  const note = readProblem(device, path).join('');
  const operations = [
    ...(resource.operations.includes('R') ? ['read', observed ? 'observed' : 'idle'] : []),
    ...(resource.operations.includes('W') ? ['write'] : []),
    ...(resource.operations === 'E' && node.kind === 'resource' ? ['execute'] : []),
    ...(value === undefined ? [] : ['value']),
  ];
  const label = node.kind === 'resource' ? safeName(resource.name) : String(node.resourceInstanceId);
  return {
    label,
    description: [words, note].filter((part) => part !== '').join(' · '),
    tooltip: [
      `${path} ${safeName(resource.name)}`,
      [
        resource.type,
        operationWords(resource.operations),
        resource.range && `range ${safeName(resource.range)}`,
        resource.units && `unit ${safeName(resource.units)}`,
      ]
        .filter(Boolean)
        .join(', '),
      ...(value === undefined ? [] : valueLines(value, now)),
      ...readAnswer(device, path),
      ...(covered ? ['observed: changes as the device tells'] : []),
      ...(note === '' ? [] : [note]),
    ].join('\n'),
    icon: covered
      ? 'eye'
      : resource.operations === 'E'
        ? 'run'
        : resource.operations === 'W'
          ? 'edit'
          : 'symbol-field',
    context: ['resource', ...operations].join('.'),
    collapsible: instances.length > 0 && value === undefined ? 'collapsed' : 'none',
    spoken: `${label}${words === '' ? '' : `: ${words}`}${covered ? ', observed' : ''}`,
  };
}

/** The answer to the last read that covered a path. */
function readAnswer(device: KnownDevice, path: string): readonly string[] {
  const parts = path.split('/');
  for (let length = parts.length; length > 1; length--) {
    const answer = device.reads.get(parts.slice(0, length).join('/'))?.answer;
    if (answer !== undefined) return [`read of ${parts.slice(0, length).join('/')}: ${answer}`];
  }
  return [];
}

/** Whether an observation of the path, or of what is above it, brings its changes. */
const isCovered = (device: KnownDevice, path: string): boolean => {
  const parts = path.split('/');
  return parts.some((_, index) => device.observed.has(parts.slice(0, parts.length - index).join('/')));
};

const operationWords = (operations: string): string =>
  ({ R: 'readable', W: 'writable', RW: 'readable and writable', E: 'executable' })[operations] ??
  'for bootstrap only';

function valueLines(value: KnownValueView, now: number): readonly string[] {
  const source = { read: 'read', notify: 'notified', send: 'sent', write: 'written' }[value.source];
  return [
    `${safeName(JSON.stringify(value.value))} (${value.type}${byteCount(value)})`,
    `${source} ${agoText(value.at, now)}`,
  ];
}

function byteCount({ value, type }: KnownValueView): string {
  if (typeof value !== 'string') return '';
  const bytes = type === 'opaque' ? Math.floor((value.replace(/=+$/, '').length * 3) / 4) : value.length;
  return `, ${sizeText(bytes)}`;
}
