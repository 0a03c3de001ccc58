import type { ResourceDefinition } from '../../objects/definition';
import type { TextRange } from '../text';
import type { Completion } from './completionItem';
import { freeResourceId } from './freeIds';
import { CHILDREN_OF, isLeafName } from './grammar';
import { itemLines } from './itemText';
import { indentBefore, layoutOf } from './layout';
import { readTree } from './object';
import { resourceSummary, reusableDescriptions } from './reusable';
import type { XmlContext, XmlFile } from './rule';
import { itemSnippetLines } from './snippets';
import type { XmlElement, XmlTree } from './tree';
import { elementMeaning } from './words';

/** The innermost element whose content holds a place, one that begins there not counted. */
function parentAt(tree: XmlTree, at: number): XmlElement | undefined {
  let found: XmlElement | undefined;
  let candidates: readonly XmlElement[] = tree.root ? [tree.root] : [];
  for (;;) {
    const inner = candidates.find(
      ({ startTag, endTag, range }) =>
        startTag.start < at && startTag.end <= at && at <= (endTag?.start ?? range.end),
    );
    if (!inner) return found;
    found = inner;
    candidates = inner.children;
  }
}

/** Elements that may stand within another, those that are missing in the schema's order; `at` has one being typed. */
function missingChildren(parent: XmlElement, at: number): readonly string[] {
  const present = new Set(parent.children.filter(({ range }) => range.start !== at).map(({ name }) => name));
  return (CHILDREN_OF.get(parent.name) ?? []).filter((name) => name === 'Item' || !present.has(name));
}

/** Lines as they stand at a place: those after the first indented like it. */
function block(file: XmlFile, at: number, lines: readonly string[]): string {
  const { newline } = layoutOf(file.tree);
  const indent = indentBefore(file.tree.text, at) ?? '';
  return lines.map((line, i) => (i === 0 ? line : indent + line)).join(newline);
}

const DESCRIPTION_UNKNOWN = "See OMA's list of reusable resources.";

/** Every reusable resource that the object doesn't have, as a whole `Item`. */
function reusableCompletions(
  file: XmlFile,
  parent: XmlElement,
  range: TextRange,
  context: XmlContext,
): readonly Completion[] {
  const { unit } = layoutOf(file.tree);
  const object = readTree(file.tree).objects.find(({ resources }) => resources === parent);
  const used = new Set(object?.items.map(({ id }) => id));
  const descriptions = reusableDescriptions(context.workspace);
  return context.registry
    .commonIds()
    .flatMap((id): readonly ResourceDefinition[] => {
      const common = used.has(id) ? undefined : context.registry.common(id);
      return common ? [common] : [];
    })
    .map((common) => ({
      label: `${common.id} ${common.name}`,
      kind: 'resource' as const,
      detail: resourceSummary(common),
      range,
      filter: `<Item ${common.id} ${common.name}`,
      newText: block(
        file,
        range.start,
        itemLines(
          {
            ...common,
            multiple: false,
            mandatory: false,
            description: descriptions.get(common.id) ?? DESCRIPTION_UNKNOWN,
          },
          unit,
        ),
      ),
    }));
}

function elementText(file: XmlFile, parent: XmlElement, name: string, at: number): string {
  const { unit } = layoutOf(file.tree);
  if (name === 'Item') {
    const object = readTree(file.tree).objects.find(({ resources }) => resources === parent);
    return block(file, at, itemSnippetLines(freeResourceId(object ?? { items: [] }), 1, unit));
  }
  if (isLeafName(name)) return `<${name}>$1</${name}>`;
  if (name === 'Object')
    return block(file, at, ['<Object ObjectType="MODefinition">', `${unit}$1`, '</Object>']);
  return block(file, at, [`<${name}>`, `${unit}$1`, `</${name}>`]);
}

/**
 * Elements that can stand where `range` is; `typed` is what stands there: `<`, `<Na`, `</`, or nothing. Below Resources
 * also the reusable resources.
 */
export function elementCompletions(
  file: XmlFile,
  range: TextRange,
  typed: string,
  context: XmlContext,
): readonly Completion[] {
  const parent = parentAt(file.tree, range.start);
  if (!parent) return [];
  if (typed.startsWith('</')) {
    const label = `</${parent.name}>`;
    const end = file.tree.text[range.end] === '>' ? range.end + 1 : range.end;
    return [{ label, kind: 'element', range: { start: range.start, end }, newText: label }];
  }
  // a tag that is closed already gets another name only, and its end tag is left to the parser's complaint
  const rest = /^[\w:]*(?=(\/?>|[ \t]+[\w:]+=)?)/.exec(
    typed === '' ? '' : file.tree.text.slice(range.end, range.end + 64),
  );
  if (rest?.[1])
    return missingChildren(parent, range.start).map((name) => ({
      label: name,
      kind: 'element',
      range: { start: range.start, end: range.end + rest[0].length },
      filter: `<${name}`,
      newText: `<${name}`,
    }));
  const elements = missingChildren(parent, range.start).map((name): Completion => {
    const detail = elementMeaning(name, parent.name);
    return {
      label: name,
      kind: 'element',
      ...(detail === undefined ? {} : { detail }),
      range,
      filter: `<${name}`,
      newText: elementText(file, parent, name, range.start),
      isSnippet: true,
    };
  });
  return parent.name === 'Resources'
    ? [...elements, ...reusableCompletions(file, parent, range, context)]
    : elements;
}
