import { type Problem } from '../base/result';
import type { ObjectDefinition, Operations, ResourceDefinition, ResourceType } from './definition';
import { readXmlObjects, type XmlField, type XmlItem, type XmlObject } from './objectXmlFields';
import { MAX_ID } from './path';

/** What an object file defines, and what was wrong beside (offsets in characters). */
export interface ParsedObjectXml {
  readonly definitions: readonly ObjectDefinition[];
  readonly problems: readonly Problem[];
  /** Whether it is XML at all, without a DOCTYPE; else it defines nothing. */
  readonly readable: boolean;
}

/** The types by their spelling in XML, lower case and without blanks; near misses that writers make among them. */
const TYPES: ReadonlyMap<string, ResourceType> = new Map([
  ['string', 'string'],
  ['integer', 'integer'],
  ['int', 'integer'],
  ['unsignedinteger', 'unsigned'],
  ['unsigned', 'unsigned'],
  ['float', 'float'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['opaque', 'opaque'],
  ['time', 'time'],
  ['objlnk', 'objlnk'],
  ['corelnk', 'corelnk'],
]);

const OPERATIONS: readonly Operations[] = ['', 'R', 'W', 'RW', 'E'];

class DefinitionReader {
  readonly problems: Problem[] = [];

  constructor(private readonly source: string) {}

  object(xml: XmlObject): ObjectDefinition | undefined {
    const text = (name: string) => xml.fields.get(name)?.text ?? '';
    const idText = text('ObjectID');
    const id = this.id(idText);
    if (id === undefined) {
      this.note(`"${idText.slice(0, 20)}" is no ObjectID`, xml.fields.get('ObjectID')?.offset ?? xml.offset);
      return undefined;
    }
    const resources = new Map<number, ResourceDefinition>();
    for (const item of xml.items) {
      const resource = this.resource(item);
      if (resource && resources.has(resource.id))
        this.note(`resource ${resource.id} stands twice`, item.offset);
      else if (resource) resources.set(resource.id, resource);
    }
    const lwm2mVersion = text('LWM2MVersion');
    return {
      id,
      version: this.version(xml),
      name: text('Name') || `Object ${id}`,
      ...(lwm2mVersion === '' ? {} : { lwm2mVersion }),
      multiple: this.choice(xml.fields.get('MultipleInstances'), 'Multiple', 'Single', xml.offset),
      mandatory: this.choice(xml.fields.get('Mandatory'), 'Mandatory', 'Optional', xml.offset),
      source: this.source,
      resources,
    };
  }

  resource(item: XmlItem): ResourceDefinition | undefined {
    const text = (name: string) => item.fields.get(name)?.text ?? '';
    const id = this.id(item.id);
    if (id === undefined) {
      this.note(`"${item.id.slice(0, 20)}" is no resource ID`, item.offset);
      return undefined;
    }
    const operations = this.operations(item);
    const range = text('RangeEnumeration');
    const units = text('Units');
    return {
      id,
      name: text('Name') || `Resource ${id}`,
      operations,
      type: this.type(item, operations),
      multiple: this.choice(item.fields.get('MultipleInstances'), 'Multiple', 'Single', item.offset),
      mandatory: this.choice(item.fields.get('Mandatory'), 'Mandatory', 'Optional', item.offset),
      ...(range === '' ? {} : { range }),
      ...(units === '' ? {} : { units }),
    };
  }

  note(message: string, offset: number): void {
    if (this.problems.length < 100) this.problems.push({ message, offset });
  }

  private id(text: string): number | undefined {
    return /^\d{1,5}$/.test(text) && Number(text) <= MAX_ID ? Number(text) : undefined;
  }

  /** ObjectVersion; else what the URN ends in; else 1.0 (OMA-TS-LightweightM2M_Core-V1_1_1 §7.2.2). */
  private version(xml: XmlObject): string {
    const field = xml.fields.get('ObjectVersion');
    const urn = /^urn:oma:lwm2m:[a-z]+:\d+:(\d+\.\d+)$/.exec(xml.fields.get('ObjectURN')?.text ?? '')?.[1];
    if (field && /^\d{1,3}\.\d{1,3}$/.test(field.text)) return field.text;
    if (field && field.text !== '')
      this.note(`"${field.text.slice(0, 20)}" is no ObjectVersion`, field.offset);
    return urn ?? '1.0';
  }

  private operations(item: XmlItem): Operations {
    const field = item.fields.get('Operations');
    const letters = (field?.text ?? '').toUpperCase().replace(/[\s/,|]+/g, '');
    const found = OPERATIONS.find((one) => one === (letters === 'WR' ? 'RW' : letters));
    if (found !== undefined && field) return found;
    this.note(`"${letters.slice(0, 20)}" is no Operations of a resource`, field?.offset ?? item.offset);
    return '';
  }

  private type(item: XmlItem, operations: Operations): ResourceType | undefined {
    const field = item.fields.get('Type');
    const text = field?.text ?? '';
    const found = TYPES.get(text.toLowerCase().replace(/[\s_-]+/g, ''));
    if (operations === 'E') {
      if (text !== '') this.note('an executable has no type', field?.offset ?? item.offset);
      return undefined;
    }
    if (!found) this.note(`"${text.slice(0, 20)}" is no type of a resource`, field?.offset ?? item.offset);
    return found;
  }

  private choice(field: XmlField | undefined, yes: string, no: string, offset: number): boolean {
    const text = field?.text.toLowerCase();
    if (text === yes.toLowerCase()) return true;
    if (text !== no.toLowerCase()) {
      this.note(`"${(field?.text ?? '').slice(0, 20)}" is neither ${yes} nor ${no}`, field?.offset ?? offset);
    }
    return false;
  }
}

/**
 * The definitions of an object file (OMA's LWM2M.xsd, LWM2M-v1_1.xsd). Tolerant in what still leads to a definition:
 * children in any order, missing versions, near misses in spelling; each is told. A text that isn't well-formed, or has
 * a DOCTYPE, defines nothing.
 *
 * @param source what the definitions name as their source: the file's path, or `registry`
 */
export function parseObjectXml(text: string, source: string): ParsedObjectXml {
  const objects = readXmlObjects(text);
  if (!objects.ok) return { definitions: [], problems: [objects.problem], readable: false };
  const reader = new DefinitionReader(source);
  const definitions = objects.value
    .map((object) => reader.object(object))
    .filter((definition) => definition !== undefined);
  if (objects.value.length === 0) reader.note('no LwM2M object in this file', 0);
  return { definitions, problems: reader.problems, readable: true };
}

/** The reusable resources of the registry's `Common.xml`, which has items but no object of its own. */
export function parseCommonXml(text: string): readonly ResourceDefinition[] {
  const objects = readXmlObjects(text);
  const reader = new DefinitionReader('registry');
  return (objects.ok ? objects.value : [])
    .flatMap((object) => object.items)
    .map((item) => reader.resource(item))
    .filter((resource) => resource !== undefined);
}
