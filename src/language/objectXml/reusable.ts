import type { ResourceDefinition } from '../../objects/definition';
import { plainText, typeText } from './definition';
import { readTree, valueOf } from './object';
import type { XmlFile } from './rule';
import type { XmlTree } from './tree';

const descriptions = new WeakMap<XmlTree, ReadonlyMap<number, string>>();

/** What OMA's list says of the reusable resources, where the list (Common.xml) is in the workspace; else nothing. */
export function reusableDescriptions(workspace: readonly XmlFile[]): ReadonlyMap<number, string> {
  const list = workspace.find(({ tree }) => readTree(tree).kind === 'common');
  if (!list) return new Map();
  const known = descriptions.get(list.tree);
  if (known) return known;
  const texts = new Map<number, string>();
  for (const { items } of readTree(list.tree).objects)
    for (const item of items)
      if (item.id !== undefined) texts.set(item.id, plainText(valueOf(item, 'Description')));
  descriptions.set(list.tree, texts);
  return texts;
}

/** A resource in a line: `R Float, Cel, 0..100`. */
export const resourceSummary = ({ operations, type, units, range }: ResourceDefinition): string =>
  [[operations, typeText(type)].filter((one) => one !== '').join(' '), units ?? '', plainText(range ?? '')]
    .filter((one) => one !== '')
    .join(', ');
