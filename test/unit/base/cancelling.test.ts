import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Cancellation } from '../../../src/base/cancellation';

test('a cancellation tells each listener once, and none that left', () => {
  const cancellation = new Cancellation();
  const told: string[] = [];
  const left = () => void told.push('left');
  const stranger = () => void told.push('stranger');
  cancellation.addEventListener('abort', left);
  cancellation.removeEventListener('abort', stranger);
  cancellation.addEventListener('abort', () => void told.push('first'));
  cancellation.addEventListener('abort', () => void told.push('second'));
  cancellation.removeEventListener('abort', left);
  assert.equal(cancellation.aborted, false);
  cancellation.abort('why');
  cancellation.abort('again');
  assert.deepEqual(told, ['first', 'second']);
  assert.equal(cancellation.aborted, true);
  assert.equal(cancellation.reason, 'why');
});

test('removing a stranger keeps the only listener', () => {
  const cancellation = new Cancellation();
  let told = 0;
  cancellation.addEventListener('abort', () => told++);
  cancellation.removeEventListener('abort', () => undefined);
  cancellation.abort(undefined);
  assert.equal(told, 1);
  assert.equal(cancellation.aborted, true);
});
