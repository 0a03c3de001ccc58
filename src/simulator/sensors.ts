import { NO_BYTES, encodeUtf8 } from '../base/bytes';
import type { Clock } from '../base/clock';
import { Codes } from '../coap/code';
import type { SimulatedInstance, SimulatedObject } from './objectTree';
import {
  executable,
  float,
  instanceOf,
  integer,
  object,
  opaque,
  readable,
  resource,
  stored,
  text,
  time,
} from './resources';
import { SAMPLE_PERIOD } from './standardObjects';

const SENSOR = {
  minimum: resource(5601, 'Min Measured Value', 'R', 'float'),
  maximum: resource(5602, 'Max Measured Value', 'R', 'float'),
  rangeFrom: resource(5603, 'Min Range Value', 'R', 'float'),
  rangeTo: resource(5604, 'Max Range Value', 'R', 'float'),
  reset: resource(5605, 'Reset Min and Max Measured Values', 'E'),
  value: resource(5700, 'Sensor Value', 'R', 'float', { mandatory: true }),
  units: resource(5701, 'Sensor Units', 'R', 'string'),
  application: resource(5750, 'Application Type', 'RW', 'string'),
};

/** What a sensor measures: a middle, how far it swings, how long a swing takes (in samples), and its range. */
interface Course {
  readonly middle: number;
  readonly swing: number;
  readonly period: number;
  readonly units: string;
  readonly range: readonly [from: number, to: number];
}

const TEMPERATURE: Course = { middle: 21.5, swing: 2.5, period: 90, units: 'Cel', range: [-40, 85] };
const HUMIDITY: Course = { middle: 48, swing: 9, period: 150, units: '%RH', range: [0, 100] };
const PRESSURE: Course = { middle: 1013.2, swing: 4, period: 400, units: 'hPa', range: [300, 1100] };

/** A sensor whose value follows its course by the clock: the same at the same time, whoever asks. */
function sensor(clock: Clock, course: Course, phase: number, application: string): SimulatedInstance {
  const sampleAt = (n: number): number => {
    const swing = course.swing * Math.sin(phase + (2 * Math.PI * n) / course.period);
    const ripple = (course.swing / 12) * Math.sin(phase * 3 + n * 1.7);
    return Math.round((course.middle + swing + ripple) * 100) / 100;
  };
  const current = (): number => sampleAt(Math.floor(clock.now() / SAMPLE_PERIOD));
  let [least, most] = [current(), current()];
  const measured = (): number => {
    const value = current();
    least = Math.min(least, value);
    most = Math.max(most, value);
    return value;
  };
  return instanceOf([
    readable(SENSOR.minimum, () => (measured(), float(least))),
    readable(SENSOR.maximum, () => (measured(), float(most))),
    readable(SENSOR.rangeFrom, () => float(course.range[0])),
    readable(SENSOR.rangeTo, () => float(course.range[1])),
    executable(SENSOR.reset, () => {
      least = most = current();
      return Codes.CHANGED;
    }),
    readable(SENSOR.value, () => float(measured())),
    readable(SENSOR.units, () => text(course.units)),
    stored(SENSOR.application, text(application)),
  ]);
}

/** Temperature 3303 (two), humidity 3304, barometer 3315. `phase` makes each device's course its own (radians). */
export function sensorObjects(clock: Clock, phase: number): readonly SimulatedObject[] {
  const list = Object.values(SENSOR);
  return [
    {
      definition: object(3303, 'Temperature', '1.1', true, list),
      instances: new Map([
        [0, sensor(clock, TEMPERATURE, phase, 'board')],
        [1, sensor(clock, { ...TEMPERATURE, middle: 34, swing: 4 }, phase + 1, 'battery')],
      ]),
    },
    {
      definition: object(3304, 'Humidity', '1.1', true, list),
      instances: new Map([[0, sensor(clock, HUMIDITY, phase + 2, 'board')]]),
    },
    {
      definition: object(3315, 'Barometer', '1.1', true, list),
      instances: new Map([[0, sensor(clock, PRESSURE, phase + 3, 'board')]]),
    },
  ];
}

/** The resources that move by themselves, for whoever observes them. */
export const MOVING_PATHS: readonly (readonly number[])[] = [
  [3303, 0, 5700],
  [3303, 1, 5700],
  [3304, 0, 5700],
  [3315, 0, 5700],
  [4, 0, 2],
  [3, 0, 9],
];

const CONTAINER = {
  data: resource(0, 'Data', 'RW', 'opaque', { multiple: true, mandatory: true }),
  priority: resource(1, 'Data Priority', 'RW', 'integer'),
  created: resource(2, 'Data Creation Time', 'RW', 'time'),
  description: resource(3, 'Data Description', 'RW', 'string'),
  format: resource(4, 'Data Format', 'RW', 'string'),
  applicationId: resource(5, 'App ID', 'RW', 'integer'),
};

const container = (data: Uint8Array): SimulatedInstance =>
  instanceOf([
    stored(CONTAINER.data, new Map([[0, opaque(data)]])),
    stored(CONTAINER.priority, integer(0)),
    stored(CONTAINER.created, time(0)),
    stored(CONTAINER.description, text('')),
    stored(CONTAINER.format, text('')),
    stored(CONTAINER.applicationId, integer(0)),
  ]);

/** Object 19, BinaryAppDataContainer: what a server may create and delete instances of. */
export const containerObject = (): SimulatedObject => ({
  definition: object(19, 'BinaryAppDataContainer', '1.0', true, Object.values(CONTAINER)),
  instances: new Map([[0, container(encodeUtf8('simulated'))]]),
  create: () => container(NO_BYTES),
});
