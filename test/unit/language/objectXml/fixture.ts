import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseXml } from '../../../../src/language/objectXml/parse';
import type { XmlContext, XmlFile } from '../../../../src/language/objectXml/rule';
import type { XmlElement, XmlTree } from '../../../../src/language/objectXml/tree';
import { loadRegistry } from '../../../../src/objects/registry';
import assert from 'node:assert/strict';

/** A file on which every rule is silent, in either profile. */
export const PUMP = `<?xml version="1.0" encoding="UTF-8"?>
<!--
  SPDX-FileCopyrightText: 2026 Example
  SPDX-License-Identifier: BSD-3-Clause
  Name: 32000.xml
-->
<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd">
  <Object ObjectType="MODefinition">
    <Name>Fixture Pump</Name>
    <Description1>A pump of a test.</Description1>
    <ObjectID>32000</ObjectID>
    <ObjectURN>urn:oma:lwm2m:x:32000:1.1</ObjectURN>
    <LWM2MVersion>1.1</LWM2MVersion>
    <ObjectVersion>1.1</ObjectVersion>
    <MultipleInstances>Multiple</MultipleInstances>
    <Mandatory>Optional</Mandatory>
    <Resources>
      <Item ID="0">
        <Name>Flow</Name>
        <Operations>R</Operations>
        <MultipleInstances>Single</MultipleInstances>
        <Mandatory>Mandatory</Mandatory>
        <Type>Float</Type>
        <RangeEnumeration>0..100</RangeEnumeration>
        <Units>m3/s</Units>
        <Description>What flows.</Description>
      </Item>
      <Item ID="1">
        <Name>Stop Pump</Name>
        <Operations>E</Operations>
        <MultipleInstances>Single</MultipleInstances>
        <Mandatory>Optional</Mandatory>
        <Type></Type>
        <RangeEnumeration></RangeEnumeration>
        <Units></Units>
        <Description>Stops it.</Description>
      </Item>
      <Item ID="2">
        <Name>Turns</Name>
        <Operations>RW</Operations>
        <MultipleInstances>Multiple</MultipleInstances>
        <Mandatory>Optional</Mandatory>
        <Type>Unsigned Integer</Type>
        <RangeEnumeration></RangeEnumeration>
        <Units></Units>
        <Description>How often each of its wheels has turned.</Description>
      </Item>
    </Resources>
    <Description2></Description2>
  </Object>
</LWM2M>
`;

const loaded = loadRegistry(readFileSync('media/registry/objects.json', 'utf8'));
assert.ok(loaded.ok);
/** The registry as the extension ships it. */
export const registry = loaded.value;

/** A text as a file of the workspace. */
export const fileOf = (text: string, name = '32000.xml'): XmlFile => ({
  uri: `file:///objects/${name}`,
  name,
  tree: parseXml(text),
});

/** What a file alone is checked with. */
export const alone = (file: XmlFile, profile: XmlContext['profile'] = 'registry'): XmlContext => ({
  profile,
  registry,
  workspace: [file],
});

/** Replaces the first occurrence of each text by the one after it; every text must occur. */
export function changed(text: string, ...pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `the fixture has ${from}`);
    return result.replace(from, () => to);
  }, text);
}

/** Asserts what holds of every tree: ranges within the text, in order, each within its parent's content. */
export function assertTree(tree: XmlTree): void {
  const { length } = tree.text;
  const within = ({ start, end }: { start: number; end: number }, from: number, to: number): boolean =>
    start >= from && end >= start && end <= to;
  const walk = (element: XmlElement, from: number, to: number): void => {
    const { range, startTag, nameRange, contentRange, endTag } = element;
    assert.ok(within(range, from, to), `<${element.name}> lies in its parent`);
    assert.ok(startTag.start === range.start && within(startTag, range.start, range.end), 'start tag');
    assert.ok(within(nameRange, startTag.start, startTag.end), 'name');
    assert.equal(tree.text.slice(nameRange.start, nameRange.end), element.name);
    assert.ok(within(contentRange, startTag.end, range.end), 'content');
    if (endTag) assert.ok(endTag.start === contentRange.end && endTag.end === range.end, 'end tag');
    for (const { nameRange: name, valueRange: value } of element.attributes)
      assert.ok(
        within(name, nameRange.end, startTag.end) && within(value, name.end, startTag.end),
        'attribute',
      );
    let at = contentRange.start;
    for (const child of element.children) {
      assert.equal(child.parent, element);
      walk(child, at, contentRange.end);
      at = child.range.end;
    }
  };
  if (tree.root) walk(tree.root, 0, length);
  for (const { range } of [...tree.faults, ...tree.comments])
    assert.ok(within(range, 0, length), 'in the text');
  let before = 0;
  for (const { range } of tree.faults) {
    assert.ok(range.start >= before, 'faults by place');
    before = range.start;
  }
}

/** The folder of OMA's registry, where it is. */
export const registryFolder = path.resolve(process.env['REGISTRY_DIR'] ?? '../shared/registry');
