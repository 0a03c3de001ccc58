import type { ResourceDefinition } from '../../objects/definition';
import { typeText } from './definition';
import { ITEM_CHILDREN, type ItemChild } from './grammar';
import { elementLine } from './treeEdits';

/** A resource to be written, with its Description. */
export interface ItemSource extends ResourceDefinition {
  readonly description: string;
}

/** The fields of a resource as its `Item` has them. */
export const itemFields = (resource: ItemSource): Readonly<Record<ItemChild, string>> => ({
  Name: resource.name,
  Operations: resource.operations,
  MultipleInstances: resource.multiple ? 'Multiple' : 'Single',
  Mandatory: resource.mandatory ? 'Mandatory' : 'Optional',
  Type: resource.operations === 'E' ? '' : typeText(resource.type),
  RangeEnumeration: resource.range ?? '',
  Units: resource.units ?? '',
  Description: resource.description,
});

/** The lines of an `Item`, the first and the last without indentation. */
export function itemLines(resource: ItemSource, unit: string): readonly string[] {
  const fields = itemFields(resource);
  return [
    `<Item ID="${resource.id}">`,
    ...ITEM_CHILDREN.map((name) => `${unit}${elementLine(name, fields[name])}`),
    '</Item>',
  ];
}
