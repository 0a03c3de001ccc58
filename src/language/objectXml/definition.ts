import type { ObjectDefinition, Operations, ResourceDefinition } from '../../objects/definition';
import { OPERATION_VALUES, TYPE_VALUES } from './grammar';
import { valueOf, type Item, type XmlObject } from './object';

/** A text with its blanks and line ends run together: how it is wrapped makes no difference. */
export const plainText = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Whether two texts say the same, blanks and line ends aside. */
export const saysSame = (a: string, b: string): boolean => a === b || plainText(a) === plainText(b);

const operationsOf = (text: string): Operations => OPERATION_VALUES.find((one) => one === text) ?? '';

/** A resource as far as its `Item` defines it; `undefined` without an ID. */
export function resourceOf(item: Item): ResourceDefinition | undefined {
  if (item.id === undefined) return undefined;
  const range = valueOf(item, 'RangeEnumeration');
  const units = valueOf(item, 'Units');
  const operations = operationsOf(valueOf(item, 'Operations'));
  return {
    id: item.id,
    name: valueOf(item, 'Name'),
    operations,
    type: operations === 'E' ? undefined : TYPE_VALUES.get(valueOf(item, 'Type')),
    multiple: valueOf(item, 'MultipleInstances') === 'Multiple',
    mandatory: valueOf(item, 'Mandatory') === 'Mandatory',
    ...(range === '' ? {} : { range }),
    ...(units === '' ? {} : { units }),
  };
}

const definitions = new WeakMap<XmlObject, ObjectDefinition>();

/** An object as far as its XML defines it, in the registry's terms; `undefined` without an ID. */
export function definitionOf(object: XmlObject, source: string): ObjectDefinition | undefined {
  if (object.id === undefined) return undefined;
  const known = definitions.get(object);
  if (known) return known;
  const resources = new Map<number, ResourceDefinition>();
  for (const item of object.items) {
    const resource = resourceOf(item);
    if (resource && !resources.has(resource.id)) resources.set(resource.id, resource);
  }
  const definition: ObjectDefinition = {
    id: object.id,
    version: object.version,
    name: valueOf(object, 'Name'),
    lwm2mVersion: object.lwm2mVersion,
    multiple: valueOf(object, 'MultipleInstances') === 'Multiple',
    mandatory: valueOf(object, 'Mandatory') === 'Mandatory',
    source,
    resources,
  };
  definitions.set(object, definition);
  return definition;
}

/** How the XML spells a type; empty for none. */
export function typeText(type: ResourceDefinition['type']): string {
  for (const [text, value] of TYPE_VALUES) if (value === type) return text;
  return '';
}
