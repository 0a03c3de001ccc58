import { fromBase64 } from '../base/bytes';
import { OperationError } from '../base/errors';
import { seconds } from '../base/clock';
import type { OperationRequest, WriteValue } from '../contract/device';
import { formatNumber } from '../contract/formatNames';
import type { Leaf } from '../lwm2m/content/leaf';
import type { Answer, LwM2mServer, OperationSettings } from '../lwm2m/server';
import { resourceDefinition, type DefinitionLookup, type ResourceType } from '../objects/definition';
import { parsePath, type LwM2mPath } from '../objects/path';
import { leavesFromJson, valueFromText } from '../objects/valueJson';

/** A request that can't be understood: what a user typed is no path, no format, no value. */
const misuse = (message: string, next: string): OperationError =>
  new OperationError('USAGE', message, { next });

/** A path a user typed. Throws `OperationError` `USAGE`. */
export function pathFromUser(text: string): LwM2mPath {
  const path = parsePath(text);
  if (!path.ok)
    throw misuse(`${JSON.stringify(text)} is no path: ${path.problem.message}`, 'Write it as /3/0/3.');
  return path.value;
}

/** The content format a user named. Throws `OperationError` `USAGE`. */
export function formatFromUser(name: string): number {
  const number = formatNumber(name) ?? (/^\d{1,5}$/.test(name) ? Number(name) : undefined);
  if (number === undefined)
    throw misuse(
      `${JSON.stringify(name)} is no content format`,
      'Use text, opaque, cbor, link, tlv, senml-json, senml-cbor, json or lwm2m-cbor.',
    );
  return number;
}

/** What to take a text for where no definition says: the narrowest type it reads as. */
function guessType(text: string): ResourceType {
  if (/^-?\d{1,18}$/.test(text)) return 'integer';
  if (/^-?\d+\.\d+(e[-+]?\d+)?$/i.test(text)) return 'float';
  if (text === 'true' || text === 'false') return 'boolean';
  return 'string';
}

function leavesToWrite(write: WriteValue, definitions: DefinitionLookup): readonly Leaf[] {
  const path = pathFromUser(write.path);
  if ('base64' in write) {
    const bytes = fromBase64(write.base64);
    if (!bytes) throw misuse(`the value for ${write.path} is no base64`, 'Encode the bytes as base64.');
    return [{ path, value: { type: 'opaque', value: bytes } }];
  }
  if ('json' in write) {
    const leaves = leavesFromJson(write.json, path, definitions);
    if (!leaves.ok)
      throw misuse(
        `the value for ${write.path} can't be used: ${leaves.problem.message}`,
        'Key an instance by resource ID and a multiple resource by instance ID: {"0":"a","7":{"0":1}}.',
      );
    return leaves.value;
  }
  const { objectId, resourceId } = path;
  if (objectId === undefined || resourceId === undefined)
    throw misuse(
      `${write.path} is no resource`,
      'Give an instance or an object its value with --value JSON.',
    );
  const type = resourceDefinition(definitions, objectId, resourceId)?.type ?? guessType(write.text);
  const value = valueFromText(write.text, type);
  if (!value.ok)
    throw misuse(
      `${JSON.stringify(write.text.slice(0, 60))} is no ${type} for ${write.path}: ${value.problem.message}`,
      `Give a value of type ${type}.`,
    );
  return [{ path, value: value.value }];
}

function settingsOf(request: OperationRequest, signal: AbortSignal | undefined): OperationSettings {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(request.format === undefined ? {} : { format: formatFromUser(request.format) }),
    ...(request.stallTimeout === undefined ? {} : { stallTimeout: seconds(request.stallTimeout) }),
  };
}

/**
 * Does one operation on a device, as asked: where a definition says otherwise, the device's own answer is the answer.
 * Throws `OperationError` `USAGE` for what is no path, format or value at all.
 */
export async function operate(
  server: LwM2mServer,
  request: OperationRequest,
  signal?: AbortSignal,
): Promise<Answer> {
  const { endpoint } = request;
  const settings = settingsOf(request, signal);
  switch (request.operation) {
    case 'read': {
      const paths = request.paths.map(pathFromUser);
      const [only] = paths;
      if (only === undefined) throw misuse('nothing to read', 'Name a path, for example /3/0/3.');
      return paths.length === 1
        ? server.read(endpoint, only, settings)
        : server.readComposite(endpoint, paths, settings);
    }
    case 'write': {
      const definitions = server.definitions(endpoint);
      const leaves = request.values.map((write) => leavesToWrite(write, definitions));
      const [only] = request.values;
      if (only === undefined) throw misuse('nothing to write', 'Name a path and a value.');
      if (request.values.length > 1) return server.writeComposite(endpoint, leaves.flat(), settings);
      const mode = request.mode === undefined ? {} : { mode: request.mode };
      return server.write(endpoint, pathFromUser(only.path), leaves.flat(), { ...settings, ...mode });
    }
    case 'execute':
      return server.execute(endpoint, pathFromUser(request.path), request.argument, settings);
    case 'create': {
      const path = pathFromUser(request.path);
      if (path.objectId === undefined || path.resourceId !== undefined)
        throw misuse(`${request.path} is no place for a new instance`, 'Write it as /19 or /19/1.');
      // the JSON is one instance's: which, the server or the device chooses where the path doesn't
      const instance = path.instanceId === undefined ? { ...path, instanceId: 0 } : path;
      const leaves = leavesFromJson(request.value, instance, server.definitions(endpoint));
      if (!leaves.ok)
        throw misuse(
          `the value for ${request.path} can't be used: ${leaves.problem.message}`,
          'Key the new instance by resource ID: {"5700":21.5}.',
        );
      return server.create(endpoint, path, leaves.value, settings);
    }
    case 'delete':
      return server.delete(endpoint, pathFromUser(request.path), settings);
    case 'discover':
      return server.discover(endpoint, pathFromUser(request.path), settings);
    case 'attributes': {
      const attributes = Object.fromEntries(
        Object.entries(request.attributes).map(([name, value]) => [name, value ?? undefined]),
      );
      return server.writeAttributes(endpoint, pathFromUser(request.path), attributes, settings);
    }
  }
}
