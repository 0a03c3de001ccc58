import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorkspaceDiagnosticReport } from 'vscode-languageserver/node';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { objectXml, startClient } from './serverProgram';

const one = 'vfs://host/objects/33000.xml';
const two = 'vfs://host/objects/copy.xml';
const changed = objectXml((text) => text.replace('<Name>Volume<', '<Name>Amount<'));

/** The codes of a report by file. */
const codesOf = ({ items }: WorkspaceDiagnosticReport) =>
  Object.fromEntries(
    items.map((item) => [item.uri, item.kind === 'full' ? item.items.map(({ code }) => code) : []]),
  );

const resultsOf = ({ items }: WorkspaceDiagnosticReport) =>
  items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));

describe('a workspace that only the client can read', () => {
  test('its files are asked for by name, with progress; problems across files are told', async (t) => {
    const client = await startClient(t, {
      files: new Map([
        [one, objectXml()],
        [two, changed],
      ]),
    });
    await client.refreshed();
    assert.deepEqual([...new Set(client.asked)].sort(), [one, two]);
    assert.deepEqual(codesOf(await client.pullWorkspace()), {
      [one]: ['xml/defined-twice'],
      [two]: ['xml/defined-twice'],
    });
    const kinds = client.progress.map((value) => (value as { kind: string }).kind);
    assert.deepEqual([kinds[0], kinds.at(-1)], ['begin', 'end']);
  });

  test('a pull waits until there is something to tell, and tells only that', async (t) => {
    const files = new Map([
      [one, objectXml()],
      [two, changed],
    ]);
    const client = await startClient(t, { files });
    await client.refreshed();
    const first = await client.pullWorkspace();
    const next = client.pullWorkspace(resultsOf(first));
    files.delete(two);
    await client.rpc.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: two, type: 3 }],
    });
    assert.deepEqual(codesOf(await next), { [one]: [], [two]: [] });
  });

  test('a pull that nobody waits for any more ends', async (t) => {
    const client = await startClient(t, { files: new Map([[one, objectXml()]]) });
    await client.refreshed();
    const cancellation = new CancellationTokenSource();
    const pull = client.rpc.sendRequest(
      'workspace/diagnostic',
      { previousResultIds: [] },
      cancellation.token,
    );
    cancellation.cancel();
    await assert.rejects(pull, /anew/);
  });

  test('what an editor has open counts, and what is saved once it is closed', async (t) => {
    const client = await startClient(t, { files: new Map([[one, objectXml()]]) });
    await client.refreshed();
    await client.open(
      one,
      objectXml((text) => text.replace('MODefinition', 'MO')),
    );
    const open = await client.pullWorkspace();
    assert.deepEqual(codesOf(open), { [one]: ['xml/object-type'] });
    await client.close(one);
    assert.deepEqual(codesOf(await client.pullWorkspace(resultsOf(open))), { [one]: [] });
  });

  test('the next free ID is one that neither workspace nor registry has', async (t) => {
    const client = await startClient(t, { files: new Map([[one, objectXml()]]) });
    await client.refreshed();
    const ask = (from: number, to: number) => client.rpc.sendRequest('lwm2m/nextObjectId', { from, to });
    assert.deepEqual(await ask(33000, 33005), { id: 33001 });
    assert.deepEqual(await ask(33000, 33000), {});
    assert.deepEqual(await ask(3, 9), {}, 'all of them are OMA’s');
  });

  test('it leaves when it is told to', async (t) => {
    const client = await startClient(t);
    assert.equal(await client.end(), 0);
  });
});
