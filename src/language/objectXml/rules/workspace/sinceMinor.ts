import { compareDefinitions, type Aspect, type Change } from '../../compare';
import { definitionOf } from '../../definition';
import { rangeOf, readTree, type XmlObject } from '../../object';
import type { Finding, XmlContext, XmlFile } from '../../rule';
import type { TextRange } from '../../../text';
import { versionBefore, type KnownVersion } from './versions';

/** What a minor version changed since the one it follows. */
export interface SinceMinor {
  readonly object: XmlObject;
  readonly before: KnownVersion;
  readonly changes: readonly Change[];
}

const found = new WeakMap<XmlContext, WeakMap<XmlFile, readonly SinceMinor[]>>();

/** The changes of each object of a file since the version that its own follows; none for the first of a major. */
export function changesSinceMinor(file: XmlFile, context: XmlContext): readonly SinceMinor[] {
  const known = found.get(context)?.get(file);
  if (known) return known;
  const result = readTree(file.tree).objects.flatMap((object) => {
    const before = versionBefore(object, file, context);
    const after = before && definitionOf(object, file.uri);
    return after ? [{ object, before, changes: compareDefinitions(before.definition, after) }] : [];
  });
  const ofContext = found.get(context) ?? new WeakMap<XmlFile, readonly SinceMinor[]>();
  found.set(context, ofContext.set(file, result));
  return result;
}

/** The element that an aspect of a change stands in. */
const FIELD_OF: Partial<Record<Aspect, string>> = {
  type: 'Type',
  instances: 'MultipleInstances',
  mandatory: 'Mandatory',
  operations: 'Operations',
  range: 'RangeEnumeration',
  units: 'Units',
  name: 'Name',
};

/** Where a change is told: at what changed; at the object's version for what is gone. */
export function placeOf(object: XmlObject, { aspect, resourceId }: Change): TextRange {
  const item = resourceId === undefined ? undefined : object.items.find(({ id }) => id === resourceId);
  const field = FIELD_OF[aspect];
  if (item) return field === undefined ? item.idRange : rangeOf(item, field);
  if (resourceId === undefined && field !== undefined) return rangeOf(object, field);
  return rangeOf(object, 'ObjectVersion');
}

/** A link to the version that was compared, where it is a file. */
export function relatedTo({ placed, definition }: KnownVersion): Pick<Finding, 'related'> {
  return placed
    ? {
        related: [
          {
            uri: placed.file.uri,
            range: rangeOf(placed.object, 'ObjectVersion'),
            message: `Version ${definition.version}`,
          },
        ],
      }
    : {};
}
