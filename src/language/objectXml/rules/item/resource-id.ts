import { freeResourceId } from '../../freeIds';
import { MAX_RESOURCE_ID } from '../../grammar';
import { valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setAttribute } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 35: `ID` of an Item is a number from 0 to 32768. */
export const rule: XmlRule = {
  code: 'xml/resource-id',
  number: 35,
  severity: 'error',
  document:
    "The attribute ID of Item is the resource's number, 0 to 32768: 0–2047 mean something in this object alone, " +
    '2048–26240 are the reusable resources of Common.xml, and those from 26241 on are private.',
  check: (file) =>
    inItems(file, (item, object) => {
      if (item.id !== undefined && item.id <= MAX_RESOURCE_ID) return [];
      const free = freeResourceId(object);
      const name = valueOf(item, 'Name') || 'a resource without name';
      const value = item.idAttribute?.value.trim() ?? '';
      const what = !item.idAttribute
        ? `The attribute ID of ${name} is missing`
        : value === ''
          ? `The ID of ${name} is empty`
          : `“${value}” is no ID of a resource (${name})`;
      return [
        {
          range: item.idRange,
          message: `${what}: it is a whole number from 0 to ${MAX_RESOURCE_ID}`,
          fixes: [
            edited(file, `Set ID to ${free}, the next free one`, [
              setAttribute(item.element, 'ID', String(free)),
            ]),
          ],
        },
      ];
    }),
};
