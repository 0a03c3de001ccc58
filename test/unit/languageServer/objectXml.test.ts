import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver/node';
import { applyEdits, Lines } from '../../../src/language/text';
import { toTextRange } from '../../../src/languageServer/openDocument';
import { objectXml, startClient } from './serverProgram';

const uri = 'memory:/objects/33000.xml';

/** A text after the edits that a workspace edit has for it. */
function edited(text: string, edit: WorkspaceEdit | undefined): string {
  const lines = new Lines(text);
  const edits = (edit?.documentChanges ?? []).flatMap((change) =>
    'edits' in change
      ? change.edits.map((one) => ('newText' in one ? one : assert.fail('no plain edit')))
      : [],
  );
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({ range: toTextRange(range, lines), newText })),
  );
}

describe('object XML in an editor', () => {
  test('what is right is silent', async (t) => {
    const client = await startClient(t);
    await client.open(uri, objectXml());
    assert.deepEqual(await client.problems(uri), []);
  });

  test('an XML file of another kind gets nothing', async (t) => {
    const client = await startClient(t);
    const pom = 'memory:/pom.xml';
    await client.open(pom, '<project><ObjectID>x</ObjectID>');
    assert.deepEqual(await client.problems(pom), []);
    const at = { position: { line: 0, character: 3 } };
    assert.equal(await client.ask('hover', pom, at), null);
    assert.equal(await client.ask('completion', pom, at), null);
    assert.equal(await client.ask('documentSymbol', pom), null);
  });

  test('a problem has its place, code, source and rule; a change of a word takes it away', async (t) => {
    const client = await startClient(t);
    await client.open(
      uri,
      objectXml((text) => text.replace('ObjectType="MODefinition"', 'ObjectType="MO"')),
    );
    const [problem, ...more] = await client.problems(uri);
    assert.deepEqual(more, []);
    assert.equal(problem?.code, 'xml/object-type');
    assert.equal(problem.source, 'lwm2m-xml');
    assert.equal(problem.codeDescription?.href, 'lwm2m-rule:/xml/object-type.md');
    assert.equal(problem.range.start.line, 2);
    const rule = await client.rpc.sendRequest<{ markdown: string }>('lwm2m/rule', { code: problem.code });
    assert.match(rule.markdown, /^# Object type\n/);
    await client.type(
      uri,
      { start: { line: 2, character: 22 }, end: { line: 2, character: 24 } },
      'MODefinition',
    );
    assert.deepEqual(await client.problems(uri), []);
  });

  test('a state that the client has is not sent twice', async (t) => {
    const client = await startClient(t);
    await client.open(
      uri,
      objectXml((text) => text.replace('MODefinition', 'MO')),
    );
    const first = await client.pull(uri);
    assert.equal(first.kind, 'full');
    assert.deepEqual(await client.pull(uri, first.resultId), { kind: 'unchanged', resultId: first.resultId });
  });

  test('a quick fix makes the problem go', async (t) => {
    const client = await startClient(t);
    const text = objectXml((right) => right.replace('MODefinition', 'MO'));
    await client.open(uri, text);
    const diagnostics = await client.problems(uri);
    const range = diagnostics[0]?.range;
    const actions = await client.ask<CodeAction[]>('codeAction', uri, { range, context: { diagnostics } });
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    assert.equal(preferred?.kind, 'quickfix');
    assert.equal(preferred.diagnostics?.[0]?.code, 'xml/object-type');
    assert.equal(edited(text, preferred.edit), objectXml());
  });

  test('fix all makes every preferred fix, the ones that follow from others too', async (t) => {
    const client = await startClient(t);
    const text = objectXml((right) =>
      right
        .replace('MODefinition', 'MO')
        .replace('urn:oma:lwm2m:x:33000', 'urn:oma:lwm2m:x:33001')
        .replace('<?xml version="1.0" encoding="utf-8"?>\n', ''),
    );
    await client.open(uri, text);
    assert.ok((await client.problems(uri)).length >= 3);
    const everything = { start: { line: 0, character: 0 }, end: { line: 40, character: 0 } };
    const [action] = await client.ask<CodeAction[]>('codeAction', uri, {
      range: everything,
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    assert.equal(action?.kind, 'source.fixAll.lwm2m');
    const fixed = edited(text, action.edit);
    await client.type(uri, everything, fixed);
    assert.deepEqual(await client.problems(uri), []);
  });

  test('the profile is the setting’s', async (t) => {
    const client = await startClient(t, { settings: { profile: 'registry' } });
    await client.open(uri, objectXml());
    assert.notDeepEqual(await client.problems(uri), [], 'no licence header');
    client.settings = { profile: 'editing' };
    const refreshed = client.refreshed();
    await client.rpc.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await refreshed;
    assert.deepEqual(await client.problems(uri), []);
  });

  test('a unit that the settings add is known', async (t) => {
    const text = objectXml((right) => right.replace('<Units>m3<', '<Units>bushel<'));
    const plain = await startClient(t);
    await plain.open(uri, text);
    assert.deepEqual(
      (await plain.problems(uri)).map(({ code }) => code),
      ['xml/unit-unknown'],
    );
    const more = await startClient(t, { settings: { units: ['bushel'] } });
    await more.open(uri, text);
    assert.deepEqual(await more.problems(uri), []);
  });
});
