import type { ResourceDefinition } from '../../../../objects/definition';
import { readTree, type Item, type XmlObject } from '../../object';
import type { XmlContext, XmlFile } from '../../rule';

/** The IDs of reusable resources: the same meaning in every object. */
export const REUSABLE_FROM = 2048;
/** The first ID that is private: meant for one vendor's use, never registered. */
export const PRIVATE_FROM = 26_241;

/** Whether an ID belongs to reusable resources (2048–26240). */
export const isReusableId = (id: number | undefined): id is number =>
  id !== undefined && id >= REUSABLE_FROM && id < PRIVATE_FROM;

/** A resource that uses a reusable one. */
export interface ReusingItem {
  readonly item: Item;
  readonly object: XmlObject;
  readonly common: ResourceDefinition;
}

/** The resources of a file whose ID is that of a reusable one. */
export const reusingItems = ({ tree }: XmlFile, { registry }: XmlContext): readonly ReusingItem[] =>
  readTree(tree).objects.flatMap((object) =>
    object.items.flatMap((item) => {
      const common = isReusableId(item.id) ? registry.common(item.id) : undefined;
      return common ? [{ item, object, common }] : [];
    }),
  );
