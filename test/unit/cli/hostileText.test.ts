import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerText } from '../../../src/cli/valueText';
import { Output } from '../../../src/cli/output';
import { only, serving } from './bench';
import { run, start } from './program';

const ESCAPES = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
const HOSTILE = '1.0\u001b]0;owned\u0007\u202e\r';

test('what a device calls its version steers no terminal, and is whole in JSON', async (t) => {
  const { ask, control, simulate, state } = await serving(t);
  await simulate('dev1', '--version', HOSTILE);
  const plain = await run(t, 'read', '/3/0/3', '--control', control);
  assert.equal(plain.code, 0);
  assert.doesNotMatch(plain.stdout, ESCAPES);
  assert.match(plain.stdout, /\\u001b\]0;owned/);
  const json = only((await ask('read', '/3/0/3')).events);
  assert.deepEqual((json['values'] as readonly { readonly value: unknown }[])[0]?.value, HOSTILE);
  for (const words of [['devices'], ['observe', '/3/0/3', '--for', '0.2']]) {
    const told = await run(t, ...words, '--control', control);
    assert.doesNotMatch(told.stdout + told.stderr, ESCAPES, words[0]);
  }
  const history = await run(t, 'history', '--state', state);
  assert.doesNotMatch(history.stdout, ESCAPES);
});

test('links and refusals of a device are harmless too', () => {
  let written = '';
  const stdout = { write: (text: string) => void (written += text) };
  const output = new Output({ stdout, stderr: stdout }, false);
  const answer = { endpoint: 'dev1', path: '/3', values: [], problems: [], size: 0 } as const;
  const links = [{ path: '/3/0', attributes: { title: HOSTILE } }];
  output.event('answer', {}, answerText({ ...answer, code: '2.05', links }));
  output.event('answer', {}, answerText({ ...answer, code: '4.00', diagnostic: HOSTILE }));
  output.verdict(`refused (${HOSTILE})`, 'Try again.');
  assert.doesNotMatch(written, ESCAPES);
  assert.equal(written.split('\n').length, 4);
});

test('whoever reads only the first line ends the command in peace', async (t) => {
  const listing = await start(t, 'objects');
  listing.child.stdout?.once('data', () => listing.child.stdout?.destroy());
  const { code, stderr } = await listing.ended;
  assert.equal(code, 0);
  assert.equal(stderr, '');
});

test('a server that a simulated device cannot register at is a wrong command line', async (t) => {
  for (const uri of ['http://127.0.0.1:1', 'coap://example.com', 'coap://127.0.0.1:0']) {
    const { code, events } = await run(t, 'simulate', '--server', uri, '--json');
    assert.equal(code, 2, uri);
    assert.equal(only(events)['code'], 'USAGE');
  }
});
