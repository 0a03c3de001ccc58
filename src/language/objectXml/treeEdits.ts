import type { TextEdit } from '../text';
import { indentBefore, layoutOf, wholeLines } from './layout';
import type { XmlElement, XmlTree } from './tree';

/** Text as it stands in XML. */
export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\]\]>/g, ']]&gt;');

/** An attribute's value as it stands in double quotes. */
export const escapeAttribute = (text: string): string => escapeText(text).replace(/"/g, '&quot;');

/** Makes an element say `text` and nothing else. */
export function setText(element: XmlElement, text: string): TextEdit {
  const { name, startTag, contentRange } = element;
  const isEmptyTag = contentRange.start === startTag.end && element.range.end === startTag.end;
  if (!isEmptyTag || element.endTag) return { range: contentRange, newText: escapeText(text) };
  return {
    range: { start: startTag.end - 2, end: startTag.end },
    newText: `>${escapeText(text)}</${name}>`,
  };
}

/** Sets an attribute, or adds it after the element's name. */
export function setAttribute(element: XmlElement, name: string, value: string): TextEdit {
  const attribute = element.attributes.find((one) => one.name === name);
  if (attribute && attribute.valueRange.start > attribute.nameRange.end)
    return { range: attribute.valueRange, newText: escapeAttribute(value) };
  const at = element.nameRange.end;
  if (attribute) return { range: attribute.nameRange, newText: `${name}="${escapeAttribute(value)}"` };
  return { range: { start: at, end: at }, newText: ` ${name}="${escapeAttribute(value)}"` };
}

/** Takes an attribute away, with the blanks before it. */
export function removeAttribute(tree: XmlTree, element: XmlElement, name: string): TextEdit | undefined {
  const attribute = element.attributes.find((one) => one.name === name);
  if (!attribute) return undefined;
  let start = attribute.nameRange.start;
  while (/\s/.test(tree.text.charAt(start - 1))) start--;
  const quoted = attribute.valueRange.start > attribute.nameRange.end;
  return {
    range: { start, end: quoted ? attribute.valueRange.end + 1 : attribute.nameRange.end },
    newText: '',
  };
}

/** Takes an element away, with its line where it has one to itself. */
export const removeElement = (tree: XmlTree, element: XmlElement): TextEdit => ({
  range: wholeLines(tree.text, element.range),
  newText: '',
});

/** Gives an element another name, in both its tags. */
export const renameElement = (element: XmlElement, name: string): readonly TextEdit[] => [
  { range: element.nameRange, newText: name },
  ...(element.endTag ? [{ range: element.endTag, newText: `</${name}>` }] : []),
];

/** Puts lines of XML among an element's children, after the last that comes before `name` in `order`. */
export function insertChild(
  tree: XmlTree,
  parent: XmlElement,
  order: readonly string[],
  name: string,
  lines: readonly string[],
): TextEdit {
  const { newline, unit } = layoutOf(tree);
  const { text } = tree;
  const own = order.indexOf(name);
  const earlier = parent.children.filter((child) => {
    const index = order.indexOf(child.name);
    return index !== -1 && index < own;
  });
  const previous = earlier.reduce<XmlElement | undefined>(
    (last, child) => (last && last.range.end > child.range.end ? last : child),
    undefined,
  );
  const sibling = previous ?? parent.children[0];
  const parentIndent = indentBefore(text, parent.range.start) ?? '';
  const indent = (sibling && indentBefore(text, sibling.range.start)) ?? parentIndent + unit;
  const block = lines.map((line) => `${newline}${indent}${line}`).join('');
  if (previous) return { range: { start: previous.range.end, end: previous.range.end }, newText: block };
  const { startTag, contentRange } = parent;
  if (contentRange.end === startTag.end && parent.range.end === startTag.end && !parent.endTag)
    return {
      range: { start: startTag.end - 2, end: startTag.end },
      newText: `>${block}${newline}${parentIndent}</${parent.name}>`,
    };
  const closing =
    parent.children.length === 0 &&
    parent.text.trim() === '' &&
    !text.slice(contentRange.start, contentRange.end).includes('\n');
  return {
    range: { start: startTag.end, end: startTag.end },
    newText: closing ? `${block}${newline}${parentIndent}` : block,
  };
}

/** One element of text as a line of XML. */
export const elementLine = (name: string, text: string): string => `<${name}>${escapeText(text)}</${name}>`;
