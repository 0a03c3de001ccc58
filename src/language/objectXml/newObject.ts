import type { ResourceDefinition } from '../../objects/definition';
import type { ObjectRegistry } from '../../objects/registry';
import { LWM2M_VERSIONS, OBJECT_TYPE, SCHEMA_1_1, TYPES_SINCE_1_1, objectClass, urnOf } from './grammar';
import { typeText } from './definition';
import { itemLines, type ItemSource } from './itemText';
import { elementLine, escapeText } from './treeEdits';

/** What a new object is to be. */
export interface NewObject {
  readonly id: number;
  readonly name: string;
  /** What it is for; made from the name where it is left out. */
  readonly description?: string;
  /** 1.0 where it is left out. */
  readonly version?: string;
  /** Raised as far as the resources' types need it; 1.0 where it is left out. */
  readonly lwm2mVersion?: (typeof LWM2M_VERSIONS)[number];
  /** Several instances, as most objects have: the default. */
  readonly multiple?: boolean;
  /** Its resources; one to begin with where there are none. */
  readonly resources?: readonly ItemSource[];
  /** `2026 Example Ltd`, for the licence header. */
  readonly copyright?: string;
}

/** A file to be written. */
export interface NewFile {
  /** `10241.xml`. */
  readonly fileName: string;
  readonly text: string;
}

const FIRST: ItemSource = {
  id: 0,
  name: 'Value',
  operations: 'R',
  type: 'string',
  multiple: false,
  mandatory: true,
  description: 'The value as the device has it.',
};

/** A reusable resource as part of an object; its Description is taken from `description`, or names it where that is left out. */
export function reusableItem(
  registry: ObjectRegistry,
  id: number,
  description?: string,
): ItemSource | undefined {
  const common: ResourceDefinition | undefined = registry.common(id);
  return (
    common && { ...common, multiple: false, mandatory: false, description: description ?? `${common.name}.` }
  );
}

const needsLater = ({ type }: ItemSource): boolean => TYPES_SINCE_1_1.includes(typeText(type));

/**
 * The file of a new object, in the form of OMA's registry: header with licence, schema, version, URN by the class of its
 * ID, resources by ID. Nothing is found wrong with it, unless a name is taken, or a reusable resource is described in
 * words other than OMA's.
 */
export function newObject(wanted: NewObject): NewFile {
  const { id, version = '1.0', multiple = true, copyright = 'YEAR OWNER' } = wanted;
  const name = wanted.name.trim() || `Object ${id}`;
  const resources = [...(wanted.resources?.length ? wanted.resources : [FIRST])].sort((a, b) => a.id - b.id);
  const level = wanted.lwm2mVersion ?? '1.0';
  const lwm2mVersion = level === '1.0' && resources.some(needsLater) ? '1.1' : level;
  const fileName = `${id}.xml`;
  const unit = '\t';
  const fields: readonly (readonly [string, string])[] = [
    ['Name', name],
    [
      'Description1',
      wanted.description?.trim() || `What a device tells of ${name}, and lets a server do with it.`,
    ],
    ['ObjectID', String(id)],
    ['ObjectURN', urnOf(id, version, objectClass(id)?.label ?? 'x')],
    ['LWM2MVersion', lwm2mVersion],
    ['ObjectVersion', version],
    ['MultipleInstances', multiple ? 'Multiple' : 'Single'],
    ['Mandatory', 'Optional'],
  ];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!--',
    `  Name: ${fileName}`,
    '',
    `  SPDX-FileCopyrightText: ${escapeText(copyright).replace(/--+/g, '-')}`,
    '  SPDX-License-Identifier: BSD-3-Clause',
    '-->',
    `<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="${SCHEMA_1_1}">`,
    `${unit}<Object ObjectType="${OBJECT_TYPE}">`,
    ...fields.map(([field, value]) => `${unit}${unit}${elementLine(field, value)}`),
    `${unit}${unit}<Resources>`,
    ...resources.flatMap((resource) => itemLines(resource, unit)).map((line) => `${unit.repeat(3)}${line}`),
    `${unit}${unit}</Resources>`,
    `${unit}${unit}<Description2></Description2>`,
    `${unit}</Object>`,
    '</LWM2M>',
    '',
  ];
  return { fileName, text: lines.join('\n') };
}
