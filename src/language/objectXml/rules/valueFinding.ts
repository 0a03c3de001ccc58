import { itemTitle, objectTitle, type Item, type XmlObject } from '../object';
import type { Finding, XmlFile } from '../rule';
import { nearest } from '../spelling';
import { setText } from '../treeEdits';
import { edited, listed } from './findings';

/** Other words for a value that people write, in small letters. */
export type Synonyms = Readonly<Record<string, string>>;

const YES_OR_NO: Synonyms = { true: 'yes', yes: 'yes', '1': 'yes', false: 'no', no: 'no', '0': 'no' };
const MEANING: Readonly<Record<string, Synonyms>> = {
  MultipleInstances: { yes: 'Multiple', no: 'Single' },
  Mandatory: { yes: 'Mandatory', no: 'Optional' },
};

/** A child that says something else than the words it may say, with a fix for the nearest, or for each. */
export function valueFinding(
  file: XmlFile,
  of: XmlObject | Item,
  name: string,
  allowed: readonly string[],
  synonyms: Synonyms = {},
): readonly Finding[] {
  const field = of.fields.get(name);
  if (!field || allowed.includes(field.value)) return [];
  const word = field.value.toLowerCase();
  const meaning = MEANING[name]?.[YES_OR_NO[word] ?? ''];
  const meant = (Object.hasOwn(synonyms, word) ? synonyms[word] : meaning) ?? nearest(field.value, allowed);
  const words = allowed.filter((one) => one !== '');
  const empty = allowed.includes('') ? ', or it is empty' : '';
  const title = 'items' in of ? objectTitle(of) : itemTitle(of);
  const offered = meant === undefined ? words : [meant];
  return [
    {
      range: field.range,
      message: `${name} of ${title} is ${field.value === '' ? 'empty' : `“${field.value}”`}; it is ${listed(words, 'or')}${empty}`,
      fixes: offered.map((value) =>
        edited(file, `Set ${name} to ${value}`, [setText(field.element, value)], value === meant),
      ),
    },
  ];
}
