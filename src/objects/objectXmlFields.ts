import { SaxesParser } from 'saxes';
import { decoded, problem, type Decoded } from '../base/result';

/** The text of an element and where it begins, in characters. */
export interface XmlField {
  readonly text: string;
  readonly offset: number;
}

/** An `Item`: its `ID` attribute and its children by name, in whatever order they stand. */
export interface XmlItem {
  readonly offset: number;
  readonly id: string;
  readonly fields: ReadonlyMap<string, XmlField>;
}

/** An `Object`: its children by name, and its items. */
export interface XmlObject {
  readonly offset: number;
  readonly fields: ReadonlyMap<string, XmlField>;
  readonly items: readonly XmlItem[];
}

/** The longest object file read, in characters; the registry's longest is a tenth. */
export const MAX_XML_LENGTH = 4 * 1024 * 1024;
const MAX_ITEMS = 20_000;
/** Elements whose text is prose and long. */
const PROSE = new Set(['Description', 'Description1', 'Description2']);

/** What stops the reading: thrown and caught within this file. */
class Broken extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class FieldReader {
  readonly objects: XmlObject[] = [];
  private readonly parser = new SaxesParser({ position: true });
  private readonly open: string[] = [];
  private object: { offset: number; fields: Map<string, XmlField>; items: XmlItem[] } | undefined;
  private item: { offset: number; id: string; fields: Map<string, XmlField> } | undefined;
  private text = '';
  private textOffset = 0;
  private tagOffset = 0;
  private items = 0;

  constructor() {
    const { parser } = this;
    parser.on('error', (error) => {
      throw new Broken(error.message.replace(/^\d+:\d+: /, '').slice(0, 200), parser.position);
    });
    parser.on('doctype', () => {
      throw new Broken('a DOCTYPE is not accepted', parser.position);
    });
    parser.on('opentagstart', (tag) => {
      this.tagOffset = parser.position - tag.name.length - 1;
    });
    parser.on('opentag', (tag) => this.onOpen(tag.name, String(tag.attributes['ID'] ?? '')));
    parser.on('closetag', (tag) => this.onClose(tag.name));
    parser.on('text', (text) => this.onText(text));
    parser.on('cdata', (text) => this.onText(text));
  }

  read(xml: string): readonly XmlObject[] {
    this.parser.write(xml).close();
    return this.objects;
  }

  private onOpen(name: string, id: string): void {
    const offset = Math.max(0, this.tagOffset - 1);
    if (name === 'Object' && !this.object) this.object = { offset, fields: new Map(), items: [] };
    else if (name === 'Item' && this.object && !this.item) {
      if (++this.items > MAX_ITEMS) throw new Broken(`more than ${MAX_ITEMS} items`, offset);
      this.item = { offset, id, fields: new Map() };
    }
    this.open.push(name);
    this.text = '';
    this.textOffset = this.parser.position;
  }

  private onText(text: string): void {
    if (!PROSE.has(this.open.at(-1) ?? '')) this.text += text;
  }

  private onClose(name: string): void {
    this.open.pop();
    const parent = this.open.at(-1);
    const field = { text: this.text.trim(), offset: this.textOffset };
    if (name === 'Item' && this.item) {
      this.object?.items.push(this.item);
      this.item = undefined;
    } else if (name === 'Object' && this.object && !this.open.includes('Object')) {
      this.objects.push(this.object);
      this.object = undefined;
    } else if (parent === 'Item' && this.item && !this.item.fields.has(name))
      this.item.fields.set(name, field);
    else if (parent === 'Object' && this.object && !this.object.fields.has(name)) {
      this.object.fields.set(name, field);
    }
    this.text = '';
  }
}

/**
 * The objects of an XML text with their fields, before any of it is judged. A DOCTYPE is refused, so no entity is ever
 * expanded; prose is left out. A text that isn't well-formed is a problem with its offset in characters.
 */
export function readXmlObjects(xml: string): Decoded<readonly XmlObject[]> {
  if (xml.length > MAX_XML_LENGTH)
    return problem(`beyond ${MAX_XML_LENGTH} characters`, MAX_XML_LENGTH, 'TOO_LONG');
  try {
    return decoded(new FieldReader().read(xml));
  } catch (error) {
    if (error instanceof Broken) return problem(error.message, error.offset, 'XML');
    throw error;
  }
}
