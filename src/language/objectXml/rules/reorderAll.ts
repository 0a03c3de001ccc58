import type { TextEdit } from '../../text';
import { ITEM_CHILDREN, OBJECT_CHILDREN } from '../grammar';
import { readTree } from '../object';
import { rankBy, reorderChildren } from '../reorder';
import type { XmlFile } from '../rule';
import type { XmlElement } from '../tree';

const known = new WeakMap<XmlElement, readonly TextEdit[]>();

/** Every object's children, and every resource's, put in the schema's order. */
export const reorderAll = ({ tree }: XmlFile): readonly TextEdit[] => {
  const { root } = tree;
  if (!root) return [];
  const before = known.get(root);
  if (before) return before;
  const inItem = (item: XmlElement): readonly TextEdit[] =>
    reorderChildren(tree, item, rankBy(ITEM_CHILDREN, item));
  const edits = readTree(tree).objects.flatMap(({ element }) =>
    reorderChildren(tree, element, rankBy(OBJECT_CHILDREN, element), (child) =>
      child.name === 'Resources'
        ? child.children.flatMap((item) => (item.name === 'Item' ? inItem(item) : []))
        : [],
    ),
  );
  known.set(root, edits);
  return edits;
};
