import type { FileChange, Fix } from '../problem';
import { setField } from './fieldEdit';
import { objectClass, urnOf } from './grammar';
import type { XmlObject } from './object';
import type { XmlFile } from './rule';

/** The name of a file of the registry's history: `10-1_1.xml`. */
const HISTORY_NAME = /^(\d+)-\d+_\d+(\.xml)$/i;

/** Gives an object another version wherever it stands: ObjectVersion, ObjectURN, and the file's name where it has one. */
export function versionFix(file: XmlFile, object: XmlObject, version: string, title: string): Fix {
  const label = object.urn?.label ?? (object.id === undefined ? undefined : objectClass(object.id)?.label);
  const id = object.urn?.id ?? object.id;
  const edits = [
    ...(object.fields.get('ObjectURN') && label !== undefined && id !== undefined
      ? [setField(file, object, 'ObjectURN', urnOf(id, version, label))]
      : []),
    setField(file, object, 'ObjectVersion', version),
  ];
  const name = HISTORY_NAME.exec(file.name);
  const changes: FileChange[] = [{ kind: 'edit', uri: file.uri, edits }];
  if (name) {
    const newName = `${name[1]}-${version.replace('.', '_')}${name[2]}`;
    if (newName !== file.name) changes.push({ kind: 'rename', uri: file.uri, newName });
  }
  return { title, changes };
}

/** The version a breaking change of an object leads to. */
export const nextMajor = (version: string): string => `${(Number(version.split('.')[0]) || 0) + 1}.0`;

/** The version a compatible change of an object leads to; after .9 the next major, as a version has one digit each. */
export function nextMinor(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number(part) || 0);
  return minor >= 9 ? `${major + 1}.0` : `${major}.${minor + 1}`;
}

/** The version a changed object may have: the next one that nothing has yet. */
export function raisedVersion(version: string, breaking: boolean, taken: readonly string[]): string {
  const next = breaking ? nextMajor : nextMinor;
  let raised = next(version);
  while (taken.includes(raised)) raised = next(raised);
  return raised;
}
