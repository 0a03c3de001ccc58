import type { TextRange } from '../text';
import type { UrnLabel } from './grammar';
import { childNamed, childrenNamed, type XmlAttribute, type XmlElement, type XmlTree } from './tree';

/** What a file of the registry is: an object's definition, or one of its lists (DDF.xml, Common.xml, the units). */
export type FileKind = 'object' | 'index' | 'common' | 'units';

/** Every kind of file. */
export const EVERY_KIND: readonly FileKind[] = ['object', 'index', 'common', 'units'];

/** An element of text with what it says. */
export interface Field {
  readonly element: XmlElement;
  /** Without the blanks around it. */
  readonly value: string;
  /** Of the value without the blanks around it; of the whole element where it is empty. */
  readonly range: TextRange;
}

/** An `Item`: a resource. */
export interface Item {
  readonly element: XmlElement;
  readonly idAttribute: XmlAttribute | undefined;
  /** `ID` as a number; absent where it is missing or no number from 0 up. */
  readonly id: number | undefined;
  /** Of the value of `ID`; of the element's name where it is missing. */
  readonly idRange: TextRange;
  /** Its children by name, the first of each. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** An object's URN in its parts. */
export interface Urn {
  readonly label: UrnLabel;
  readonly id: number;
  /** As it stands at its end; absent where it ends with the ID. */
  readonly version: string | undefined;
}

/** An `Object` with its resources. */
export interface XmlObject {
  readonly element: XmlElement;
  /** Its children by name, the first of each. */
  readonly fields: ReadonlyMap<string, Field>;
  /** `ObjectID` as a number; absent where it is missing or no number from 0 up. */
  readonly id: number | undefined;
  /** `ObjectVersion`; 1.0 where it is missing or empty. */
  readonly version: string;
  /** `LWM2MVersion`; 1.0 where it is missing or empty. */
  readonly lwm2mVersion: string;
  /** `ObjectURN` where it is one. */
  readonly urn: Urn | undefined;
  readonly resources: XmlElement | undefined;
  readonly items: readonly Item[];
}

/** A tree read as what it is. */
export interface TreeReading {
  readonly kind: FileKind;
  /** The `Object`s in it: one, as a rule. */
  readonly objects: readonly XmlObject[];
}

const URN = /^urn:oma:lwm2m:(oma|ext|x):(\d{1,5})(?::(\d+\.\d+))?$/;

/** A number from 0 up as it is written; `undefined` where it is none. */
export const wholeNumber = (text: string): number | undefined =>
  /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** The parts of an object's URN; `undefined` where it isn't one. */
export function urnParts(text: string): Urn | undefined {
  const match = URN.exec(text);
  return match ? { label: match[1] as UrnLabel, id: Number(match[2]), version: match[3] } : undefined;
}

/** The range of what an element says, without the blanks around it; the whole element where it says nothing. */
export function valueRange(element: XmlElement, text: string): TextRange {
  const { start, end } = element.contentRange;
  const raw = text.slice(start, end);
  const value = raw.trim();
  if (value === '') return element.range;
  const from = start + raw.length - raw.trimStart().length;
  return { start: from, end: from + value.length };
}

function fieldsOf(element: XmlElement, text: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const child of element.children)
    if (!fields.has(child.name))
      fields.set(child.name, { element: child, value: child.text.trim(), range: valueRange(child, text) });
  return fields;
}

function itemOf(element: XmlElement, text: string): Item {
  const idAttribute = element.attributes.find(({ name }) => name === 'ID');
  const idRange = idAttribute
    ? idAttribute.value === ''
      ? idAttribute.nameRange
      : idAttribute.valueRange
    : element.nameRange;
  return {
    element,
    idAttribute,
    id: wholeNumber(idAttribute?.value.trim() ?? ''),
    idRange,
    fields: fieldsOf(element, text),
  };
}

function objectOf(element: XmlElement, text: string): XmlObject {
  const fields = fieldsOf(element, text);
  const resources = childNamed(element, 'Resources');
  return {
    element,
    fields,
    id: wholeNumber(fields.get('ObjectID')?.value ?? ''),
    version: fields.get('ObjectVersion')?.value || '1.0',
    lwm2mVersion: fields.get('LWM2MVersion')?.value || '1.0',
    urn: urnParts(fields.get('ObjectURN')?.value ?? ''),
    resources,
    items: childrenNamed(resources, 'Item').map((item) => itemOf(item, text)),
  };
}

function kindOf(root: XmlElement | undefined): FileKind {
  if (root?.name === 'DDFList') return 'index';
  if (root?.name === 'units') return 'units';
  const objectType = childNamed(root, 'Object')?.attributes.find(({ name }) => name === 'ObjectType');
  return objectType?.value === 'CommonResources' ? 'common' : 'object';
}

const readings = new WeakMap<XmlTree, TreeReading>();

/** A tree read as objects with their resources: once for all rules. */
export function readTree(tree: XmlTree): TreeReading {
  const known = readings.get(tree);
  if (known) return known;
  const reading: TreeReading = {
    kind: kindOf(tree.root),
    objects: childrenNamed(tree.root, 'Object').map((element) => objectOf(element, tree.text)),
  };
  readings.set(tree, reading);
  return reading;
}

/** What a field says; empty where it is missing. */
export const valueOf = (of: XmlObject | Item, name: string): string => of.fields.get(name)?.value ?? '';

/** Where a field's value stands; where it is missing, the name of the element that lacks it. */
export const rangeOf = (of: XmlObject | Item, name: string): TextRange =>
  of.fields.get(name)?.range ?? of.element.nameRange;

/** A resource as messages name it: `resource 5700 (Sensor Value)`. */
export function itemTitle(item: Item): string {
  const name = valueOf(item, 'Name');
  const id = item.idAttribute?.value.trim() ?? '';
  return `resource ${id === '' ? 'without ID' : id}${name === '' ? '' : ` (${name})`}`;
}

/** An object as messages name it: `object 3303 (Temperature)`. */
export function objectTitle(object: XmlObject): string {
  const name = valueOf(object, 'Name');
  const id = valueOf(object, 'ObjectID');
  return `object ${id === '' ? 'without ObjectID' : id}${name === '' ? '' : ` (${name})`}`;
}
