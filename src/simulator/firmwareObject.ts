import { Codes } from '../coap/code';
import type { FaultPlan } from './deviceOptions';
import type { FirmwareUpdate } from './firmwareUpdate';
import type { Content, SimulatedObject, SimulatedResource } from './objectTree';
import { instanceOf, integer, multiple, object, readable, resource, stored, text, time } from './resources';

const FIRMWARE = {
  package: resource(0, 'Package', 'W', 'opaque', { mandatory: true }),
  packageUri: resource(1, 'Package URI', 'RW', 'string', { mandatory: true }),
  update: resource(2, 'Update', 'E', undefined, { mandatory: true }),
  state: resource(3, 'State', 'R', 'integer', { mandatory: true }),
  updateResult: resource(5, 'Update Result', 'R', 'integer', { mandatory: true }),
  packageName: resource(6, 'PkgName', 'R', 'string'),
  packageVersion: resource(7, 'PkgVersion', 'R', 'string'),
  protocolSupport: resource(8, 'Firmware Update Protocol Support', 'R', 'integer', { multiple: true }),
  deliveryMethod: resource(9, 'Firmware Update Delivery Method', 'R', 'integer', { mandatory: true }),
};
const SINCE_1_1 = {
  cancel: resource(10, 'Cancel', 'E'),
  severity: resource(11, 'Severity', 'RW', 'integer'),
  lastStateChange: resource(12, 'Last State Change Time', 'R', 'time'),
  maximumDefer: resource(13, 'Maximum Defer Period', 'RW', 'unsigned', { units: 's' }),
};

const METHODS = { pull: 0, push: 1, both: 2 } as const;

/** Object 5, Firmware Update, in 1.1 unless the device is a 1.0 one or has no Cancel. */
export function firmwareObject(
  lwm2mVersion: '1.0' | '1.1',
  plan: FaultPlan,
  protocols: readonly number[],
  update: FirmwareUpdate,
): SimulatedObject {
  const newer = lwm2mVersion === '1.1' && !plan.quirks.has('no-cancel');
  const uriOf = (content: Content): string =>
    'value' in content && content.type === 'string' ? content.value : '';
  const list: SimulatedResource[] = [
    {
      definition: FIRMWARE.package,
      write: (content) => {
        if (!('value' in content) || content.type !== 'opaque') return Codes.BAD_REQUEST;
        void update.writeWhole(content.value);
        return undefined;
      },
    },
    {
      definition: FIRMWARE.packageUri,
      read: () => text(update.packageUri),
      check: (content) => update.checkUri(uriOf(content)),
      write: (content) => {
        update.writeUri(uriOf(content));
        return undefined;
      },
    },
    { definition: FIRMWARE.update, execute: () => update.execute() },
    readable(FIRMWARE.state, () => integer(update.current.state)),
    readable(FIRMWARE.updateResult, () => integer(update.current.result)),
    readable(FIRMWARE.packageName, () =>
      update.packageVersion === undefined ? undefined : text('firmware'),
    ),
    readable(FIRMWARE.packageVersion, () =>
      update.packageVersion === undefined ? undefined : text(update.packageVersion),
    ),
    readable(FIRMWARE.protocolSupport, () => multiple(...protocols.map(integer))),
    readable(FIRMWARE.deliveryMethod, () => integer(METHODS[plan.method])),
  ];
  if (newer) {
    list.push(
      { definition: SINCE_1_1.cancel, execute: () => update.cancel() },
      stored(SINCE_1_1.severity, integer(1), {
        valid: (content) => 'value' in content && Number(content.value) >= 0 && Number(content.value) <= 2,
      }),
      readable(SINCE_1_1.lastStateChange, () => time(update.lastChange)),
      stored(SINCE_1_1.maximumDefer, { type: 'unsigned', value: 0 }),
    );
  }
  const definitions = newer ? { ...FIRMWARE, ...SINCE_1_1 } : FIRMWARE;
  return {
    definition: object(5, 'Firmware Update', newer ? '1.1' : '1.0', false, Object.values(definitions)),
    instances: new Map([[0, instanceOf(list)]]),
  };
}
