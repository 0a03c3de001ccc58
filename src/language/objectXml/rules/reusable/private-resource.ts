import { MAX_RESOURCE_ID } from '../../grammar';
import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { inItems } from '../findings';
import { PRIVATE_FROM } from './reusableItems';

/** Rule 73: private IDs aren't registered. */
export const rule: XmlRule = {
  code: 'xml/private-resource',
  number: 73,
  severity: 'hint',
  registryOnly: true,
  document:
    'The IDs 26241–32768 are private: a vendor may use them in any object without asking. What is private can’t be ' +
    'registered, so an object that goes to the registry has none of them.',
  check: (file) =>
    inItems(file, (item) =>
      item.id !== undefined && item.id >= PRIVATE_FROM && item.id <= MAX_RESOURCE_ID
        ? [
            {
              range: item.idRange,
              message: `The ID of ${itemTitle(item)} is private (26241–32768) and can’t be registered`,
            },
          ]
        : [],
    ),
};
