import type { Operations, ResourceType } from '../../objects/definition';

/** The children of `Object` in the order of the schema (LWM2M-v1_1.xsd). */
export const OBJECT_CHILDREN = [
  'Name',
  'Description1',
  'ObjectID',
  'ObjectURN',
  'LWM2MVersion',
  'ObjectVersion',
  'MultipleInstances',
  'Mandatory',
  'Resources',
  'Description2',
] as const;

/** The children of `Object` that may be left out: 1.0 is then meant. */
export const OPTIONAL_OBJECT_CHILDREN: readonly string[] = ['LWM2MVersion', 'ObjectVersion'];

/** The children of `Item` in the order of the schema; all are asked for, and may be empty. */
export const ITEM_CHILDREN = [
  'Name',
  'Operations',
  'MultipleInstances',
  'Mandatory',
  'Type',
  'RangeEnumeration',
  'Units',
  'Description',
] as const;

/** A child of `Object`. */
export type ObjectChild = (typeof OBJECT_CHILDREN)[number];
/** A child of `Item`. */
export type ItemChild = (typeof ITEM_CHILDREN)[number];

/** What may stand within what; an element that isn't listed holds text only. */
export const CHILDREN_OF: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['LWM2M', ['Object']],
  ['Object', OBJECT_CHILDREN],
  ['Resources', ['Item']],
  ['Item', ITEM_CHILDREN],
]);

/** Every element of the grammar. */
export const ELEMENT_NAMES: ReadonlySet<string> = new Set([
  'LWM2M',
  'Object',
  ...OBJECT_CHILDREN,
  'Item',
  ...ITEM_CHILDREN,
]);

/** Elements that hold text only. */
export const isLeafName = (name: string): boolean => ELEMENT_NAMES.has(name) && !CHILDREN_OF.has(name);

/** The one value of `ObjectType`: the convention of every published object. */
export const OBJECT_TYPE = 'MODefinition';

/** What `MultipleInstances` may say. */
export const INSTANCE_VALUES = ['Multiple', 'Single'] as const;
/** What `Mandatory` may say. */
export const MANDATORY_VALUES = ['Mandatory', 'Optional'] as const;
/** What `Operations` may say; empty: the Bootstrap interface alone reaches the resource. */
export const OPERATION_VALUES: readonly Operations[] = ['R', 'W', 'RW', 'E', ''];

/** How the XML spells the types (`Corelnk` and `Objlnk` so, with the small l). */
export const TYPE_VALUES: ReadonlyMap<string, ResourceType> = new Map([
  ['String', 'string'],
  ['Integer', 'integer'],
  ['Unsigned Integer', 'unsigned'],
  ['Float', 'float'],
  ['Boolean', 'boolean'],
  ['Opaque', 'opaque'],
  ['Time', 'time'],
  ['Objlnk', 'objlnk'],
  ['Corelnk', 'corelnk'],
]);

/** The types that came with LwM2M 1.1. */
export const TYPES_SINCE_1_1: readonly string[] = ['Unsigned Integer', 'Corelnk'];

/** The versions of the LwM2M enabler. */
export const LWM2M_VERSIONS = ['1.0', '1.1', '1.2'] as const;

/** Objects that hold credentials: their resources may have no operation, so that servers never reach them. */
export const CREDENTIAL_OBJECTS: readonly number[] = [0, 21, 23];

/** Objects that every LwM2M client has (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E). */
export const MANDATORY_OBJECTS: readonly number[] = [0, 1, 3];

/** The highest ID a resource may have. */
export const MAX_RESOURCE_ID = 32_768;
/** The highest ID an object may have: 65535 is never one. */
export const MAX_OBJECT_ID = 65_534;

/** The part of a URN that says who registered the object. */
export type UrnLabel = 'oma' | 'ext' | 'x';

/** Whose an object's ID is, by OMA's classes; `undefined`: reserved, or no ID. `test` IDs must not leave the laboratory. */
export function objectClass(
  id: number,
): { readonly label: UrnLabel; readonly kind: 'oma' | 'ext' | 'vendor' | 'block' | 'test' } | undefined {
  if (id < 0 || id > 42_800 || (id > 1023 && id < 2048)) return undefined;
  if (id <= 1023) return { label: 'oma', kind: 'oma' };
  if (id <= 10_240) return { label: 'ext', kind: 'ext' };
  if (id <= 32_768) return { label: 'x', kind: 'vendor' };
  return { label: 'x', kind: id <= 42_768 ? 'block' : 'test' };
}

/** The URN of an object in a version; 1.0 is left out of it. */
export const urnOf = (id: number, version: string, label: UrnLabel): string =>
  `urn:oma:lwm2m:${label}:${id}${version === '1.0' ? '' : `:${version}`}`;

/** Where the schema with all types is: what a new file should name. */
export const SCHEMA_1_1 = 'http://openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd';
