import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChildModule } from '../../support/childModule';

test('64 MiB pushed and pulled grow resident memory by less than 8 MiB', { timeout: 240_000 }, async (t) => {
  // with little room for young objects the collector runs often: what is kept shows, what it has yet to collect doesn't
  const child = await ChildModule.start(
    'test/unit/whole/largeImageProcess.ts',
    [],
    ['--expose-gc', '--max-semi-space-size=2'],
  );
  const measured = JSON.parse(await child.line()) as Record<
    'pushed' | 'pulled',
    { readonly grew: number; readonly peak: number; readonly seconds: number }
  >;
  for (const way of ['pushed', 'pulled'] as const) {
    const { grew, peak, seconds } = measured[way];
    t.diagnostic(`${way}: ${grew >> 10} KiB more, ${peak >> 20} MiB at most, ${seconds.toFixed(1)} s`);
    assert.ok(grew < 8 << 20, `${way}: ${grew} bytes more`);
  }
  await child.stop();
});
