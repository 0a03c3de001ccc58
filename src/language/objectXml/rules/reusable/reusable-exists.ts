import type { ObjectRegistry } from '../../../../objects/registry';
import type { ResourceDefinition } from '../../../../objects/definition';
import { plainText } from '../../definition';
import { itemTitle, rangeOf, valueOf } from '../../object';
import { resourceIdEdits } from '../../rename';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';
import { REUSABLE_FROM } from './reusableItems';

const byNames = new WeakMap<ObjectRegistry, ReadonlyMap<string, ResourceDefinition>>();

const keyOf = (name: string): string => plainText(name).toLowerCase();

/** The reusable resources by their names, the lowest ID of each; entries without one (TBD) aside. */
function namedCommon(registry: ObjectRegistry): ReadonlyMap<string, ResourceDefinition> {
  const known = byNames.get(registry);
  if (known) return known;
  const names = new Map<string, ResourceDefinition>();
  for (const id of registry.commonIds()) {
    const common = registry.common(id);
    const key = keyOf(common?.name ?? '');
    if (common && key !== '' && key !== 'tbd' && !names.has(key)) names.set(key, common);
  }
  byNames.set(registry, names);
  return names;
}

/** Rule 74: what is reusable already needs no ID of its own. */
export const rule: XmlRule = {
  code: 'xml/reusable-exists',
  number: 74,
  severity: 'hint',
  registryOnly: true,
  document:
    'OMA’s list of reusable resources has one of this name. With its ID, servers and dashboards know the resource without ' +
    'knowing the object. An object that is in use keeps its own ID: changing it breaks what reads it.',
  check: (file, { registry }) =>
    inItems(file, (item, object) => {
      if (item.id === undefined || item.id >= REUSABLE_FROM) return [];
      const common = namedCommon(registry).get(keyOf(valueOf(item, 'Name')));
      if (!common) return [];
      const isUsed = object.items.some(({ id }) => id === common.id);
      return [
        {
          range: rangeOf(item, 'Name'),
          message: `For ${itemTitle(item)} there is reusable resource ${common.id} (${common.name})`,
          fixes: isUsed
            ? []
            : [
                edited(
                  file,
                  `Use the ID of reusable resource ${common.id}`,
                  resourceIdEdits(file, object, item, common.id),
                ),
              ],
        },
      ];
    }),
};
