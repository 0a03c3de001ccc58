import type { TextEdit } from '../text';
import { SCHEMA_1_1 } from './grammar';
import { setAttribute } from './treeEdits';
import type { XmlAttribute, XmlElement } from './tree';

/** The attribute that names the schema. */
export const SCHEMA_ATTRIBUTE = 'noNamespaceSchemaLocation';

const INSTANCE_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';
const LOCATION = /^https?:\/\/(?:www\.)?openmobilealliance\.org\/tech\/profiles\/LWM2M(-v1_[1-9])?\.xsd$/i;

/** The attribute of the root by which it names its schema, under whatever prefix. */
export const schemaAttribute = (root: XmlElement | undefined): XmlAttribute | undefined =>
  root?.attributes.find(({ name }) => name.slice(name.indexOf(':') + 1) === SCHEMA_ATTRIBUTE);

/** Which of OMA's schemas a location names: that of LwM2M 1.0, a later one, or none of them. */
export function schemaOf(location: string): '1.0' | 'later' | undefined {
  const match = LOCATION.exec(location.trim());
  return match ? (match[1] === undefined ? '1.0' : 'later') : undefined;
}

/** Makes the root name the schema that has every type. */
export function nameLaterSchema(root: XmlElement): readonly TextEdit[] {
  const attribute = schemaAttribute(root);
  if (attribute) return [setAttribute(root, attribute.name, SCHEMA_1_1)];
  const declared = root.attributes.some(({ name }) => name === 'xmlns:xsi');
  const at = root.nameRange.end;
  const namespace = declared ? '' : ` xmlns:xsi="${INSTANCE_NAMESPACE}"`;
  return [{ range: { start: at, end: at }, newText: `${namespace} xsi:${SCHEMA_ATTRIBUTE}="${SCHEMA_1_1}"` }];
}
