import type { HandshakeAttempt } from '../security/handshakeAttempt';
import { harmless, type Output } from './output';

/** Prints the event `handshake` for an attempt that has ended; once more where more became known of it. */
export function tellHandshake(attempt: HandshakeAttempt, output: Output): void {
  const { address, endpoint, identity, outcome, suite, connectionId, verdict } = attempt;
  if (outcome === 'underway') return;
  output.event(
    'handshake',
    {
      address,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(identity === undefined ? {} : { identity }),
      outcome,
      ...(suite === undefined ? {} : { suite }),
      ...(connectionId === undefined ? {} : { connectionId: connectionId.own }),
      ...(verdict === undefined
        ? {}
        : { verdict: { code: verdict.code, message: verdict.message, next: verdict.next } }),
    },
    sentenceOf(attempt),
  );
}

function sentenceOf({ address, endpoint, identity, outcome, suite, verdict }: HandshakeAttempt): string {
  const who = endpoint ?? identity;
  const named = who === undefined ? address : `${harmless(who)} at ${address}`;
  const done = `handshake ${outcome} with ${named}${suite === undefined ? '' : `, ${suite}`}`;
  return verdict === undefined
    ? done
    : `${done}: ${verdict.code}\n    ${harmless(verdict.message)}\n    ${harmless(verdict.next)}`;
}
