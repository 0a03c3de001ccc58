import path from 'node:path';
import * as esbuild from 'esbuild';
import { LanguageClient, type LanguageClientOptions } from '../../support/languageClient';

let built: Promise<string> | undefined;

/** The server bundled as `npm run build` bundles it. */
function program(): Promise<string> {
  return (built ??= (async () => {
    const outfile = path.resolve('.cache', 'tests', `language-${process.pid}`, 'languageServer.js');
    await esbuild.build({
      entryPoints: ['src/languageServer/main.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    return outfile;
  })());
}

/** A client with a server of its own, which ends with the test at the latest. */
export async function startClient(
  t: { after(fn: () => unknown): void },
  options: LanguageClientOptions = {},
): Promise<LanguageClient> {
  const client = await LanguageClient.start(await program(), options);
  t.after(() => client.kill());
  return client;
}

/** Object XML of a made-up object, right in every way but for what `change` does to it. */
export function objectXml(change: (text: string) => string = (text) => text): string {
  return change(`<?xml version="1.0" encoding="utf-8"?>
<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd">
  <Object ObjectType="MODefinition">
    <Name>Bushel Counter</Name>
    <Description1><![CDATA[What a water meter counts.]]></Description1>
    <ObjectID>33000</ObjectID>
    <ObjectURN>urn:oma:lwm2m:x:33000</ObjectURN>
    <LWM2MVersion>1.1</LWM2MVersion>
    <ObjectVersion>1.0</ObjectVersion>
    <MultipleInstances>Multiple</MultipleInstances>
    <Mandatory>Optional</Mandatory>
    <Resources>
      <Item ID="1">
        <Name>Volume</Name>
        <Operations>R</Operations>
        <MultipleInstances>Single</MultipleInstances>
        <Mandatory>Mandatory</Mandatory>
        <Type>Float</Type>
        <RangeEnumeration></RangeEnumeration>
        <Units>m3</Units>
        <Description><![CDATA[Volume since it was fitted.]]></Description>
      </Item>
    </Resources>
    <Description2></Description2>
  </Object>
</LWM2M>
`);
}
