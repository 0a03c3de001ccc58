import { Emitter } from '../../../src/base/event';
import type { DeviceView, KnownValueView } from '../../../src/contract/device';
import type { ObjectView, RunSummary, Workbench, WorkbenchEvent } from '../../../src/contract/workbench';
import type { HandshakeAttempt } from '../../../src/security/handshakeAttempt';
import type { ImageFacts } from '../../../src/firmware/image/facts';

/** A device as a workbench tells it. */
export const device = (endpoint: string, more: Partial<DeviceView> = {}): DeviceView => ({
  endpoint,
  address: 'coap://127.0.0.1:40000',
  local: 'coap://127.0.0.1:5683',
  lwm2m: '1.1',
  lifetime: 300,
  binding: 'U',
  queueMode: false,
  objects: [
    { objectId: 3, instanceId: 0 },
    { objectId: 5, instanceId: 0 },
    { objectId: 3303, instanceId: 0, version: '1.1' },
    { objectId: 3303, instanceId: 1, version: '1.1' },
  ],
  registeredAt: 1000,
  lastSeen: 5000,
  awake: true,
  queued: 0,
  simulated: false,
  ...more,
});

/** A value as it is known. */
export const value = (
  path: string,
  json: KnownValueView['value'],
  type: KnownValueView['type'] = 'string',
): KnownValueView => ({ path, value: json, type, at: 5000, source: 'read' });

const resource = (id: number, name: string, operations: string, type: string, more: object = {}) => ({
  id,
  name,
  operations,
  type,
  multiple: false,
  mandatory: false,
  ...more,
});

/** Definitions of a few objects. */
export const definitions: Readonly<Record<number, ObjectView>> = {
  3: {
    id: 3,
    version: '1.0',
    name: 'Device',
    multiple: false,
    mandatory: true,
    source: 'registry',
    resources: [
      resource(0, 'Manufacturer', 'R', 'string'),
      resource(3, 'Firmware Version', 'R', 'string'),
      resource(4, 'Reboot', 'E', '', { mandatory: true }),
      resource(6, 'Available Power Sources', 'R', 'integer', { multiple: true }),
      resource(11, 'Error Code', 'R', 'integer', { mandatory: true, multiple: true }),
    ],
  },
  5: {
    id: 5,
    version: '1.0',
    name: 'Firmware Update',
    multiple: false,
    mandatory: false,
    source: 'registry',
    resources: [
      resource(0, 'Package', 'W', 'opaque', { mandatory: true }),
      resource(3, 'State', 'R', 'integer', { mandatory: true }),
      resource(5, 'Update Result', 'R', 'integer', { mandatory: true }),
    ],
  },
  3303: {
    id: 3303,
    version: '1.1',
    name: 'Temperature',
    multiple: true,
    mandatory: false,
    source: 'registry',
    resources: [
      resource(5700, 'Sensor Value', 'R', 'float', { mandatory: true, units: 'Cel' }),
      resource(5701, 'Sensor Units', 'R', 'string'),
    ],
  },
};

/** What a test says a workbench answers; all else is not to be asked. */
export interface Script {
  readonly devices?: readonly DeviceView[];
  readonly history?: readonly RunSummary[];
  readonly handshakes?: readonly HandshakeAttempt[];
  readonly read?: (path: string) => readonly KnownValueView[];
  /** What is wrong with the answers to reads. */
  readonly problems?: readonly string[];
}

/** A workbench of values alone, with what it was asked. */
export function scriptedWorkbench(script: Script) {
  const events = new Emitter<WorkbenchEvent>();
  const asked: string[] = [];
  const workbench: Partial<Workbench> = {
    onEvent: events.event,
    devices: () => Promise.resolve(script.devices ?? []),
    history: () => Promise.resolve(script.history ?? []),
    handshakes: () => Promise.resolve(script.handshakes ?? []),
    values: () => Promise.resolve([]),
    observations: () => Promise.resolve([]),
    definition: (objectId) => Promise.resolve(definitions[objectId]),
    operate: (request) => {
      if (request.operation !== 'read') throw new Error(`not to be asked: ${request.operation}`);
      const path = request.paths.join(',');
      asked.push(`${request.endpoint}${path}`);
      return Promise.resolve({
        endpoint: request.endpoint,
        path,
        code: '2.05',
        format: 'tlv',
        values: script.read?.(path) ?? [],
        problems: script.problems ?? [],
        size: 12,
      });
    },
  };
  return { workbench: workbench as Workbench, fire: (event: WorkbenchEvent) => events.fire(event), asked };
}

/** Lets what was promised happen. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An image's facts. */
export const image = (more: Partial<ImageFacts> = {}): ImageFacts => ({
  kind: 'mcuboot',
  version: '1.5.0+2',
  size: 253_952,
  sha256: 'ab'.repeat(32),
  sendable: true,
  problems: [],
  ...more,
});

/** A run without its timeline. */
export const run = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  endpointName: 'sim-1',
  startedAt: 1_000_000,
  file: '/work/build/zephyr/zephyr.signed.bin',
  image: image(),
  phase: 'ended',
  bytes: 253_952,
  ...more,
});

/** An attempt of a device to reach the secured listener. */
export const attempt = (id: number, more: Partial<HandshakeAttempt> = {}): HandshakeAttempt => ({
  id,
  at: 1_000_000 + id,
  changedAt: 1_000_500 + id,
  transport: 'dtls',
  address: 'coaps://192.0.2.7:40123',
  local: 'coaps://192.0.2.1:5684',
  outcome: 'completed',
  flights: [],
  ...more,
});

/** A verdict on a device that holds another key. */
export const wrongKey = {
  code: 'WRONG_KEY',
  message: "dev1 does not hold the key we have: the device took the key's hexadecimal digits for text.",
  next: 'Give the device the bytes that the digits stand for.',
  action: { kind: 'showCredential', endpoint: 'dev1' },
} as const;
