import type { ObjectDefinition, ResourceDefinition } from '../../objects/definition';
import { touches, type TextRange } from '../text';
import { definitionOf, plainText, resourceOf, typeText } from './definition';
import { TYPE_VALUES, objectClass } from './grammar';
import { wholeNumber, type Item, type XmlObject } from './object';
import { ownersOf, placeAt } from './place';
import { rangeHover } from './rangeHover';
import { pathMentions } from './rename';
import type { XmlContext, XmlFile } from './rule';
import { objectsOf } from './rules/workspace/versions';
import type { XmlElement } from './tree';
import { unitMeaning, unitReplacement } from './units';
import { CLASS_MEANINGS, TYPE_MEANINGS, elementMeaning, valueMeaning } from './words';

/** What is known about a place. */
export interface XmlHover {
  readonly range: TextRange;
  /** Markdown; names from files are escaped. */
  readonly markdown: string;
}

/** Text of a file within Markdown: on one line, its marks taken literally. */
export const literal = (text: string): string =>
  plainText(text).replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, (mark) => `\\${mark}`);

/** A resource's definition in a few lines. */
export function resourceMarkdown(resource: ResourceDefinition, of?: string): string {
  const { id, name, operations, type, multiple, mandatory, range, units } = resource;
  const facts = [
    operations === 'E' ? 'executable' : operations === '' ? 'bootstrap only' : operations,
    operations === 'E' ? '' : typeText(type),
    multiple ? 'multiple' : 'single',
    mandatory ? 'mandatory' : 'optional',
  ].filter((fact) => fact !== '');
  const meaning = units === undefined ? undefined : unitMeaning(units);
  return [
    `**${id} ${literal(name)}**${of === undefined ? '' : ` · ${of}`}`,
    facts.join(' · '),
    ...(range === undefined ? [] : [`Range ${literal(range)}`]),
    ...(units === undefined ? [] : [`Unit ${literal(units)}${meaning === undefined ? '' : `: ${meaning}`}`]),
  ].join('\n\n');
}

function definitionsOf(id: number, file: XmlFile, context: XmlContext): readonly ObjectDefinition[] {
  const own = objectsOf(id, file, context).flatMap(
    ({ object, file: { uri } }) => definitionOf(object, uri) ?? [],
  );
  const published = context.registry.definition(id);
  return published ? [...own, published] : own;
}

function resourceHover(item: Item, context: XmlContext): string | undefined {
  const resource = resourceOf(item);
  if (!resource) return undefined;
  const common = context.registry.common(resource.id);
  return `${resourceMarkdown(resource)}${common ? `\n\nReusable: the same in every object, ${literal(common.name)} in OMA’s list.` : ''}`;
}

function objectHover(id: number, context: XmlContext): string {
  const found = objectClass(id);
  const published = context.registry.definition(id);
  return [
    `Object ID **${id}**: ${found ? CLASS_MEANINGS[found.kind] : 'of a range that OMA keeps for later use'}.`,
    ...(published
      ? [
          `OMA’s registry has it as ${literal(published.name)}, in ${context.registry.versions(id).length === 1 ? 'version' : 'versions'} ${context.registry.versions(id).join(', ')}.`,
        ]
      : ['OMA’s registry has no object of this ID.']),
  ].join('\n\n');
}

function unitHover(unit: string): string {
  const meaning = unitMeaning(unit);
  const instead = unitReplacement(unit);
  return (
    (meaning === undefined
      ? `${literal(unit)} is no unit of SenML or OMA that is known here.`
      : `**${literal(unit)}**: ${meaning}.`) +
    (instead
      ? `\n\nSenML discourages it for new objects: prefer ${literal(instead.code)} (${instead.scale}).`
      : '')
  );
}

/** What the value of a field means, where there is more to say than what the field is. */
function valueHover(
  element: XmlElement,
  value: string,
  item: Item | undefined,
  context: XmlContext,
): string | undefined {
  const { name, parent } = element;
  if (name === 'Units') return value === '' ? undefined : unitHover(value);
  if (name === 'RangeEnumeration')
    return value === ''
      ? undefined
      : rangeHover(value, TYPE_VALUES.get(item?.fields.get('Type')?.value ?? ''));
  if (name === 'Type') {
    const type = TYPE_VALUES.get(value);
    return type && `**${value}**: ${TYPE_MEANINGS[type]}.`;
  }
  if (name === 'ObjectID') {
    const id = wholeNumber(value);
    return id === undefined ? undefined : objectHover(id, context);
  }
  const meaning = valueMeaning(name, parent?.name, value);
  return meaning && `**${value === '' ? 'empty' : literal(value)}**: ${meaning}.`;
}

const PROSE: readonly string[] = ['Description', 'Description1', 'Description2'];
/** A number in prose that is said to be a resource's. */
const NAMED_ID = /\b(?:resources?|resource\s+ids?|rid|item)\s*(?:id\s*)?[#:=("'“]?\s*(\d{1,5})\b/gi;
const NUMBER = /(?<![\w.:/-])\d{4,5}(?![\w-]|\.\d)/g;

/** The number at an offset of prose that can only be a resource's ID, with its range. */
function idInProse(
  text: string,
  at: TextRange,
  offset: number,
): { id: number; range: TextRange } | undefined {
  const raw = text.slice(at.start, at.end);
  for (const pattern of [NAMED_ID, NUMBER])
    for (const match of raw.matchAll(pattern)) {
      const digits = match[1] ?? match[0];
      const end = at.start + match.index + match[0].length;
      const range = { start: end - digits.length, end };
      if (touches(range, offset)) return { id: Number(digits), range };
    }
  return undefined;
}

function proseHover(
  element: XmlElement,
  object: XmlObject | undefined,
  offset: number,
  file: XmlFile,
  context: XmlContext,
): XmlHover | undefined {
  const mention = pathMentions(file.tree).find(({ range }) => touches(range, offset));
  if (mention) {
    for (const definition of definitionsOf(mention.objectId, file, context)) {
      const resource = definition.resources.get(mention.resourceId);
      if (resource)
        return {
          range: mention.range,
          markdown: resourceMarkdown(resource, `object ${definition.id} ${literal(definition.name)}`),
        };
    }
    return undefined;
  }
  const found = idInProse(file.tree.text, element.contentRange, offset);
  if (!found) return undefined;
  const item = object?.items.find(({ id }) => id === found.id);
  const resource = (item && resourceOf(item)) ?? context.registry.common(found.id);
  return (
    resource && { range: found.range, markdown: resourceMarkdown(resource, item ? undefined : 'reusable') }
  );
}

/**
 * What is known about a place: what a field is for, what its value means, whose an object's ID is, what a resource ID
 * stands for wherever it is written: as an `Item`'s, in a path, in a Description.
 */
export function hoverXml(file: XmlFile, offset: number, context: XmlContext): XmlHover | undefined {
  const place = placeAt(file.tree, offset);
  if (place.kind === 'none') return undefined;
  const { element } = place;
  const { object, item } = ownersOf(file.tree, element);
  if (place.kind === 'attribute') {
    const markdown =
      element.name === 'Item' && item && place.attribute.name === 'ID' && resourceHover(item, context);
    return markdown ? { range: place.attribute.valueRange, markdown } : undefined;
  }
  const about = elementMeaning(element.name, element.parent?.name);
  if (place.kind === 'tag') {
    const resource = element.name === 'Item' && item ? resourceHover(item, context) : undefined;
    const markdown = [about, resource].filter((one) => one !== undefined).join('\n\n');
    return markdown === '' ? undefined : { range: place.range, markdown };
  }
  if (PROSE.includes(element.name)) return proseHover(element, object, offset, file, context);
  const field = [...(item?.fields.values() ?? []), ...(object?.fields.values() ?? [])].find(
    (one) => one.element === element,
  );
  if (!field || !touches(field.range, offset)) return undefined;
  const value = valueHover(element, field.value, item, context);
  const markdown = [value, about].filter((one) => one !== undefined).join('\n\n');
  return markdown === '' ? undefined : { range: field.range, markdown };
}
