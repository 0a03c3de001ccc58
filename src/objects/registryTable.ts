import type { Operations, ResourceType } from './definition';

/**
 * The registry's table of facts as `media/registry/objects.json` holds it, written by `test/generate/registry.mjs`:
 * arrays by position and one list of distinct resources, as most are shared between versions and objects.
 */
export interface RegistryTable {
  readonly format: 1;
  /** Which registry, as of when. */
  readonly snapshot: string;
  readonly units: UnitTable;
  readonly resources: readonly ResourceRow[];
  readonly objects: readonly ObjectRow[];
  /** Indices into `resources` of the reusable ones. */
  readonly common: readonly number[];
  /** Digests of the descriptions of `common`, in its order (`textDigest`); absent in tables made without them. */
  readonly commonDescriptions?: readonly string[];
}

/** Unit codes: SenML's primary and secondary ones (RFC 8428 §12.1, RFC 8798), OMA's additions, and which are discouraged. */
export interface UnitTable {
  readonly primary: readonly string[];
  readonly secondary: readonly string[];
  readonly oma: readonly string[];
  readonly notRecommended: readonly string[];
}

/** ID, name, flags, range, units; what is absent at the end is left out, before it `''`. */
export type ResourceRow = readonly [id: number, name: string, flags: number, range?: string, units?: string];

/** ID, version, name, flags, LWM2MVersion (`''`: not told), indices into `resources`. */
export type ObjectRow = readonly [
  id: number,
  version: string,
  name: string,
  flags: number,
  lwm2mVersion: string,
  resources: readonly number[],
];

/** Flags bit 0: multiple; bit 1: mandatory; a resource's then operations (3 bits) and type (4 bits), by these lists. */
export const MULTIPLE = 1;
/** Bit of a resource's flags: mandatory. */
export const MANDATORY = 2;
/** Where the operations begin in a resource's flags, as an index of {@link OPERATIONS_BY_FLAG}. */
export const OPERATIONS_SHIFT = 2;
/** Where the type begins in a resource's flags. */
export const TYPE_SHIFT = 5;
/** Operations by their number in the table. */
export const OPERATIONS_BY_FLAG: readonly Operations[] = ['', 'R', 'W', 'RW', 'E'];
/** 0 is no type. */
export const TYPE_BY_FLAG: readonly (ResourceType | undefined)[] = [
  undefined,
  'string',
  'integer',
  'unsigned',
  'float',
  'boolean',
  'opaque',
  'time',
  'objlnk',
  'corelnk',
];
