import { test } from 'node:test';
import assert from 'node:assert/strict';
import { ScriptedPeer } from './scriptedPeer';
import { nodeCoap, ours, type Subject } from './subject';

/** What happens on the wire, and what has to come of it. */
export type Script = (subject: Subject, peer: ScriptedPeer) => Promise<void>;

/**
 * One row of the table of what a CoAP implementation gets wrong: the same script is passed by ours and failed by
 * node-coap, in the way `failure` tells, which proves that the script can be failed.
 */
export function row(name: string, failure: RegExp, script: Script, custom = false): void {
  test(name, async (t) => {
    await t.test('ours passes', () => run(() => ours(custom), script));
    await t.test('node-coap fails', () =>
      assert.rejects(
        run(() => nodeCoap(custom), script),
        (error: Error) => {
          assert.match(error.message, failure);
          return true;
        },
      ),
    );
  });
}

async function run(open: () => Promise<Subject>, script: Script): Promise<void> {
  const subject = await open();
  const peer = await ScriptedPeer.open();
  let timer: NodeJS.Timeout | undefined;
  try {
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the script did not come to its end')), 3000);
    });
    await Promise.race([script(subject, peer), tooLong]);
  } finally {
    clearTimeout(timer);
    peer.close();
    await subject.close();
  }
}
