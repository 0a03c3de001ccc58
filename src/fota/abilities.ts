import type { Duration } from '../base/clock';
import { isSuccess } from '../coap/code';
import type { Leaf } from '../lwm2m/content/leaf';
import { instanceIdsOf, objectIdsOf, objectVersionOf } from '../lwm2m/registration/registration';
import type { Registration } from '../lwm2m/registration/registration';
import type { Answer, LwM2mServer, OperationSettings } from '../lwm2m/server';
import { pathContains, pathOf, samePath, type LwM2mPath } from '../objects/path';
import { compareVersions } from '../objects/version';
import type { Scheme, SocketAddress } from '../transport/ports';
import { bounded } from './deviceText';
import { FirmwareUpdateResources as R } from './vocabulary';

/** Object Firmware Update. */
export const FIRMWARE_UPDATE = 5;
/** Object Advanced Firmware Update (AVSystem; in Anjay and nRF Connect SDK). */
export const ADVANCED_FIRMWARE_UPDATE = 33629;
/** Where the running version is, unless a setting says otherwise: Device, Firmware Version. */
export const DEVICE_FIRMWARE_VERSION: LwM2mPath = pathOf(3, 0, 3);

/** What a device says it can do in an update. */
export interface DeviceAbilities {
  readonly endpointName: string;
  readonly objectIds: readonly number[];
  /** The instance of object 5 that would be driven; `undefined` without object 5. */
  readonly instanceId: number | undefined;
  /** Version of object 5, 1.0 where not told. */
  readonly objectVersion: string;
  /** 5/0/9: 0 pull, 1 push, 2 both; `undefined` where it can't be read. */
  readonly deliveryMethod: number | undefined;
  /** 5/0/8; `undefined` where it is missing or empty, which stands for CoAP. */
  readonly protocols: readonly Scheme[] | undefined;
  readonly queueMode: boolean;
  /** Our own address it registered at. */
  readonly local: { readonly scheme: Scheme; readonly address: SocketAddress };
  readonly versionBefore: string | undefined;
}

/** Whether the instance has Cancel (5/0/10), which came with version 1.1. */
export const hasCancel = (objectVersion: string): boolean => compareVersions(objectVersion, '1.1') >= 0;

/** Protocol Support by number; what it doesn't name is ignored. */
const PROTOCOLS: readonly Scheme[] = ['coap', 'coaps', 'http', 'https', 'coap+tcp', 'coaps+tcp'];

/** A whole number from a leaf, also where a device sends it as text; `undefined` for anything else. */
export function numberIn({ value }: Leaf): number | undefined {
  if (
    value.type === 'integer' ||
    value.type === 'unsigned' ||
    value.type === 'float' ||
    value.type === 'time'
  ) {
    const number = Number(value.value);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  if (value.type === 'string' && /^\s*-?\d{1,9}\s*$/.test(value.value)) return Number(value.value);
  return undefined;
}

/** The value at a path in an answer, where it came. */
export const leafAt = (leaves: readonly Leaf[], path: LwM2mPath): Leaf | undefined =>
  leaves.find((leaf) => samePath(leaf.path, path));

/** Reads one number; `undefined` where the device refuses it or says something else. */
export async function readNumber(
  server: LwM2mServer,
  endpointName: string,
  path: LwM2mPath,
  settings: OperationSettings,
): Promise<{ readonly answer: Answer; readonly value: number | undefined }> {
  const answer = await server.read(endpointName, path, settings);
  const leaf = isSuccess(answer.code) ? leafAt(answer.values, path) : undefined;
  return { answer, value: leaf && numberIn(leaf) };
}

/** The running version as text; `undefined` where it can't be read. A refusal is no failure. */
export async function readVersion(
  server: LwM2mServer,
  endpointName: string,
  path: LwM2mPath,
  settings: OperationSettings,
): Promise<string | undefined> {
  const answer = await server.read(endpointName, path, settings);
  if (!isSuccess(answer.code)) return undefined;
  const value = leafAt(answer.values, path)?.value;
  if (value === undefined || typeof value.value === 'object') return undefined;
  const text = bounded(String(value.value));
  return text === '' ? undefined : text;
}

/** What the registration alone tells. */
export const knownFromRegistration = (
  registration: Registration,
): Omit<DeviceAbilities, 'deliveryMethod' | 'protocols' | 'versionBefore'> => {
  const objectIds = objectIdsOf(registration);
  return {
    endpointName: registration.endpointName,
    objectIds,
    // several instances are possible (Zephyr): the first it lists is driven
    instanceId: objectIds.includes(FIRMWARE_UPDATE)
      ? (instanceIdsOf(registration, FIRMWARE_UPDATE)[0] ?? 0)
      : undefined,
    objectVersion: objectVersionOf(registration, FIRMWARE_UPDATE) ?? '1.0',
    queueMode: registration.queueMode,
    local: registration.local,
  };
};

/** Asks a device what it can: Delivery Method, Protocol Support, and the running version. Throws what the server's `read` throws. */
export async function readAbilities(
  server: LwM2mServer,
  registration: Registration,
  versionPath: LwM2mPath,
  settings: OperationSettings,
): Promise<DeviceAbilities> {
  const known = knownFromRegistration(registration);
  const { endpointName, instanceId } = known;
  if (instanceId === undefined)
    return { ...known, deliveryMethod: undefined, protocols: undefined, versionBefore: undefined };
  const { value: deliveryMethod } = await readNumber(
    server,
    endpointName,
    pathOf(FIRMWARE_UPDATE, instanceId, R.DELIVERY_METHOD),
    settings,
  );
  const support = pathOf(FIRMWARE_UPDATE, instanceId, R.PROTOCOL_SUPPORT);
  const answer = await server.read(endpointName, support, settings);
  const numbers = isSuccess(answer.code)
    ? answer.values.filter(({ path }) => pathContains(support, path)).map(numberIn)
    : [];
  const protocols = numbers.flatMap((number) => PROTOCOLS[number ?? -1] ?? []);
  return {
    ...known,
    deliveryMethod,
    protocols: numbers.length === 0 ? undefined : [...new Set(protocols)],
    versionBefore: await readVersion(server, endpointName, versionPath, settings),
  };
}

/** For settings whose time may be missing. */
export const within = (stallTimeout: Duration | undefined): OperationSettings =>
  stallTimeout === undefined ? {} : { stallTimeout };

/** `/5/0/3` of the instance driven. */
export const firmwarePath = (instanceId: number, resourceId: number): LwM2mPath =>
  pathOf(FIRMWARE_UPDATE, instanceId, resourceId);
