import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HandshakeScene } from './handshakeScene';

describe('a link as slow as NB-IoT can be', () => {
  for (const oneWay of [500, 1200, 1600, 2000, 3000, 5000])
    test(`a round trip of ${(2 * oneWay) / 1000} s: the handshake is told as completed, and nothing else`, async () => {
      const scene = await HandshakeScene.of();
      scene.network.fate = () => [oneWay];
      await scene.tries(scene.keyed('dev1'), 120_000);
      assert.equal(scene.heard.length, 1);
      assert.deepEqual(scene.codes, ['completed']);
      assert.equal(scene.attempt.verdict, undefined);
    });

  test('slower than any should be: what was taken for silence gives way to the cause', async () => {
    const scene = await HandshakeScene.of();
    scene.network.fate = () => [8000];
    await scene.tries(scene.keyed('dev2'), 120_000);
    assert.deepEqual(scene.codes.slice(0, 3), [
      'NO_ANSWER_TO_COOKIE',
      'NO_ANSWER_TO_COOKIE',
      'UNKNOWN_IDENTITY',
    ]);
  });
});
