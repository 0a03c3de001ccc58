import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { objectXml } from '../languageServer/serverProgram';
import { run } from './program';

const faulty = objectXml((text) =>
  text.replace('urn:oma:lwm2m:x:33000', 'urn:oma:lwm2m:x:33001').replace('<Units>m3<', '<Units>bushel<'),
);

/** The trap: the server's tag is named, the download's is the library's own. */
const prj = `CONFIG_LWM2M=y
CONFIG_LWM2M_CLIENT_UTILS=y
CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y
CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://lwm2m.example.com:5684"
CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=35724861
`;

type Test = Parameters<typeof temporaryFolder>[0];

/** A folder with files, by path below it. */
function folderOf(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('lint', () => {
  test('a folder: each problem with its place, and a summary that counts each file by its worst', async (t) => {
    const folder = folderOf(t, {
      'objects/33000.xml': faulty,
      'objects/pom.xml': '<project/>',
      'app/prj.conf': prj,
      'app/sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
      'node_modules/x/33000.xml': faulty,
      'app/build/33000.xml': faulty,
    });
    const { code, events, stderr } = await run(t, 'lint', folder, '--json');
    assert.equal(code, 1, stderr);
    const summary = events.at(-1);
    assert.deepEqual(summary, {
      event: 'summary',
      files: 3,
      errors: 1,
      warnings: 2,
      hints: 0,
      filesWithError: 1,
      filesWithWarning: 1,
      filesWithHint: 0,
      filesSilent: 1,
    });
    const problems = events.filter(({ event }) => event === 'problem');
    assert.deepEqual(
      problems.map(({ code: rule, severity }) => [rule, severity]),
      [
        ['kconfig/fota-tag-differs', 'warning'],
        ['xml/urn-id', 'error'],
        ['xml/unit-unknown', 'warning'],
      ],
    );
    const [, urn] = problems;
    assert.equal(urn?.['file'], path.join(folder, 'objects', '33000.xml'));
    assert.deepEqual([urn?.['line'], urn?.['column'], urn?.['endLine'], urn?.['endColumn']], [7, 16, 7, 37]);
    for (const field of ['message', 'fix']) assert.equal(typeof urn?.[field], 'string');
  });

  test('what is right: exit code 0; warnings only beyond those allowed make it 1', async (t) => {
    const folder = folderOf(t, {
      'right.xml': objectXml(),
      'unit.xml': objectXml((text) => text.replace('<Units>m3<', '<Units>bushel<')),
    });
    const right = await run(t, 'lint', path.join(folder, 'right.xml'));
    assert.equal(right.code, 0, right.stderr);
    assert.match(right.stdout, /^1 file: 0 errors, 0 warnings, 0 hints\./m);
    const unit = path.join(folder, 'unit.xml');
    assert.equal((await run(t, 'lint', unit)).code, 0);
    assert.equal((await run(t, 'lint', unit, '--max-warnings', '1')).code, 0);
    const tooMany = await run(t, 'lint', unit, '--max-warnings', '0');
    assert.equal(tooMany.code, 1);
    assert.match(tooMany.lastLine, /more than the 0 warnings allowed/);
  });

  test('profile registry asks for more', async (t) => {
    const file = path.join(folderOf(t, { '33000.xml': objectXml() }), '33000.xml');
    const { events } = await run(t, 'lint', file, '--profile', 'registry', '--format', 'json');
    assert.notEqual(events.at(-1)?.['filesSilent'], 1);
  });

  test('several files are one workspace, one alone is judged alone', async (t) => {
    const folder = folderOf(t, {
      'a.xml': objectXml(),
      'b.xml': objectXml((text) => text.replace('<Name>Volume<', '<Name>Amount<')),
    });
    const [a, b] = [path.join(folder, 'a.xml'), path.join(folder, 'b.xml')];
    assert.equal((await run(t, 'lint', a)).code, 0);
    const both = await run(t, 'lint', a, b, '--json');
    assert.equal(both.code, 1);
    assert.ok(both.events.some(({ code }) => code === 'xml/defined-twice'));
  });

  test('a file that is named twice is checked once', async (t) => {
    const folder = folderOf(t, { '33000.xml': faulty });
    const { events } = await run(t, 'lint', folder, path.join(folder, '33000.xml'), '--json');
    assert.equal(events.at(-1)?.['files'], 1);
  });

  test('a build’s .config beside is read, and not checked itself', async (t) => {
    const folder = folderOf(t, {
      'prj.conf': prj,
      'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
    });
    const built = path.join(folder, 'build', path.basename(folder), 'zephyr');
    mkdirSync(built, { recursive: true });
    const config = path.join(built, '.config');
    writeFileSync(config, `${prj}CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861\n`);
    const later = new Date(Date.now() + 60_000);
    utimesSync(config, later, later);
    const { events } = await run(t, 'lint', folder, '--json');
    assert.equal(events.at(-1)?.['files'], 2);
    assert.ok(!events.some(({ code }) => code === 'kconfig/fota-tag-differs'));
  });

  test('SARIF: one log with rules, levels, places and fixes', async (t) => {
    const folder = folderOf(t, { 'a b/33000.xml': faulty });
    const { stdout, code } = await run(t, 'lint', folder, '--format', 'sarif');
    assert.equal(code, 1);
    const log = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string; help: { text: string } }[] } };
        results: {
          ruleId: string;
          ruleIndex: number;
          level: string;
          locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
          fixes?: object[];
        }[];
      }[];
    };
    assert.equal(log.version, '2.1.0');
    const { tool, results } = log.runs[0] ?? assert.fail('no run');
    const [urn] = results;
    assert.equal(tool.driver.rules[urn?.ruleIndex ?? -1]?.id, 'xml/urn-id');
    for (const { help } of tool.driver.rules) assert.ok(help.text.length > 20);
    assert.equal(urn?.level, 'error');
    const { artifactLocation, region } = urn.locations[0]?.physicalLocation ?? assert.fail('no place');
    assert.match(artifactLocation.uri, /\/a%20b\/33000\.xml$/);
    assert.deepEqual(region, { startLine: 7, startColumn: 16, endLine: 7, endColumn: 37 });
    assert.equal(urn.fixes?.length, 1);
  });

  test('GitHub: a workflow command for each problem', async (t) => {
    const folder = folderOf(t, { '33000.xml': faulty });
    const { stdout } = await run(t, 'lint', folder, '--format', 'github');
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? '',
      /^::error file=[^,]+33000\.xml,line=7,endLine=7,col=16,endColumn=37,title=URN ID \(xml\/urn-id\)::.+%0AFix: /,
    );
    assert.match(lines[1] ?? '', /^::warning file=/);
  });

  test('what can’t be read: exit code 3', async (t) => {
    const folder = folderOf(t, {});
    const absent = await run(t, 'lint', path.join(folder, 'absent.xml'), '--json');
    assert.equal(absent.code, 3);
    assert.equal(absent.events[0]?.['code'], 'UNREADABLE');
    if (process.getuid?.() === 0 || process.platform === 'win32') return;
    const file = path.join(folderOf(t, { '33000.xml': faulty }), '33000.xml');
    chmodSync(file, 0);
    assert.equal((await run(t, 'lint', file)).code, 3);
  });

  for (const [what, words] of [
    ['a platform that is none', ['--platform-version', 'freertos']],
    ['a format that is none', ['--format', 'xml']],
    ['a profile that is none', ['--profile', 'strict']],
    ['JSON lines and SARIF at once', ['--json', '--format', 'sarif']],
  ] as const)
    test(`${what}: exit code 2`, async (t) => {
      const { code, stderr } = await run(t, 'lint', ...words);
      assert.equal(code, 2, stderr);
    });
});
