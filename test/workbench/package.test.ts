import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

describe('the packaged extension', () => {
  test('is under 3 MB', async () => {
    const { size } = await stat('dist/lwm2m-workbench.vsix');
    assert.ok(size < 3_000_000, `${size} bytes`);
  });

  test('holds what runs and what a user reads, and nothing of the tests or sources', async () => {
    const { stdout } = await promisify(execFile)('npm', ['exec', '--', 'vsce', 'ls', '--no-dependencies']);
    const files = stdout.split('\n').filter((line) => line !== '');
    for (const file of [
      'package.json',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'dist/extension.js',
      'dist/cli.js',
    ]) {
      assert.ok(files.includes(file), `${file} is not among ${files.join(', ')}`);
    }
    const strays = files.filter(
      (f) =>
        !/^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[^/]+\.(js|css)|(media|syntaxes)\/.+)$/.test(
          f,
        ),
    );
    assert.deepEqual(strays, []);
  });
});
