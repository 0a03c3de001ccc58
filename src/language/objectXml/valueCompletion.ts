import type { TextRange } from '../text';
import type { Completion } from './completionItem';
import { freeObjectId, freeResourceId } from './freeIds';
import {
  INSTANCE_VALUES,
  LWM2M_VERSIONS,
  MANDATORY_VALUES,
  OBJECT_TYPE,
  OPERATION_VALUES,
  SCHEMA_1_1,
  TYPE_VALUES,
  isLeafName,
  objectClass,
  urnOf,
} from './grammar';
import { valueOf, type Item, type XmlObject } from './object';
import { resourceSummary } from './reusable';
import type { XmlContext, XmlFile } from './rule';
import { SCHEMA_ATTRIBUTE } from './schema';
import type { XmlAttribute, XmlElement } from './tree';
import { knownUnits, unitMeaning, unitReplacement } from './units';
import { nextMajor, nextMinor } from './versionFix';
import { CLASS_MEANINGS, TYPE_MEANINGS, valueMeaning } from './words';

type Value = Pick<Completion, 'label' | 'detail' | 'kind'> & { readonly newText?: string };

const value = (label: string, detail: string | undefined, kind: Completion['kind'] = 'value'): Value => ({
  label,
  kind,
  ...(detail === undefined ? {} : { detail }),
});

function unitValues({ registry, extraUnits }: XmlContext): readonly Value[] {
  const codes = knownUnits(registry.units, extraUnits);
  const discouraged = new Set(registry.units.notRecommended);
  return [
    ...codes.filter((code) => !discouraged.has(code)),
    ...codes.filter((code) => discouraged.has(code)),
  ].map((code) => {
    const instead = discouraged.has(code) ? unitReplacement(code) : undefined;
    const meaning = unitMeaning(code);
    return value(code, instead ? `${meaning}; prefer ${instead.code}` : meaning, 'unit');
  });
}

const OBJECT_ID_CLASSES = [
  [10_241, 32_768],
  [32_769, 42_768],
  [42_769, 42_800],
  [2048, 10_240],
  [0, 1023],
] as const;

const objectIdValues = ({ registry, workspace }: XmlContext): readonly Value[] =>
  OBJECT_ID_CLASSES.flatMap(([from, to]) => {
    const id = freeObjectId(registry, workspace, from, to);
    const found = id === undefined ? undefined : objectClass(id);
    return id === undefined || !found
      ? []
      : [value(String(id), `next free: ${CLASS_MEANINGS[found.kind]}`, 'id')];
  });

function versionValues(object: XmlObject | undefined, { registry }: XmlContext): readonly Value[] {
  const published = object?.id === undefined ? undefined : registry.versions(object.id).at(-1);
  if (published === undefined) return [value('1.0', 'the first version')];
  return [
    value(nextMinor(published), `after ${published}: what was added is compatible`),
    value(nextMajor(published), `after ${published}: what changed is breaking`),
    value(published, 'as published'),
  ];
}

function rangeValues(item: Item | undefined): readonly Value[] {
  switch (TYPE_VALUES.get(item ? valueOf(item, 'Type') : '')) {
    case 'string':
    case 'opaque':
      return [value('0..255', 'a length in octets'), value('1..64', 'a length in octets')];
    case 'integer':
    case 'unsigned':
    case 'float':
      return [
        value('0..100', 'both bounds included'),
        value('0..255', 'both bounds included'),
        value('0..65535', 'both bounds included'),
        value('0: off, 1: on', 'values with their meaning'),
        value('1,2,3', 'values one by one'),
      ];
    default:
      return [];
  }
}

const worded = (element: XmlElement, values: readonly string[]): readonly Value[] =>
  values
    .filter((one) => one !== '')
    .map((one) => value(one, valueMeaning(element.name, element.parent?.name, one)));

function fieldValues(
  element: XmlElement,
  object: XmlObject | undefined,
  item: Item | undefined,
  context: XmlContext,
): readonly Value[] {
  switch (element.name) {
    case 'Operations':
      return worded(element, OPERATION_VALUES);
    case 'MultipleInstances':
      return worded(element, INSTANCE_VALUES);
    case 'Mandatory':
      return worded(element, MANDATORY_VALUES);
    case 'LWM2MVersion':
      return worded(element, LWM2M_VERSIONS);
    case 'Type':
      return [...TYPE_VALUES].map(([text, type]) => value(text, TYPE_MEANINGS[type]));
    case 'Units':
      return unitValues(context);
    case 'RangeEnumeration':
      return rangeValues(item);
    case 'ObjectID':
      return objectIdValues(context);
    case 'ObjectVersion':
      return versionValues(object, context);
    case 'ObjectURN': {
      const label = object?.id === undefined ? undefined : objectClass(object.id)?.label;
      return object?.id === undefined || !label
        ? []
        : [value(urnOf(object.id, object.version, label), 'by ObjectID and ObjectVersion')];
    }
    case 'Name': {
      const common = item?.id === undefined ? undefined : context.registry.common(item.id);
      return common ? [value(common.name, `reusable resource ${common.id}`)] : [];
    }
    default:
      return [];
  }
}

/** What a field of text may say; `undefined` where the place is within no such field. The whole value is replaced. */
export function valueCompletions(
  { tree }: XmlFile,
  element: XmlElement,
  offset: number,
  object: XmlObject | undefined,
  item: Item | undefined,
  context: XmlContext,
): readonly Completion[] | undefined {
  if (!isLeafName(element.name)) return undefined;
  const { start, end } = element.contentRange;
  const raw = tree.text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const to = start + raw.trimEnd().length;
  const isInside = raw.trim() !== '' && from <= offset && offset <= to;
  const range: TextRange = isInside
    ? { start: from, end: to }
    : raw.trim() === '' && element.endTag
      ? { start, end }
      : { start: offset, end: offset };
  return fieldValues(element, object, item, context).map((one) => ({
    ...one,
    range,
    newText: one.newText ?? one.label,
  }));
}

function itemIds(
  object: XmlObject | undefined,
  item: Item | undefined,
  { registry }: XmlContext,
): readonly Value[] {
  const others = (object?.items ?? []).filter((one) => one !== item);
  const used = new Set(others.map(({ id }) => id));
  return [
    value(String(freeResourceId({ items: others })), 'the next free ID of the object’s own', 'id'),
    ...registry.commonIds().flatMap((id) => {
      const common = used.has(id) ? undefined : registry.common(id);
      return common ? [value(String(id), `${common.name} (${resourceSummary(common)})`, 'id')] : [];
    }),
  ];
}

/** What an attribute may say. */
export function attributeCompletions(
  element: XmlElement,
  attribute: XmlAttribute,
  object: XmlObject | undefined,
  item: Item | undefined,
  context: XmlContext,
): readonly Completion[] {
  const values =
    element.name === 'Item' && attribute.name === 'ID'
      ? itemIds(object, item, context)
      : element.name === 'Object' && attribute.name === 'ObjectType'
        ? [value(OBJECT_TYPE, 'what every object file says')]
        : attribute.name.endsWith(SCHEMA_ATTRIBUTE)
          ? [value(SCHEMA_1_1, 'the schema with every type')]
          : [];
  return values.map((one) => ({ ...one, range: attribute.valueRange, newText: one.newText ?? one.label }));
}
