import { touches, type TextEdit, type TextRange } from '../text';
import { MAX_RESOURCE_ID } from './grammar';
import { readTree, type Item, type XmlObject } from './object';
import type { XmlFile } from './rule';
import { setAttribute } from './treeEdits';
import type { XmlElement, XmlTree } from './tree';

/** Elements of prose, in which paths may stand. */
const PROSE: readonly string[] = ['Description', 'Description1', 'Description2'];
/** `/3303/0/5700`, `/3303/x/5700`: an object, an instance or what stands for any (a letter, a star), a resource. */
const PATH = /(?<![\w/.:])\/(\d{1,5})\/(?:\d{1,5}|[a-z*]|\{[a-z]+\}|\[[^\]\s]{1,20}\])\/(\d{1,5})(?!\d)/gi;

/** A resource ID as part of a path in prose. */
export interface PathMention {
  readonly objectId: number;
  readonly resourceId: number;
  /** Of the whole path. */
  readonly range: TextRange;
  /** Of the resource ID in it. */
  readonly idRange: TextRange;
}

const mentionsOf = new WeakMap<XmlTree, readonly PathMention[]>();

/** Every path to a resource that stands in the file's prose, as it is written. */
export function pathMentions(tree: XmlTree): readonly PathMention[] {
  const known = mentionsOf.get(tree);
  if (known) return known;
  const mentions: PathMention[] = [];
  const visit = (element: XmlElement): void => {
    if (PROSE.includes(element.name)) {
      const { start, end } = element.contentRange;
      for (const match of tree.text.slice(start, end).matchAll(PATH)) {
        const at = start + match.index;
        const whole = match[0];
        const resource = match[2] ?? '';
        mentions.push({
          objectId: Number(match[1]),
          resourceId: Number(resource),
          range: { start: at, end: at + whole.length },
          idRange: { start: at + whole.length - resource.length, end: at + whole.length },
        });
      }
    }
    element.children.forEach(visit);
  };
  if (tree.root) visit(tree.root);
  mentionsOf.set(tree, mentions);
  return mentions;
}

/** Gives a resource another ID: its `Item`, and paths of its object that name it in the prose of the file. */
export function resourceIdEdits(
  file: XmlFile,
  object: XmlObject,
  item: Item,
  newId: number,
): readonly TextEdit[] {
  return [
    setAttribute(item.element, 'ID', String(newId)),
    ...pathMentions(file.tree)
      .filter(({ objectId, resourceId }) => objectId === object.id && resourceId === item.id)
      .map(({ idRange }) => ({ range: idRange, newText: String(newId) })),
  ];
}

/** A resource ID under the cursor. */
export interface RenameTarget {
  /** Of the ID that would be changed. */
  readonly range: TextRange;
  readonly object: XmlObject;
  readonly item: Item;
}

/** The resource whose ID stands at an offset: in `ID="…"`, or in a path of this object; `undefined` elsewhere. */
export function renameTarget(file: XmlFile, offset: number): RenameTarget | undefined {
  const { objects } = readTree(file.tree);
  for (const object of objects)
    for (const item of object.items) {
      const range = item.idAttribute?.valueRange;
      if (range && item.id !== undefined && touches(range, offset)) return { range, object, item };
    }
  const mention = pathMentions(file.tree).find(({ idRange }) => touches(idRange, offset));
  const object = mention && objects.find(({ id }) => id === mention.objectId);
  const item = object?.items.find(({ id }) => id === mention?.resourceId);
  return mention && object && item ? { range: mention.idRange, object, item } : undefined;
}

/**
 * Gives the resource at an offset another ID, with the paths that name it. A text in place of edits says why not: nothing
 * to rename there, no ID, or one that the object has already.
 */
export function renameResource(file: XmlFile, offset: number, newName: string): readonly TextEdit[] | string {
  const target = renameTarget(file, offset);
  if (!target) return 'Only the ID of a resource can be renamed here';
  const text = newName.trim();
  const newId = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (newId === undefined || newId > MAX_RESOURCE_ID)
    return `A resource ID is a number from 0 to ${MAX_RESOURCE_ID}, not “${text.slice(0, 40)}”`;
  const { object, item } = target;
  const holder = object.items.find((one) => one.id === newId && one !== item);
  if (holder) return `The object has a resource ${newId} already: ${holder.fields.get('Name')?.value ?? ''}`;
  return resourceIdEdits(file, object, item, newId);
}
