import { wholeNumber, valueRange } from '../../object';
import type { XmlFile } from '../../rule';
import { childrenNamed, type XmlElement, type XmlTree } from '../../tree';
import type { TextRange } from '../../../text';
import { folderPrefix } from '../../../uri';

/** A field of an entry of DDF.xml. */
export interface EntryField {
  readonly element: XmlElement;
  readonly value: string;
  readonly range: TextRange;
}

/** An `Item` of DDF.xml: an object in one version, and the file that defines it. */
export interface IndexEntry {
  readonly element: XmlElement;
  readonly fields: ReadonlyMap<string, EntryField>;
  readonly id: number | undefined;
  /** `Ver`; 1.0 where it is empty. */
  readonly version: string;
  /** Relative to DDF.xml; empty for an ID that is reserved only. */
  readonly path: string;
}

const entriesOf = new WeakMap<XmlTree, readonly IndexEntry[]>();

/** The entries of DDF.xml. */
export function indexEntries({ tree }: XmlFile): readonly IndexEntry[] {
  const known = entriesOf.get(tree);
  if (known) return known;
  const entries = childrenNamed(tree.root, 'Item').map((element): IndexEntry => {
    const fields = new Map<string, EntryField>();
    for (const child of element.children)
      if (!fields.has(child.name))
        fields.set(child.name, {
          element: child,
          value: child.text.trim(),
          range: valueRange(child, tree.text),
        });
    const value = (name: string): string => fields.get(name)?.value ?? '';
    return {
      element,
      fields,
      id: wholeNumber(value('ObjectID')),
      version: value('Ver') || '1.0',
      path: value('DDF'),
    };
  });
  entriesOf.set(tree, entries);
  return entries;
}

const filesByUri = new WeakMap<readonly XmlFile[], ReadonlyMap<string, XmlFile>>();

/** A file of the workspace at a path relative to another one. */
export function fileAt(path: string, from: XmlFile, workspace: readonly XmlFile[]): XmlFile | undefined {
  let byUri = filesByUri.get(workspace);
  if (!byUri) filesByUri.set(workspace, (byUri = new Map(workspace.map((file) => [file.uri, file]))));
  const segments = from.uri.split('/').slice(0, -1);
  for (const step of path.split(/[/\\]/)) {
    if (step === '..') segments.pop();
    else if (step !== '' && step !== '.') segments.push(step);
  }
  return byUri.get(segments.join('/'));
}

/** Whether the workspace has the files beside an index, so that one that isn't there is missing. */
export const hasNeighbours = (index: XmlFile, workspace: readonly XmlFile[]): boolean => {
  const folder = folderPrefix(index.uri);
  return workspace.some(({ uri }) => uri !== index.uri && uri.startsWith(folder));
};
