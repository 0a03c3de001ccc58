import {
  INSTANCE_VALUES,
  ITEM_CHILDREN,
  LWM2M_VERSIONS,
  MANDATORY_VALUES,
  OBJECT_TYPE,
  SCHEMA_1_1,
  TYPE_VALUES,
} from './grammar';

/** A text with places to fill in, in the syntax of snippets that editors know: `${1:name}`, `${2|a,b|}`. */
export interface Snippet {
  readonly name: string;
  readonly prefix: string;
  readonly description: string;
  readonly body: string;
}

const choice = (place: number, values: readonly string[]): string => `\${${place}|${values.join(',')}|}`;

/** What an editor puts for a child of `Item`, from a place on. */
function itemChild(name: string, at: number): string {
  switch (name) {
    case 'Name':
      return `\${${at}:Name}`;
    case 'Operations':
      return choice(at, ['R', 'W', 'RW', 'E']);
    case 'MultipleInstances':
      return choice(at, [...INSTANCE_VALUES].reverse());
    case 'Mandatory':
      return choice(at, [...MANDATORY_VALUES].reverse());
    case 'Type':
      return choice(at, [...TYPE_VALUES.keys()]);
    case 'Description':
      return `\${${at}:What it means.}`;
    default:
      return `\${${at}}`;
  }
}

/** The lines of an `Item` to fill in; `id` stands as it is, the places are counted from `first`. */
export const itemSnippetLines = (id: number | undefined, first = 1, unit = '\t'): readonly string[] => [
  `<Item ID="${id ?? `\${${first}:0}`}">`,
  ...ITEM_CHILDREN.map(
    (name, i) => `${unit}<${name}>${itemChild(name, first + i + (id === undefined ? 1 : 0))}</${name}>`,
  ),
  '</Item>',
];

/** The lines of an `Object` to fill in, with one resource. */
function objectSnippetLines(unit = '\t'): readonly string[] {
  return [
    `<Object ObjectType="${OBJECT_TYPE}">`,
    `${unit}<Name>\${1:Name}</Name>`,
    `${unit}<Description1>\${2:What the object is for.}</Description1>`,
    `${unit}<ObjectID>\${3:10241}</ObjectID>`,
    `${unit}<ObjectURN>urn:oma:lwm2m:\${4|x,ext,oma|}:\${3:10241}</ObjectURN>`,
    `${unit}<LWM2MVersion>${choice(5, LWM2M_VERSIONS)}</LWM2MVersion>`,
    `${unit}<ObjectVersion>1.0</ObjectVersion>`,
    `${unit}<MultipleInstances>${choice(6, INSTANCE_VALUES)}</MultipleInstances>`,
    `${unit}<Mandatory>${choice(7, [...MANDATORY_VALUES].reverse())}</Mandatory>`,
    `${unit}<Resources>`,
    ...itemSnippetLines(0, 8, unit).map((line) => `${unit}${unit}${line}`),
    `${unit}</Resources>`,
    `${unit}<Description2></Description2>`,
    '</Object>',
  ];
}

const file: readonly string[] = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  `<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="${SCHEMA_1_1}">`,
  ...objectSnippetLines().map((line) => `\t${line}`),
  '</LWM2M>',
  '',
];

/** What can be put into a file of object XML: a resource, an object, a whole file. */
export const xmlSnippets: readonly Snippet[] = [
  {
    name: 'LwM2M resource',
    prefix: 'Item',
    description: 'A resource with all its fields',
    body: itemSnippetLines(undefined).join('\n'),
  },
  {
    name: 'LwM2M object',
    prefix: 'Object',
    description: 'An object with one resource',
    body: objectSnippetLines().join('\n'),
  },
  {
    name: 'LwM2M object file',
    prefix: 'LWM2M',
    description: 'A whole file that defines an object',
    body: file.join('\n'),
  },
];
