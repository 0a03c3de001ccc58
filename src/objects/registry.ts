import { decoded, problem, type Decoded } from '../base/result';
import { errorText } from '../base/errors';
import type { ObjectDefinition, ResourceDefinition } from './definition';
import {
  MANDATORY,
  MULTIPLE,
  OPERATIONS_BY_FLAG,
  OPERATIONS_SHIFT,
  TYPE_BY_FLAG,
  TYPE_SHIFT,
  type ObjectRow,
  type RegistryTable,
  type ResourceRow,
  type UnitTable,
} from './registryTable';
import { compareVersions } from './version';

/** OMA's registry of objects as facts, each decoded when it is first asked for. */
export interface ObjectRegistry {
  /** Which registry, as of when. */
  readonly snapshot: string;
  readonly units: UnitTable;
  /** Every object's ID, ascending. */
  ids(): readonly number[];
  /** The versions of an object, ascending; empty where it is unknown. */
  versions(objectId: number): readonly string[];
  /** An object in just that version, or in its highest without one. */
  definition(objectId: number, version?: string): ObjectDefinition | undefined;
  /** A reusable resource (IDs 2048–26240). */
  common(resourceId: number): ResourceDefinition | undefined;
  /** The IDs of the reusable resources, ascending. */
  commonIds(): readonly number[];
  /** The digest (`textDigest`) of a reusable resource's description; `undefined` where it isn't known. */
  commonDescription(resourceId: number): string | undefined;
}

function resourceOf(row: ResourceRow): ResourceDefinition {
  const [id, name, flags, range, units] = row;
  return {
    id,
    name,
    operations: OPERATIONS_BY_FLAG[(flags >> OPERATIONS_SHIFT) & 7] ?? '',
    type: TYPE_BY_FLAG[flags >> TYPE_SHIFT],
    multiple: (flags & MULTIPLE) !== 0,
    mandatory: (flags & MANDATORY) !== 0,
    ...(range ? { range } : {}),
    ...(units ? { units } : {}),
  };
}

class TableRegistry implements ObjectRegistry {
  private readonly rows = new Map<number, ObjectRow[]>();
  private readonly known = new Map<ObjectRow, ObjectDefinition>();
  private readonly resources: (ResourceDefinition | undefined)[] = [];
  private digests: Map<number, string> | undefined;
  private commonById: Map<number, ResourceDefinition> | undefined;

  constructor(private readonly table: RegistryTable) {
    for (const row of table.objects) {
      const rows = this.rows.get(row[0]);
      if (rows) rows.push(row);
      else this.rows.set(row[0], [row]);
    }
    for (const rows of this.rows.values()) rows.sort((a, b) => compareVersions(a[1], b[1]));
  }

  get snapshot(): string {
    return this.table.snapshot;
  }

  get units(): UnitTable {
    return this.table.units;
  }

  ids(): readonly number[] {
    return [...this.rows.keys()].sort((a, b) => a - b);
  }

  versions(objectId: number): readonly string[] {
    return (this.rows.get(objectId) ?? []).map((row) => row[1]);
  }

  definition(objectId: number, version?: string): ObjectDefinition | undefined {
    const rows = this.rows.get(objectId);
    const row = version === undefined ? rows?.at(-1) : rows?.find((one) => one[1] === version);
    if (!row) return undefined;
    const known = this.known.get(row);
    if (known) return known;
    const definition = this.decode(row);
    this.known.set(row, definition);
    return definition;
  }

  common(resourceId: number): ResourceDefinition | undefined {
    if (!this.commonById) {
      this.commonById = new Map();
      for (const index of this.table.common) {
        const resource = this.resource(index);
        if (resource) this.commonById.set(resource.id, resource);
      }
    }
    return this.commonById.get(resourceId);
  }

  commonIds(): readonly number[] {
    const { common, resources } = this.table;
    return common.flatMap((index) => resources[index]?.[0] ?? []).sort((a, b) => a - b);
  }

  commonDescription(resourceId: number): string | undefined {
    const { common, commonDescriptions, resources } = this.table;
    this.digests ??= new Map(
      commonDescriptions?.flatMap((digest, i) => {
        const row = resources[common[i] ?? -1];
        return row ? [[row[0], digest] as const] : [];
      }),
    );
    return this.digests.get(resourceId);
  }

  private resource(index: number): ResourceDefinition | undefined {
    const row = this.table.resources[index];
    return row && (this.resources[index] ??= resourceOf(row));
  }

  private decode(row: ObjectRow): ObjectDefinition {
    const [id, version, name, flags, lwm2mVersion, indices] = row;
    const resources = new Map<number, ResourceDefinition>();
    for (const index of indices) {
      const resource = this.resource(index);
      if (resource) resources.set(resource.id, resource);
    }
    return {
      id,
      version,
      name,
      ...(lwm2mVersion === '' ? {} : { lwm2mVersion }),
      multiple: (flags & MULTIPLE) !== 0,
      mandatory: (flags & MANDATORY) !== 0,
      source: 'registry',
      resources,
    };
  }
}

const isRow = (row: unknown, length: number): boolean =>
  Array.isArray(row) && row.length >= length && typeof row[0] === 'number';

/** The registry from its table's text. A problem where it isn't such a table (a damaged installation). */
export function loadRegistry(json: string): Decoded<ObjectRegistry> {
  let table: unknown;
  try {
    table = JSON.parse(json);
  } catch (error) {
    return problem(`the table of objects is no JSON: ${errorText(error)}`, 0);
  }
  const { format, resources, objects, common, commonDescriptions, units, snapshot } = (table ??
    {}) as Partial<RegistryTable>;
  if (format !== 1) return problem('the table of objects has an unknown format', 0);
  const whole =
    typeof snapshot === 'string' &&
    typeof units === 'object' &&
    Array.isArray(resources) &&
    resources.every((row) => isRow(row, 3)) &&
    Array.isArray(objects) &&
    objects.every((row) => isRow(row, 6) && Array.isArray(row[5])) &&
    Array.isArray(common) &&
    (commonDescriptions === undefined || Array.isArray(commonDescriptions));
  return whole
    ? decoded(new TableRegistry(table as RegistryTable))
    : problem('the table of objects is damaged', 0);
}
