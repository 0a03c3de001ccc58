import { decoded, problem, type Decoded } from '../base/result';
import { resourceDefinition, type DefinitionLookup } from '../objects/definition';
import { idsOf, pathOf, printPath, type LwM2mPath } from '../objects/path';

/** Notification attributes by name (OMA-TS-LightweightM2M_Core-V1_1_1 §5.1.2); periods in seconds. */
export type NotificationAttributes = Readonly<
  Partial<Record<'pmin' | 'pmax' | 'epmin' | 'epmax' | 'gt' | 'lt' | 'st', number>>
>;
type Name = keyof NotificationAttributes;

const PERIODS: readonly string[] = ['pmin', 'pmax', 'epmin', 'epmax'];
const STEPS: readonly string[] = ['gt', 'lt', 'st'];
const isName = (name: string): name is Name => PERIODS.includes(name) || STEPS.includes(name);

/** A change to attributes: a value, or `undefined` to take it away. */
export type AttributeChange = ReadonlyMap<Name, number | undefined>;

/** Attributes from the query of Write-Attributes, `pmin=10&gt`; a problem for what is none. */
export function parseAttributes(query: readonly string[]): Decoded<AttributeChange> {
  const change = new Map<Name, number | undefined>();
  for (const part of query) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (!isName(name)) return problem(`"${name.slice(0, 20)}" is no attribute`, 0);
    if (equals < 0) {
      change.set(name, undefined);
      continue;
    }
    const digits = part.slice(equals + 1);
    const pattern = PERIODS.includes(name) ? /^\d{1,9}$/ : /^-?\d{1,15}(?:\.\d{1,15})?$/;
    if (!pattern.test(digits)) return problem(`${name} is no number`, equals + 1);
    change.set(name, Number(digits));
  }
  return decoded(change);
}

/** The attributes a server wrote, by path. */
export class AttributeStore {
  private readonly byPath = new Map<string, NotificationAttributes>();

  constructor(private readonly definitions: DefinitionLookup) {}

  /** Takes a change, or tells why not: thresholds only on numbers, and in their order (§7.2 of 1.1's attributes). */
  write(path: LwM2mPath, change: AttributeChange): Decoded<undefined> {
    const next: Partial<Record<Name, number>> = { ...this.byPath.get(printPath(path)) };
    for (const [name, value] of change) {
      if (value === undefined) delete next[name];
      else next[name] = value;
    }
    if ([...change.keys()].some((name) => STEPS.includes(name)) && !this.isNumeric(path)) {
      return problem('gt, lt and st are for numeric resources', 0);
    }
    const { gt, lt, st } = next;
    if (st !== undefined && st <= 0) return problem('st must be above 0', 0);
    if (gt !== undefined && lt !== undefined && lt + 2 * (st ?? 0) >= gt) {
      return problem('lt + 2·st must be below gt', 0);
    }
    if (next.epmin !== undefined && next.epmax !== undefined && next.epmin >= next.epmax) {
      return problem('epmin must be below epmax', 0);
    }
    this.byPath.set(printPath(path), next);
    return decoded(undefined);
  }

  /** What was written at this very path. */
  own(path: LwM2mPath): NotificationAttributes {
    return this.byPath.get(printPath(path)) ?? {};
  }

  /** What applies at a path: the deepest level wins, name by name. */
  effective(path: LwM2mPath): NotificationAttributes {
    let merged: NotificationAttributes = {};
    const ids = idsOf(path);
    for (let depth = 1; depth <= ids.length; depth++) {
      merged = { ...merged, ...this.byPath.get(printPath(pathOf(...ids.slice(0, depth)))) };
    }
    return merged;
  }

  clear(): void {
    this.byPath.clear();
  }

  private isNumeric(path: LwM2mPath): boolean {
    if (path.objectId === undefined || path.resourceId === undefined) return false;
    const type = resourceDefinition(this.definitions, path.objectId, path.resourceId)?.type;
    return type === 'integer' || type === 'unsigned' || type === 'float';
  }
}
