import type { HandshakeAttempt } from '../../security/handshakeAttempt';
import { clockText } from './arrivalsText';
import { attemptName, suiteWords, transportWords, verdictSentences, withoutScheme } from './handshakeWords';
import { safeName } from './words';

/** Lines of one attempt in a copied text: a stranger may offer hundreds of suites. */
const MOST_LINES = 64;

/** What an attempt came to, after the name in a log's line: `DTLS handshake with 192.0.2.7:40123 failed: …`. */
export function handshakeLineText(attempt: HandshakeAttempt): string {
  const { address, outcome, identity, suite, resumed, connectionId, verdict } = attempt;
  const [what, next] = verdictSentences(attempt);
  const ended =
    outcome === 'completed' ? 'completed' : outcome === 'failed' ? 'failed' : 'does not come to an end';
  const facts = [
    ...(identity === undefined || identity === '' ? [] : [`identity ${safeName(identity)}`]),
    ...(suite === undefined ? [] : [safeName(suite)]),
    ...(resumed ? ['resumed'] : []),
    ...(connectionId ? ['connection ID'] : []),
  ];
  const told = verdict ? `${verdict.code}: ${what} ${next}` : facts.join(', ');
  return `${transportWords(attempt)} handshake with ${withoutScheme(address)} ${ended}${told === '' ? '' : `: ${told}`}`;
}

/** Tells each attempt's end once, and again where more became known of it; remembers a bounded number of attempts. */
export class ToldAttempts {
  private readonly told = new Map<number, string>();

  /** Whether there is something new to tell of it. */
  isNews({ id, outcome, verdict }: HandshakeAttempt): boolean {
    if (outcome === 'underway' && !verdict) return false;
    const now = `${outcome} ${verdict?.code ?? ''}`;
    if (this.told.get(id) === now) return false;
    this.told.delete(id);
    this.told.set(id, now);
    for (const oldest of this.told.keys()) {
      if (this.told.size <= MOST_TOLD) break;
      this.told.delete(oldest);
    }
    return true;
  }
}

const MOST_TOLD = 100;

/** An attempt as a text for a bug report. There is no key in it. */
export function handshakeText(attempt: HandshakeAttempt): string {
  const { at, local, identity, suite, offered, extensions, serverName, flights } = attempt;
  const [what, next] = verdictSentences(attempt);
  return [
    `${attemptName(attempt)}: ${handshakeLineText(withoutVerdict(attempt))}`,
    ...(attempt.verdict ? [`  ${attempt.verdict.code}: ${what}`, `  → ${next}`] : []),
    `  at ${safeName(local)}, ${new Date(at).toISOString()}`,
    ...(identity === undefined ? [] : [`  identity  ${safeName(identity)}`]),
    ...(serverName === undefined ? [] : [`  server name  ${safeName(serverName)}`]),
    ...(suite === undefined ? [] : [`  agreed  ${suiteWords(suite)}, ${safeName(suite)}`]),
    ...listed('offered', offered),
    ...listed('extensions', extensions),
    ...flights.slice(0, MOST_LINES).map(
      (flight) =>
        `  ${clockText(flight.at)} ${flight.direction === 'in' ? '←' : '→'} ${flight.messages
          .slice(0, MOST_LINES)
          .map((one) => safeName(one))
          .join(', ')}${flight.transmission > 1 ? `  (transmission ${flight.transmission})` : ''}`,
    ),
    '',
  ].join('\n');
}

const listed = (name: string, list: readonly string[] | undefined): readonly string[] =>
  list === undefined || list.length === 0
    ? []
    : [
        `  ${name}  ${list
          .slice(0, MOST_LINES)
          .map((one) => safeName(one))
          .join(', ')}`,
      ];

function withoutVerdict(attempt: HandshakeAttempt): HandshakeAttempt {
  const { verdict: _verdict, ...rest } = attempt;
  return rest;
}
