import type { Fix } from '../../../problem';
import { freeResourceId } from '../../freeIds';
import { MAX_RESOURCE_ID } from '../../grammar';
import { itemTitle } from '../../object';
import { resourceIdEdits } from '../../rename';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';
import { PRIVATE_FROM, isReusableId } from './reusableItems';

/** Rule 70: a reusable ID is one of OMA's list. */
export const rule: XmlRule = {
  code: 'xml/reusable-unknown',
  number: 70,
  severity: 'warning',
  document:
    'The IDs 2048–26240 are those of reusable resources: each is an entry of OMA’s list (Common.xml) and means the same in ' +
    'every object. An ID that isn’t in the list is no one’s yet, and may come to mean something else; the registry takes ' +
    'no file with it. What belongs to the object alone has an ID below 2048, what is private one from 26241.',
  check: (file, context) =>
    inItems(file, (item, object) => {
      const { id } = item;
      if (!isReusableId(id) || context.registry.common(id)) return [];
      const own = freeResourceId(object);
      const used = new Set(object.items.map((one) => one.id));
      let secret = PRIVATE_FROM;
      while (used.has(secret)) secret++;
      const fixes: Fix[] = [];
      const offer = (newId: number, title: string): void => {
        fixes.push(edited(file, title, resourceIdEdits(file, object, item, newId)));
      };
      if (own < 2048) offer(own, `Use ${own}, the next ID of the object’s own`);
      if (secret <= MAX_RESOURCE_ID) offer(secret, `Use ${secret}, a private ID`);
      return [
        {
          range: item.idRange,
          ...(context.profile === 'registry' ? { severity: 'error' as const } : {}),
          message: `The ID of ${itemTitle(item)} is one for reusable resources, and OMA’s list of them has no ${id}`,
          fixes,
        },
      ];
    }),
};
