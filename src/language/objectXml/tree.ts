import type { TextRange } from '../text';

/** What is not well-formed, at its place; the tree goes on after it. */
export interface SyntaxFault {
  readonly range: TextRange;
  readonly message: string;
}

/** An attribute of a start tag. */
export interface XmlAttribute {
  readonly name: string;
  readonly nameRange: TextRange;
  /** References decoded. */
  readonly value: string;
  /** Without the quotes; empty after the name where there is none. */
  readonly valueRange: TextRange;
}

/** An element as far as it can be read: one without an end tag ends where its parent does. */
export interface XmlElement {
  readonly kind: 'element';
  readonly name: string;
  /** Of the name in the start tag. */
  readonly nameRange: TextRange;
  readonly attributes: readonly XmlAttribute[];
  /** `<Name …>` or `<Name/>`. */
  readonly startTag: TextRange;
  /** `</Name>`; absent where it is missing or the tag is empty. */
  readonly endTag: TextRange | undefined;
  /** From the start tag to the end of the end tag. */
  readonly range: TextRange;
  /** Between start and end tag. */
  readonly contentRange: TextRange;
  readonly children: readonly XmlElement[];
  /** The text in it, references and CDATA decoded, that of its elements not included, as it stands with its blanks. */
  readonly text: string;
  readonly parent: XmlElement | undefined;
}

/** A comment, `<!--` and `-->` included. */
export interface XmlComment {
  readonly range: TextRange;
  readonly text: string;
}

/** A file of object XML as it can be read, however broken. */
export interface XmlTree {
  readonly text: string;
  /** U+FEFF at its start. */
  readonly hasBom: boolean;
  /** `<?xml …?>` */
  readonly declaration: TextRange | undefined;
  /** `<!DOCTYPE …>` with all that is in it. */
  readonly doctype: TextRange | undefined;
  readonly comments: readonly XmlComment[];
  /** The outermost element; any further ones are faults. */
  readonly root: XmlElement | undefined;
  readonly faults: readonly SyntaxFault[];
}

/** The child elements of a name. */
export const childrenNamed = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The first child element of a name. */
export const childNamed = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

/** The text of the first child of a name without the blanks around it; `undefined` where there is no such child. */
export const textOf = (element: XmlElement | undefined, name: string): string | undefined =>
  childNamed(element, name)?.text.trim();
