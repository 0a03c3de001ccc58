import type { XmlRule } from '../../rule';
import { rule as blanksAround } from './blanks-around';
import { rule as credentialOperations } from './credential-operations';
import { rule as executableMultiple } from './executable-multiple';
import { rule as executableRangeOrUnits } from './executable-range-or-units';
import { rule as executableType } from './executable-type';
import { rule as itemChildMissing } from './item-child-missing';
import { rule as itemChildOrder } from './item-child-order';
import { rule as itemDescriptionEmpty } from './item-description-empty';
import { rule as itemNameCollides } from './item-name-collides';
import { rule as itemNameEmpty } from './item-name-empty';
import { rule as itemNameRepeated } from './item-name-repeated';
import { rule as itemSequence } from './item-sequence';
import { rule as itemValues } from './item-values';
import { rule as noItems } from './no-items';
import { rule as operationsEmpty } from './operations-empty';
import { rule as rangeOrUnitsMissing } from './range-or-units-missing';
import { rule as resourceId } from './resource-id';
import { rule as resourceIdRepeated } from './resource-id-repeated';
import { rule as typeMissing } from './type-missing';
import { rule as typeNeedsLwm2m11 } from './type-needs-lwm2m-1-1';
import { rule as typographicCharacters } from './typographic-characters';

/** Rules 34 to 54: the resources. */
export const itemRules: readonly XmlRule[] = [
  noItems,
  resourceId,
  resourceIdRepeated,
  rangeOrUnitsMissing,
  itemChildMissing,
  itemChildOrder,
  itemValues,
  executableType,
  executableMultiple,
  executableRangeOrUnits,
  typeMissing,
  operationsEmpty,
  credentialOperations,
  typeNeedsLwm2m11,
  itemNameEmpty,
  itemNameRepeated,
  itemNameCollides,
  blanksAround,
  itemDescriptionEmpty,
  typographicCharacters,
  itemSequence,
];
