import { plainText, saysSame } from '../../definition';
import { objectClass } from '../../grammar';
import { readTree, urnParts, valueOf, type XmlObject } from '../../object';
import type { Finding, XmlContext, XmlFile, XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited } from '../findings';
import { fileAt, hasNeighbours, indexEntries, type IndexEntry } from './indexEntries';

/** `Source` by the class of the object's ID. */
const SOURCES = { oma: '0', ext: '1', x: '2' } as const;

const titleOf = ({ fields, version }: IndexEntry): string =>
  `object ${fields.get('ObjectID')?.value || 'without ObjectID'} ${version}`;

function difference(
  file: XmlFile,
  entry: IndexEntry,
  field: string,
  right: string,
  why: string,
): readonly Finding[] {
  const found = entry.fields.get(field);
  const said = found?.value ?? '';
  if (saysSame(said, right)) return [];
  return [
    {
      range: found?.range ?? entry.element.nameRange,
      message: `${field} of the entry of ${titleOf(entry)} is ${said === '' ? 'empty' : plainText(said)}, but ${why}`,
      fixes: found
        ? [edited(file, `Set ${field} to ${plainText(right)}`, [setText(found.element, right)], true)]
        : [],
    },
  ];
}

function compareWithFile(
  file: XmlFile,
  entry: IndexEntry,
  object: XmlObject,
  name: string,
): readonly Finding[] {
  const compare = (field: string, right: string): readonly Finding[] =>
    difference(file, entry, field, right, `${name} says ${right === '' ? 'nothing' : plainText(right)}`);
  return [
    ...compare('ObjectID', valueOf(object, 'ObjectID')),
    ...compare('URN', valueOf(object, 'ObjectURN')),
    ...compare('Name', valueOf(object, 'Name')),
    ...compare('Ver', object.version),
  ];
}

function checkSource(file: XmlFile, entry: IndexEntry): readonly Finding[] {
  const urn = urnParts(entry.fields.get('URN')?.value ?? '');
  const label = urn?.label ?? (entry.id === undefined ? undefined : objectClass(entry.id)?.label);
  if (!label || !entry.fields.has('Source')) return [];
  return difference(file, entry, 'Source', SOURCES[label], `${label} objects have Source ${SOURCES[label]}`);
}

function checkEntry(
  file: XmlFile,
  entry: IndexEntry,
  isWhole: boolean,
  { workspace }: XmlContext,
): readonly Finding[] {
  const findings = [...checkSource(file, entry)];
  if (entry.path === '') return findings;
  const target = fileAt(entry.path, file, workspace);
  const [object] = target ? readTree(target.tree).objects : [];
  if (target && object) findings.push(...compareWithFile(file, entry, object, target.name));
  else if (!target && isWhole)
    findings.push({
      range: entry.fields.get('DDF')?.range ?? entry.element.nameRange,
      message: `The file ${entry.path} of ${titleOf(entry)} is not there`,
    });
  return findings;
}

/** Rule 79: the index agrees with the files. */
export const rule: XmlRule = {
  code: 'xml/index-entry',
  number: 79,
  severity: 'warning',
  kinds: ['index'],
  document:
    'DDF.xml lists every object in every version with the file that defines it. Tools fetch objects by this list, so ID, ' +
    'URN, name and version are those of the file, Source fits the class of the ID (0: oma, 1: ext, 2: x), the file is ' +
    'there, and nothing is listed twice. An entry without a file reserves an ID.',
  check: (file, context) => {
    const isWhole = hasNeighbours(file, context.workspace);
    const first = new Map<string, IndexEntry>();
    return indexEntries(file).flatMap((entry) => {
      const findings = [...checkEntry(file, entry, isWhole, context)];
      const key = `${entry.id}/${entry.version}`;
      const earlier = first.get(key);
      if (entry.id !== undefined && earlier)
        findings.push({
          range: entry.fields.get('ObjectID')?.range ?? entry.element.nameRange,
          message: `The index lists ${titleOf(entry)} twice`,
          related: [
            {
              uri: file.uri,
              range: earlier.fields.get('ObjectID')?.range ?? earlier.element.nameRange,
              message: 'The first entry',
            },
          ],
        });
      else first.set(key, entry);
      return findings;
    });
  },
};
