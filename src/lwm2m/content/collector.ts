import { decoded, type Decoded, type Problem } from '../../base/result';
import { resourceDefinition, type DefinitionLookup, type ResourceType } from '../../objects/definition';
import { idsOf, pathContains, printPath, type LwM2mPath } from '../../objects/path';
import type { DecodedContent, Leaf } from './leaf';
import { typedValue, type TypedValue, type WireValue } from './wireValue';

/** The most values one payload may hold; a device that sends more is cut there, with a problem. */
export const MAX_LEAVES = 20_000;
const MAX_PROBLEMS = 100;

/** Gathers the values and problems of one payload, under the limits. */
export class Collector {
  private readonly leaves: Leaf[] = [];
  private readonly problems: Problem[] = [];

  constructor(
    private readonly base: LwM2mPath,
    private readonly definitions: DefinitionLookup,
  ) {}

  /** The defined type of the resource a path lies in. */
  typeOf(path: LwM2mPath): ResourceType | undefined {
    if (path.objectId === undefined || path.resourceId === undefined) return undefined;
    return resourceDefinition(this.definitions, path.objectId, path.resourceId)?.type;
  }

  /** Whether there is room for another value; tells once where there isn't. */
  get full(): boolean {
    return this.leaves.length >= MAX_LEAVES;
  }

  /** Keeps a self-described value; one that is no resource, or outside what was asked for, is told. */
  add(path: LwM2mPath, wire: WireValue, offset: number, at?: number): void {
    this.addTyped(path, typedValue(wire, this.typeOf(path)), offset, at);
  }

  addTyped(path: LwM2mPath, typed: TypedValue, offset: number, at?: number): void {
    if (path.resourceId === undefined)
      return this.note(`${printPath(path)} is no resource, yet has a value`, offset);
    if (this.full) return this.note(`more than ${MAX_LEAVES} values`, offset);
    if (!pathContains(this.base, path)) {
      this.note(`${printPath(path)} lies outside ${printPath(this.base)}`, offset);
    }
    if (typed.misfit !== undefined) this.note(`${printPath(path)}: ${typed.misfit}`, offset);
    this.leaves.push(at === undefined ? { path, value: typed.value } : { path, value: typed.value, at });
  }

  note(message: string, offset: number): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const last = this.problems.length === MAX_PROBLEMS - 1;
    this.problems.push({ message: last ? 'more problems than are listed' : message, offset });
  }

  /** All of it; a failure where nothing could be read and something was wrong. */
  result(): Decoded<DecodedContent> {
    const [first] = this.problems;
    if (this.leaves.length === 0 && first) return { ok: false, problem: first };
    return decoded({ leaves: this.leaves, problems: this.problems });
  }
}

/** The IDs of `path` below `base`, or `undefined` where it doesn't lie there. */
export const idsBelow = (base: LwM2mPath, path: LwM2mPath): readonly number[] | undefined =>
  pathContains(base, path) ? idsOf(path).slice(idsOf(base).length) : undefined;
