import type { TestContext } from 'node:test';
import type { Prepared } from './process.mjs';

/**
 * The rule for a peer that can't be had: with `INTEROP_REQUIRED=1` (as in CI) the test fails, otherwise it is told as
 * not run, in one line, and the caller returns.
 */
export function requirePeer<T>(t: TestContext, prepared: Prepared<T>): T | undefined {
  if ('peer' in prepared) return prepared.peer;
  if (process.env.INTEROP_REQUIRED === '1') throw new Error(`INTEROP_REQUIRED=1, but ${prepared.missing}`);
  t.skip(prepared.missing);
  return undefined;
}
