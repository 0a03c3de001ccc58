/**
 * Types of resources, by the names the terminal program uses; the registry's XML spells them String, Integer,
 * Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk, Corelnk (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C).
 */
export type ResourceType =
  'string' | 'integer' | 'unsigned' | 'float' | 'boolean' | 'opaque' | 'time' | 'objlnk' | 'corelnk';

/** What a server may do with a resource; empty: the Bootstrap interface alone reaches it. */
export type Operations = 'R' | 'W' | 'RW' | 'E' | '';

/** A resource as its object's XML defines it. `type` is absent for executables. */
export interface ResourceDefinition {
  readonly id: number;
  readonly name: string;
  readonly operations: Operations;
  readonly type: ResourceType | undefined;
  readonly multiple: boolean;
  readonly mandatory: boolean;
  /** RangeEnumeration as written (`0..255`). */
  readonly range?: string;
  /** SenML unit code (`Cel`, `mV`). */
  readonly units?: string;
}

/** An object as its XML defines it, in one version. */
export interface ObjectDefinition {
  readonly id: number;
  /** `1.1`; `1.0` where the XML names none. */
  readonly version: string;
  readonly name: string;
  /** Lowest LwM2M version that carries the object, where told. */
  readonly lwm2mVersion?: string;
  readonly multiple: boolean;
  readonly mandatory: boolean;
  /** Where it comes from: `registry`, or the path of the user's own XML file. */
  readonly source: string;
  readonly resources: ReadonlyMap<number, ResourceDefinition>;
}

/**
 * The definitions that apply to one device: by the versions it registered.
 * `undefined` where the object, or that version of it and every other, is unknown.
 */
export interface DefinitionLookup {
  object(objectId: number): ObjectDefinition | undefined;
}

/** A lookup that knows nothing: every value is then read by its wire type alone. */
export const NO_DEFINITIONS: DefinitionLookup = { object: () => undefined };

/** The definition of a resource, where its object's is known and has it. */
export const resourceDefinition = (
  definitions: DefinitionLookup,
  objectId: number,
  resourceId: number,
): ResourceDefinition | undefined => definitions.object(objectId)?.resources.get(resourceId);
