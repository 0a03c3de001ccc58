import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { run } from './program';

for (const [what, words] of [
  ['an unknown command', ['frobnicate']],
  ['an unknown option', ['devices', '--frobnicate']],
  ['no path', ['read']],
  ['what is no path', ['read', '/3/x']],
  ['what is no format', ['read', '/3/0', '--format', 'xml']],
  ['a URI that is none', ['serve', '--listen', 'udp:5683']],
  ['a fault that is none', ['simulate', '--fault', 'gremlins=9']],
  ['a method that is none', ['update', 'x.bin', '--method', 'shove']],
  ['a count that is none', ['observe', '/3/0/9', '--count', 'many']],
  ['a value that is no JSON', ['create', '/19', '--value', '{']],
  ['a path of an observation that is none', ['observe', '/3/x']],
  ['a format of an observation that is none', ['observe', '/3/0', '--format', 'xml']],
  ['a host that is none', ['update', 'x.bin', '--host', 'a b']],
  ['a write without a value', ['write', '/3/0/14']],
] as const) {
  test(`${what}: exit code 2, and the last line says what and what next`, async (t) => {
    const state = temporaryFolder(t);
    const where = words[0] === 'simulate' || words[0] === 'frobnicate' ? [] : ['--state', state];
    const plain = await run(t, ...words, ...where);
    assert.equal(plain.code, 2, plain.stderr);
    assert.equal(plain.stdout, '');
    assert.match(plain.lastLine, /\S.*[.!?].*\S/);
    const json = await run(t, ...words, ...where, '--json');
    assert.equal(json.code, 2);
    const [error, ...more] = json.events;
    assert.equal(more.length, 0);
    assert.equal(error?.event, 'error');
    for (const field of ['code', 'message', 'next']) assert.equal(typeof error?.[field], 'string', field);
  });
}

test('what could not be done: exit code 3 with its code', async (t) => {
  const state = temporaryFolder(t);
  const none = await run(t, 'devices', '--state', state, '--json');
  assert.equal(none.code, 3);
  assert.equal(none.events[0]?.['code'], 'NO_SERVER');
  const absent = await run(t, 'inspect', path.join(state, 'absent.bin'), '--json');
  assert.equal(absent.code, 3);
  assert.equal(absent.events[0]?.['code'], 'UNREADABLE');
  const folder = await run(t, 'objects', '5', '--objects', path.join(state, 'absent'), '--json');
  assert.equal(folder.code, 3);
  assert.equal(folder.events[0]?.['code'], 'UNREADABLE');
});

test('every command has help with an example', async (t) => {
  for (const command of [
    'serve',
    'devices',
    'read',
    'write',
    'execute',
    'create',
    'delete',
    'discover',
    'attributes',
    'observe',
    'inspect',
    'images',
    'update',
    'history',
    'simulate',
    'objects',
    'credentials',
    'credentials list',
    'credentials add',
    'credentials generate',
    'credentials remove',
    'credentials export',
    'certificates',
    'certificates authority',
    'certificates server',
    'certificates device',
    'certificates show',
    'completion',
    'capture',
    'lint',
  ]) {
    const help = await run(t, ...command.split(' '), '--help');
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Examples?:\n {2}.*lwm2m-workbench/, command);
  }
});

test('completions name the commands and their options', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await run(t, 'completion', shell);
    assert.equal(code, 0);
    assert.match(stdout, /simulate/);
    assert.match(stdout, /stall-timeout/);
    assert.match(stdout, /generate/);
    assert.match(stdout, /psk-key-file/);
  }
});
