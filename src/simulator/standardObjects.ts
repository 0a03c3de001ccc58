import { Codes } from '../coap/code';
import { millis, type Clock } from '../base/clock';
import { pathOf } from '../objects/path';
import type { Content, ObjectTree, SimulatedObject } from './objectTree';
import {
  boolean,
  executable,
  instanceOf,
  integer,
  multiple,
  object,
  readable,
  resource,
  stored,
  text,
  time,
} from './resources';

/** The longest lifetime and period: `lt` ends at 4294967295 seconds (RFC 9176 §5). */
const LONGEST = 0xffff_ffff;

const SERVER = {
  shortServerId: resource(0, 'Short Server ID', 'R', 'integer', { mandatory: true }),
  lifetime: resource(1, 'Lifetime', 'RW', 'integer', { units: 's', mandatory: true }),
  minimumPeriod: resource(2, 'Default Minimum Period', 'RW', 'integer', { units: 's' }),
  maximumPeriod: resource(3, 'Default Maximum Period', 'RW', 'integer', { units: 's' }),
  disable: resource(4, 'Disable', 'E'),
  disableTimeout: resource(5, 'Disable Timeout', 'RW', 'integer', { units: 's' }),
  storing: resource(6, 'Notification Storing When Disabled or Offline', 'RW', 'boolean', { mandatory: true }),
  binding: resource(7, 'Binding', 'RW', 'string', { mandatory: true }),
  updateTrigger: resource(8, 'Registration Update Trigger', 'E', undefined, { mandatory: true }),
  muteSend: resource(23, 'Mute Send', 'RW', 'boolean'),
};

/** What object 1 governs. */
export interface ServerAccount {
  /** Seconds. */
  lifetime: number;
  /** Seconds; 0: none. */
  minimumPeriod: number;
  /** Seconds; 0: none. */
  maximumPeriod: number;
  muteSend: boolean;
}

/** What the server may have the device do through objects 1 and 3. */
export interface DeviceActions {
  /** 1/0/8: an Update is due. */
  update(): void;
  /** 1/0/4: de-register, and register again after so many seconds. */
  disable(forSeconds: number): void;
  /** 3/0/4 and 3/0/5. */
  reboot(): void;
}

/** Object 1, Server: one account, whose lifetime and periods the device lives by. */
export function serverObject(
  lwm2mVersion: '1.0' | '1.1',
  binding: string,
  account: ServerAccount,
  actions: DeviceActions,
): SimulatedObject {
  const newer = lwm2mVersion === '1.1';
  const number = (
    definition: (typeof SERVER)['lifetime'],
    key: 'lifetime' | 'minimumPeriod' | 'maximumPeriod',
    least: number,
    written?: () => void,
  ) =>
    stored(definition, integer(account[key]), {
      valid: (content) =>
        'value' in content && Number(content.value) >= least && Number(content.value) <= LONGEST,
      written: (content) => {
        if ('value' in content) account[key] = Number(content.value);
        written?.();
      },
    });
  const disableTimeout = stored(SERVER.disableTimeout, integer(86_400));
  const list = [
    readable(SERVER.shortServerId, () => integer(1)),
    number(SERVER.lifetime, 'lifetime', 1, () => actions.update()),
    number(SERVER.minimumPeriod, 'minimumPeriod', 0),
    number(SERVER.maximumPeriod, 'maximumPeriod', 0),
    executable(SERVER.disable, () => {
      const content = disableTimeout.read();
      actions.disable('value' in content ? Number(content.value) : 0);
      return Codes.CHANGED;
    }),
    disableTimeout,
    stored(SERVER.storing, boolean(false)),
    stored(SERVER.binding, text(binding)),
    executable(SERVER.updateTrigger, () => {
      actions.update();
      return Codes.CHANGED;
    }),
    ...(newer
      ? [
          stored(SERVER.muteSend, boolean(account.muteSend), {
            written: (content) => {
              account.muteSend = 'value' in content && content.value === true;
            },
          }),
        ]
      : []),
  ];
  return {
    definition: object(1, 'LwM2M Server', newer ? '1.1' : '1.0', true, Object.values(SERVER)),
    instances: new Map([[0, instanceOf(list)]]),
  };
}

const DEVICE = {
  manufacturer: resource(0, 'Manufacturer', 'R', 'string'),
  model: resource(1, 'Model Number', 'R', 'string'),
  serial: resource(2, 'Serial Number', 'R', 'string'),
  firmware: resource(3, 'Firmware Version', 'R', 'string'),
  reboot: resource(4, 'Reboot', 'E', undefined, { mandatory: true }),
  factoryReset: resource(5, 'Factory Reset', 'E'),
  powerSources: resource(6, 'Available Power Sources', 'R', 'integer', { multiple: true }),
  voltage: resource(7, 'Power Source Voltage', 'R', 'integer', { multiple: true, units: 'mV' }),
  current: resource(8, 'Power Source Current', 'R', 'integer', { multiple: true, units: 'mA' }),
  battery: resource(9, 'Battery Level', 'R', 'integer', { units: '/100' }),
  memoryFree: resource(10, 'Memory Free', 'R', 'integer', { units: 'KiB' }),
  error: resource(11, 'Error Code', 'R', 'integer', { multiple: true, mandatory: true }),
  resetError: resource(12, 'Reset Error Code', 'E'),
  currentTime: resource(13, 'Current Time', 'RW', 'time'),
  utcOffset: resource(14, 'UTC Offset', 'RW', 'string'),
  timezone: resource(15, 'Timezone', 'RW', 'string'),
  binding: resource(16, 'Supported Binding and Modes', 'R', 'string', { mandatory: true }),
  deviceType: resource(17, 'Device Type', 'R', 'string'),
  hardware: resource(18, 'Hardware Version', 'R', 'string'),
  software: resource(19, 'Software Version', 'R', 'string'),
  batteryStatus: resource(20, 'Battery Status', 'R', 'integer'),
  memoryTotal: resource(21, 'Memory Total', 'R', 'integer', { units: 'KiB' }),
};

/** A level that falls from 100 % by one every 10 minutes and is charged again at 20 %. */
export const batteryLevel = (clock: Clock): number => 100 - (Math.floor(clock.now() / 600_000) % 81);

/** Object 3, Device. `firmware` tells the version that runs. */
export function deviceObject(
  lwm2mVersion: '1.0' | '1.1',
  binding: string,
  serial: string,
  clock: Clock,
  firmware: () => string,
  tree: ObjectTree,
  actions: DeviceActions,
): SimulatedObject {
  let timeOffset = 0;
  const batteryMillivolts = (): number => 3300 + batteryLevel(clock) * 9;
  const reboot = (): number => {
    actions.reboot();
    return Codes.CHANGED;
  };
  const list = [
    readable(DEVICE.manufacturer, () => text('LwM2M Workbench')),
    readable(DEVICE.model, () => text('Simulated device')),
    readable(DEVICE.serial, () => text(serial)),
    readable(DEVICE.firmware, () => text(firmware())),
    executable(DEVICE.reboot, reboot),
    executable(DEVICE.factoryReset, reboot),
    readable(DEVICE.powerSources, () => multiple(integer(1), integer(5))),
    readable(DEVICE.voltage, () => multiple(integer(batteryMillivolts()), integer(5000))),
    readable(DEVICE.current, () => multiple(integer(12), integer(0))),
    readable(DEVICE.battery, () => integer(batteryLevel(clock))),
    readable(DEVICE.memoryFree, () => integer(96)),
    readable(DEVICE.error, () => multiple(integer(0))),
    executable(DEVICE.resetError, () => {
      tree.changed(pathOf(3, 0, 11));
      return Codes.CHANGED;
    }),
    {
      definition: DEVICE.currentTime,
      read: () => time(Math.floor(clock.wallTime() / 1000) + timeOffset),
      write: (content: Content) => {
        if (!('value' in content) || content.type !== 'time') return Codes.BAD_REQUEST;
        timeOffset = content.value - Math.floor(clock.wallTime() / 1000);
        return undefined;
      },
    },
    stored(DEVICE.utcOffset, text('+00:00')),
    stored(DEVICE.timezone, text('Etc/UTC')),
    readable(DEVICE.binding, () => text(binding)),
    readable(DEVICE.deviceType, () => text('simulator')),
    readable(DEVICE.hardware, () => text('1')),
    readable(DEVICE.software, () => text(firmware())),
    readable(DEVICE.batteryStatus, () => integer(0)),
    readable(DEVICE.memoryTotal, () => integer(256)),
  ];
  return {
    definition: object(3, 'Device', lwm2mVersion, false, Object.values(DEVICE)),
    instances: new Map([[0, instanceOf(list)]]),
  };
}

const CONNECTIVITY = {
  bearer: resource(0, 'Network Bearer', 'R', 'integer', { mandatory: true }),
  bearers: resource(1, 'Available Network Bearer', 'R', 'integer', { multiple: true, mandatory: true }),
  strength: resource(2, 'Radio Signal Strength', 'R', 'integer', { units: 'dBm', mandatory: true }),
  quality: resource(3, 'Link Quality', 'R', 'integer'),
  addresses: resource(4, 'IP Addresses', 'R', 'string', { multiple: true, mandatory: true }),
  routers: resource(5, 'Router IP Addresses', 'R', 'string', { multiple: true }),
  utilization: resource(6, 'Link Utilization', 'R', 'integer', { units: '/100' }),
  apn: resource(7, 'APN', 'R', 'string', { multiple: true }),
  cell: resource(8, 'Cell ID', 'R', 'integer'),
};

/** How often object 4 and the sensors have a new value. */
export const SAMPLE_PERIOD = millis(2000);

/** Object 4, Connectivity Monitoring: an LTE-M bearer whose signal wanders. */
export function connectivityObject(clock: Clock, phase: number, address: () => string): SimulatedObject {
  const strength = (): number =>
    Math.round(-82 + 9 * Math.sin(phase + Math.floor(clock.now() / SAMPLE_PERIOD) / 17));
  const list = [
    readable(CONNECTIVITY.bearer, () => integer(6)),
    readable(CONNECTIVITY.bearers, () => multiple(integer(6), integer(7))),
    readable(CONNECTIVITY.strength, () => integer(strength())),
    readable(CONNECTIVITY.quality, () => integer(-10)),
    readable(CONNECTIVITY.addresses, () => multiple(text(address()))),
    readable(CONNECTIVITY.routers, () => multiple(text(address()))),
    readable(CONNECTIVITY.utilization, () => integer(3)),
    readable(CONNECTIVITY.apn, () => multiple(text('iot.example'))),
    readable(CONNECTIVITY.cell, () => integer(4711)),
  ];
  return {
    definition: object(4, 'Connectivity Monitoring', '1.0', false, Object.values(CONNECTIVITY)),
    instances: new Map([[0, instanceOf(list)]]),
  };
}
