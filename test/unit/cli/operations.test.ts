import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { isPure, only, serving, valuesOf } from './bench';
import { run } from './program';

test('a value may begin with a dash, in a pair too; an option stays one', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  assert.equal(only((await ask('write', '/3/0/14', '-05:00')).events)['code'], '2.04');
  assert.equal(valuesOf(only((await ask('read', '/3/0/14')).events))[0]?.value, '-05:00');
  const float = await ask('write', '/3308/0/5900', '-12.5');
  assert.equal(float.code, 1);
  assert.equal(only(float.events)['code'], '4.04');
  const pair = await ask('write', '/1/0/1', '200', '/3/0/14', '-x', '--endpoint', 'dev1');
  assert.equal(pair.code, 0, pair.stderr);
  assert.deepEqual(
    valuesOf(only((await ask('read', '/1/0/1', '/3/0/14')).events)).map(({ value }) => value),
    [200, '-x'],
  );
  const behind = await ask('write', '--value=-5', '/1/0/1');
  assert.equal(only(behind.events)['code'], '4.00');
  assert.equal((await ask('write', '-x', '/1/0/1', '5')).code, 2);
  assert.equal((await ask('write', '/1/0/1')).code, 2);
});

test('replace and update, one value or several', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  assert.equal((await ask('create', '/19/7', '--value', '{"0":{"0":"AQID","1":"BA=="},"1":9}')).code, 0);
  const at = async (place: string) => valuesOf(only((await ask('read', place)).events));
  assert.equal((await ask('write', '/19/7', '--value', '{"1":8}')).code, 0);
  assert.deepEqual(
    (await at('/19/7/0')).map(({ path: place }) => place),
    ['/19/7/0/0', '/19/7/0/1'],
  );
  assert.equal((await ask('write', '/19/7', '--replace', '--value', '{"0":{"0":"AQID"}}')).code, 0);
  assert.deepEqual(
    (await at('/19/7/0')).map(({ path: place, value, type }) => [place, value, type]),
    [['/19/7/0/0', 'AQID', 'opaque']],
  );
  for (const words of [
    ['/1/0/1', '300', '--replace', '--update'],
    ['/1/0/1', '300', '/3/0/14', 'x', '--replace'],
    ['/1/0/1', '300', '/3/0/14'],
    ['/1/0/1', '300', '--value', '3'],
    ['/3/x', '300'],
  ])
    assert.equal((await ask('write', ...words)).code, 2, words.join(' '));
});

test('a file is written as its bytes', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  const file = path.join(temporaryFolder(t), 'value');
  writeFileSync(file, new Uint8Array([0, 255, 10]));
  assert.equal((await ask('write', '/19/0/0/0', '--file', file)).code, 0);
  assert.deepEqual(valuesOf(only((await ask('read', '/19/0/0/0')).events)), [
    { path: '/19/0/0/0', value: 'AP8K', type: 'opaque' },
  ]);
  const absent = await ask('write', '/19/0/0/0', '--file', `${file}.absent`);
  assert.equal(absent.code, 3);
  assert.equal(only(absent.events)['code'], 'UNREADABLE');
});

test('an instance where the device chooses, where the user chooses, and nowhere', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  const value = ['--value', '{"0":{"0":"AQID"}}'];
  const chosen = String(only((await ask('create', '/19', ...value)).events)['location']);
  assert.match(chosen, /^\/19\/\d+$/);
  assert.equal(only((await ask('create', '/19/5', ...value)).events)['location'], '/19/5');
  const taken = await ask('create', '/19/5', ...value);
  assert.equal(taken.code, 1);
  assert.match(String(only(taken.events)['code']), /^4\./);
  assert.equal((await ask('create', '/19/5/0', ...value)).code, 2);
});

test('an explicit format that the device refuses is the answer', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  const refused = await ask('read', '/3/0', '--format', 'text');
  assert.equal(refused.code, 1);
  assert.equal(only(refused.events)['code'], '4.06');
  assert.ok(isPure(refused.stdout));
  assert.match(refused.lastLine, /4\.06.*\./);
  const negotiated = only((await ask('read', '/3/0')).events);
  assert.equal(negotiated['code'], '2.05');
});

test('attributes are written, told by discover and unset', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1');
  const place = '/3303/0/5700';
  const attributes = async () =>
    (only((await ask('discover', place)).events)['links'] as readonly { attributes: object }[])[0]
      ?.attributes;
  assert.equal((await ask('attributes', place, 'pmin=1', 'gt=-3.5')).code, 0);
  assert.deepEqual(await attributes(), { pmin: 1, gt: -3.5 });
  assert.equal((await ask('attributes', place, 'pmin=', 'gt=')).code, 0);
  assert.deepEqual(await attributes(), {});
  assert.equal((await ask('attributes', place, 'pmin')).code, 2);
});

test('no command at all is a wrong command line that says what next', async (t) => {
  const { code, lastLine, stdout } = await run(t);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(lastLine, /no command is given\. .*--help/);
});
