import type { TextRange } from '../text';
import { plainText } from './definition';
import { readTree, valueOf, type Item, type XmlObject } from './object';
import type { XmlFile } from './rule';
import { indexEntries } from './rules/workspace/indexEntries';

/** A line of the outline. */
export interface OutlineNode {
  readonly kind: 'object' | 'resource' | 'executable';
  /** `5700 Sensor Value`. */
  readonly name: string;
  /** `R Float, mandatory`. */
  readonly detail: string;
  readonly range: TextRange;
  /** Where the cursor goes. */
  readonly selectionRange: TextRange;
  readonly children: readonly OutlineNode[];
}

/** Never empty, as editors refuse a name without characters. */
const named = (id: string, name: string): string =>
  [id === '' ? '?' : id, plainText(name)].filter((part) => part !== '').join(' ');

function resourceNode(item: Item): OutlineNode {
  const operations = valueOf(item, 'Operations');
  const units = valueOf(item, 'Units');
  const detail = [
    [operations === '' ? 'bootstrap only' : operations, valueOf(item, 'Type')]
      .filter((one) => one !== '')
      .join(' '),
    units,
    valueOf(item, 'MultipleInstances') === 'Multiple' ? 'multiple' : '',
    valueOf(item, 'Mandatory') === 'Mandatory' ? 'mandatory' : '',
  ];
  return {
    kind: operations === 'E' ? 'executable' : 'resource',
    name: named(item.idAttribute?.value.trim() ?? '', valueOf(item, 'Name')),
    detail: detail.filter((one) => one !== '').join(', '),
    range: item.element.range,
    selectionRange: item.idRange,
    children: [],
  };
}

const objectNode = (object: XmlObject): OutlineNode => ({
  kind: 'object',
  name: named(valueOf(object, 'ObjectID'), valueOf(object, 'Name')),
  detail: [
    object.version,
    valueOf(object, 'MultipleInstances') === 'Multiple' ? 'multiple' : 'single',
    valueOf(object, 'Mandatory') === 'Mandatory' ? 'mandatory' : '',
  ]
    .filter((one) => one !== '')
    .join(', '),
  range: object.element.range,
  selectionRange: object.fields.get('Name')?.range ?? object.element.nameRange,
  children: object.items.map(resourceNode),
});

/** Objects with their resources, in the file's order; for DDF.xml its entries. */
export function outlineOf(file: XmlFile): readonly OutlineNode[] {
  const { kind, objects } = readTree(file.tree);
  if (kind !== 'index') return objects.map(objectNode);
  return indexEntries(file).map(({ element, fields, version }) => ({
    kind: 'object',
    name: named(fields.get('ObjectID')?.value ?? '', fields.get('Name')?.value ?? ''),
    detail: version,
    range: element.range,
    selectionRange: fields.get('ObjectID')?.range ?? element.nameRange,
    children: [],
  }));
}
