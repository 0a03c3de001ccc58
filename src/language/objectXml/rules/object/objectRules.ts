import type { XmlRule } from '../../rule';
import { rule as lwm2mVersion } from './lwm2m-version';
import { rule as mandatoryObject } from './mandatory-object';
import { rule as objectChildMissing } from './object-child-missing';
import { rule as objectChildOrder } from './object-child-order';
import { rule as objectId } from './object-id';
import { rule as objectNameTaken } from './object-name-taken';
import { rule as objectTextEmpty } from './object-text-empty';
import { rule as objectValues } from './object-values';
import { rule as objectVersion } from './object-version';
import { rule as reservedObjectId } from './reserved-object-id';
import { rule as testObjectId } from './test-object-id';
import { rule as unexpectedElement } from './unexpected-element';
import { rule as urnId } from './urn-id';
import { rule as urnLabel } from './urn-label';
import { rule as urnSyntax } from './urn-syntax';
import { rule as urnVersion } from './urn-version';
import { rule as urnVersion10 } from './urn-version-1-0';
import { rule as versionMissing } from './version-missing';

/** Rules 15 to 33: the object. An empty Description2 (31) is normal and told by none. */
export const objectRules: readonly XmlRule[] = [
  objectChildMissing,
  versionMissing,
  unexpectedElement,
  objectChildOrder,
  objectId,
  reservedObjectId,
  testObjectId,
  urnSyntax,
  urnId,
  urnLabel,
  urnVersion10,
  urnVersion,
  objectVersion,
  lwm2mVersion,
  objectValues,
  objectTextEmpty,
  objectNameTaken,
  mandatoryObject,
];
