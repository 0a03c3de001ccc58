import { Codes } from '../coap/code';
import type { ObjectDefinition, Operations, ResourceDefinition, ResourceType } from '../objects/definition';
import type { LwM2mValue } from '../objects/value';
import { isMultiple, type Content, type SimulatedResource } from './objectTree';

/** A resource definition in a line: ID, name, operations, type, and `multiple` or a unit. */
export function resource(
  id: number,
  name: string,
  operations: Operations,
  type?: ResourceType,
  more: { readonly multiple?: boolean; readonly units?: string; readonly mandatory?: boolean } = {},
): ResourceDefinition {
  return {
    id,
    name,
    operations,
    type,
    multiple: more.multiple ?? false,
    mandatory: more.mandatory ?? false,
    ...(more.units === undefined ? {} : { units: more.units }),
  };
}

/** An object definition with these resources. */
export function object(
  id: number,
  name: string,
  version: string,
  multiple: boolean,
  list: readonly ResourceDefinition[],
): ObjectDefinition {
  return {
    id,
    name,
    version,
    multiple,
    mandatory: id === 1 || id === 3,
    source: 'simulator',
    resources: new Map(list.map((one) => [one.id, one])),
  };
}

/** A text. */
export const text = (value: string): LwM2mValue => ({ type: 'string', value });
/** A whole number. */
export const integer = (value: number): LwM2mValue => ({ type: 'integer', value });
/** A number. */
export const float = (value: number): LwM2mValue => ({ type: 'float', value });
/** True or false. */
export const boolean = (value: boolean): LwM2mValue => ({ type: 'boolean', value });
/** Bytes. */
export const opaque = (value: Uint8Array): LwM2mValue => ({ type: 'opaque', value });
/** Seconds since 1970. */
export const time = (value: number): LwM2mValue => ({ type: 'time', value });
/** The content of a multiple resource, its instances counted from 0. */
export const multiple = (...values: readonly LwM2mValue[]): Content => new Map(values.entries());

/** Whether a content is what a definition asks for: one or many, each of the type. */
export function fitsDefinition(definition: ResourceDefinition, content: Content): boolean {
  if (isMultiple(content)) {
    return definition.multiple && [...content.values()].every((value) => value.type === definition.type);
  }
  return !definition.multiple && content.type === definition.type;
}

/** A resource that nobody writes. */
export const readable = (
  definition: ResourceDefinition,
  read: () => Content | undefined,
): SimulatedResource => ({
  definition,
  read,
});

/** A resource with a value of its own. */
export interface StoredResource extends SimulatedResource {
  readonly read: () => Content;
}

/** A resource that keeps what is written; `valid` refuses a value, `written` acts upon it. */
export function stored(
  definition: ResourceDefinition,
  initial: Content,
  more: {
    readonly valid?: (content: Content) => boolean;
    readonly written?: (content: Content) => void;
  } = {},
): StoredResource {
  let content = initial;
  return {
    definition,
    read: () => content,
    check: (next) => (more.valid?.(next) === false ? Codes.BAD_REQUEST : undefined),
    write: (next) => {
      content = next;
      more.written?.(next);
      return undefined;
    },
  };
}

/** A resource that is executed; any argument is taken. */
export const executable = (definition: ResourceDefinition, run: () => number): SimulatedResource => ({
  definition,
  execute: run,
});

/** An instance of these resources. */
export const instanceOf = (list: readonly SimulatedResource[]): ReadonlyMap<number, SimulatedResource> =>
  new Map(list.map((one) => [one.definition.id, one]));
