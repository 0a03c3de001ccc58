import type { XmlRule } from '../../rule';
import { rule as fileName } from './file-name';
import { rule as headerName } from './header-name';
import { rule as licenceHeader } from './licence-header';
import { rule as lineEnds } from './line-ends';
import { rule as noBom } from './no-bom';
import { rule as noDoctype } from './no-doctype';
import { rule as objectType } from './object-type';
import { rule as oneObject } from './one-object';
import { rule as rootElement } from './root-element';
import { rule as schemaLacksType } from './schema-lacks-type';
import { rule as schemaLocation } from './schema-location';
import { rule as schemaTooOld } from './schema-too-old';
import { rule as wellFormed } from './well-formed';
import { rule as xmlDeclaration } from './xml-declaration';

/** Rules 1 to 14: the file, its root and its header. */
export const fileRules: readonly XmlRule[] = [
  wellFormed,
  noDoctype,
  rootElement,
  oneObject,
  objectType,
  schemaLocation,
  schemaLacksType,
  schemaTooOld,
  noBom,
  xmlDeclaration,
  lineEnds,
  licenceHeader,
  headerName,
  fileName,
];
