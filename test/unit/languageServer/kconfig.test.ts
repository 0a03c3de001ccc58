import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CodeAction, CodeLens, CompletionItem, DocumentLink, Hover } from 'vscode-languageserver/node';
import { startClient } from './serverProgram';

const prj = `CONFIG_LWM2M=y
CONFIG_LWM2M_CLIENT_UTILS=y
CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y
CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://192.0.2.7:5684"
CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=35724861
`;
const uri = 'vfs://host/app/prj.conf';
const sysbuild = ['vfs://host/app/sysbuild.conf', 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n'] as const;

describe('Kconfig fragments in an editor', () => {
  for (const languageId of ['kconfig', 'properties', 'ini', 'plaintext'])
    test(`a prj.conf is known by its name where its language is ${languageId}`, async (t) => {
      const client = await startClient(t, { files: new Map([sysbuild]) });
      await client.refreshed();
      await client.open(uri, prj, languageId);
      const [problem, ...more] = await client.problems(uri);
      assert.deepEqual(more, []);
      assert.equal(problem?.code, 'kconfig/fota-tag-differs');
      assert.equal(problem.source, 'lwm2m-kconfig');
      assert.match(String(problem.message), /16842753.*35724861/);
      assert.equal(problem.range.start.line, 5);
    });

  test('a fix makes a file beside, and writes over none', async (t) => {
    const client = await startClient(t);
    await client.open(uri, prj, 'kconfig');
    const [problem] = await client.problems(uri);
    assert.equal(problem?.code, 'kconfig/bootloader-missing');
    const actions = await client.ask<CodeAction[]>('codeAction', uri, {
      range: problem.range,
      context: { diagnostics: [problem] },
    });
    const made = 'vfs://host/app/sysbuild.conf';
    const start = { line: 0, character: 0 };
    assert.deepEqual(actions.find(({ isPreferred }) => isPreferred)?.edit?.documentChanges, [
      { kind: 'create', uri: made },
      {
        textDocument: { uri: made, version: null },
        edits: [{ range: { start, end: start }, newText: 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n' }],
      },
    ]);
  });

  test('another .conf gets nothing', async (t) => {
    const client = await startClient(t);
    const other = 'vfs://host/etc/nginx.conf';
    await client.open(other, prj, 'properties');
    assert.deepEqual(await client.problems(other), []);
  });

  test('an overlay is judged as laid over the prj.conf that its client found beside it', async (t) => {
    const client = await startClient(t, { files: new Map([sysbuild, [uri, prj]]) });
    await client.refreshed();
    const overlay = 'vfs://host/app/overlay-tag.conf';
    await client.open(overlay, 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=7\n', 'properties');
    const codes = (await client.problems(overlay)).map(({ code }) => code);
    assert.ok(codes.includes('kconfig/fota-tag-differs'), codes.join());
  });

  test('the running server is told above its URI and completes it', async (t) => {
    const client = await startClient(t, { files: new Map([sysbuild]) });
    await client.refreshed();
    await client.open(uri, prj, 'kconfig');
    const titles = async () =>
      (await client.ask<CodeLens[]>('codeLens', uri)).map((one) => one.command?.title);
    assert.match((await titles())[0] ?? '', /No local server runs/);
    const refreshed = client.refreshed();
    await client.rpc.sendNotification('lwm2m/runningServer', { uris: ['coaps://192.0.2.7:5684'] });
    await refreshed;
    assert.deepEqual(await titles(), ['Local server: reachable at coaps://192.0.2.7:5684']);
    const completions = await client.ask<CompletionItem[]>('completion', uri, {
      position: { line: 4, character: 'CONFIG_LWM2M_CLIENT_UTILS_SERVER='.length },
    });
    assert.ok(completions.some(({ label }) => label.includes('coaps://192.0.2.7:5684')));
  });

  test('beside another Kconfig extension symbols are left to it', async (t) => {
    const text = `${prj}CONFIG_LWM2M_Q`;
    const position = { line: 6, character: 14 };
    const labels = async (otherKconfig: boolean) => {
      const client = await startClient(t, { options: { otherKconfig } });
      await client.open(uri, text, 'kconfig');
      return (await client.ask<CompletionItem[]>('completion', uri, { position })).map(({ label }) => label);
    };
    assert.deepEqual(await labels(true), []);
    assert.ok((await labels(false)).some((label) => label.startsWith('CONFIG_LWM2M_QUEUE_MODE')));
  });

  test('a hover tells what is in force, and the rule over its problem', async (t) => {
    const client = await startClient(t, { files: new Map([sysbuild]) });
    await client.refreshed();
    await client.open(uri, prj, 'kconfig');
    const hover = await client.ask<Hover>('hover', uri, { position: { line: 5, character: 10 } });
    const { value } = hover.contents as { value: string };
    assert.match(value, /In force: `35724861`[^]*\*\*FOTA tag differs\*\*/);
  });

  test('a tag leads to its other users', async (t) => {
    const client = await startClient(t);
    await client.open(uri, `${prj}CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861\n`, 'kconfig');
    const links = await client.ask<DocumentLink[]>('documentLink', uri);
    assert.ok(links.some(({ target }) => target?.startsWith(`${uri}#L7,`)));
  });
});
