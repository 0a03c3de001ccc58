import type { HandshakeAttempt, TracedFlight } from '../../security/handshakeAttempt';
import { Commands } from '../ids';
import { clockText } from './arrivalsText';
import {
  attemptName,
  fixWords,
  suiteWords,
  transportWords,
  verdictSentences,
  verdictWords,
  withoutScheme,
} from './handshakeWords';
import type { Row } from './row';
import { agoText, countText, safeName } from './words';

/** A place in the view of handshakes. */
export type HandshakeNode =
  | { readonly kind: 'attempt'; readonly id: number }
  | { readonly kind: 'verdict' | 'next' | 'peer' | 'suites' | 'extensions' | 'flights'; readonly id: number }
  | { readonly kind: 'suite' | 'extension' | 'flight'; readonly id: number; readonly index: number };

/** Suites, extensions and flights of one attempt that have a row: a stranger may offer hundreds. */
const MOST_SHOWN = 64;

/** The node's name among all of the view. */
export const handshakeNodeId = (node: HandshakeNode): string =>
  [node.kind, node.id, ...('index' in node ? [node.index] : [])].join(':');

/** What is below an attempt, or below one of its lists. */
export function handshakeChildren(attempt: HandshakeAttempt, node: HandshakeNode): readonly HandshakeNode[] {
  const { id } = attempt;
  switch (node.kind) {
    case 'attempt':
      return [
        ...(attempt.verdict ? (['verdict', 'next'] as const) : []),
        'peer' as const,
        ...(filled(attempt.offered) ? ['suites' as const] : []),
        ...(filled(attempt.extensions) ? ['extensions' as const] : []),
        ...(filled(attempt.flights) ? ['flights' as const] : []),
      ].map((kind) => ({ kind, id }));
    case 'suites':
      return indexed(attempt.offered, 'suite', id);
    case 'extensions':
      return indexed(attempt.extensions, 'extension', id);
    case 'flights':
      return indexed(attempt.flights, 'flight', id);
    default:
      return [];
  }
}

const filled = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) > 0;

const indexed = (
  list: readonly unknown[] | undefined,
  kind: 'suite' | 'extension' | 'flight',
  id: number,
): readonly HandshakeNode[] => (list ?? []).slice(0, MOST_SHOWN).map((_, index) => ({ kind, id, index }));

/** The row of a node of an attempt. */
export function handshakeRow(attempt: HandshakeAttempt, node: HandshakeNode, now: number): Row {
  switch (node.kind) {
    case 'attempt':
      return attemptRow(attempt, now);
    case 'verdict':
    case 'next':
      return verdictRow(attempt, node.kind);
    case 'peer':
      return peerRow(attempt);
    case 'suites':
      return listRow(countText(attempt.offered?.length ?? 0, 'suite'), 'list-unordered', agreed(attempt));
    case 'extensions':
      return listRow(countText(attempt.extensions?.length ?? 0, 'extension'), 'extensions', '');
    case 'flights':
      return listRow(countText(attempt.flights.length, 'flight'), 'arrow-swap', repeated(attempt.flights));
    case 'suite':
      return suiteRow(attempt, attempt.offered?.[node.index] ?? '');
    case 'extension':
      return leaf(safeName(attempt.extensions?.[node.index] ?? ''), 'symbol-property');
    case 'flight': {
      const flight = attempt.flights[node.index];
      return flight ? flightRow(flight, attempt.flights[0]?.at ?? attempt.at) : leaf('', 'blank');
    }
  }
}

/** `completed`, `failed` or `underway` with the sign and colour it has everywhere. */
function standing({
  outcome,
  verdict,
}: HandshakeAttempt): readonly [icon: string, color: string | undefined, word: string] {
  if (outcome === 'failed') return ['error', 'testing.iconFailed', 'failed'];
  if (verdict) return ['warning', 'problemsWarningIcon.foreground', outcome];
  return outcome === 'completed'
    ? ['lock', 'testing.iconPassed', 'completed']
    : ['ellipsis', undefined, 'under way'];
}

/** What an attempt came to, in a few words: the verdict's, or the suite's. */
export function outcomeWords(attempt: HandshakeAttempt): string {
  if (attempt.verdict) return verdictWords[attempt.verdict.code];
  if (attempt.outcome === 'failed') return 'failed';
  if (attempt.outcome === 'underway') return 'under way';
  return [
    ...(attempt.suite === undefined ? ['completed'] : [suiteWords(attempt.suite)]),
    ...(attempt.resumed ? ['resumed'] : []),
    ...(attempt.connectionId ? ['CID'] : []),
  ].join(' · ');
}

function attemptRow(attempt: HandshakeAttempt, now: number): Row {
  const [icon, color, word] = standing(attempt);
  const name = attemptName(attempt);
  const description = `${outcomeWords(attempt)} · ${agoText(attempt.at, now)}`;
  const [what, next] = verdictSentences(attempt);
  return {
    label: name,
    description,
    tooltip: [
      `${transportWords(attempt)} handshake of ${withoutScheme(attempt.address)} with ${safeName(attempt.local)}: ${word}`,
      ...(attempt.identity === undefined ? [] : [`identity ${safeName(attempt.identity)}`]),
      ...(attempt.suite === undefined ? [] : [safeName(attempt.suite)]),
      ...(what === '' ? [] : [what]),
      ...(next === '' ? [] : [`→ ${next}`]),
    ].join('\n'),
    icon,
    ...(color === undefined ? {} : { iconColor: color }),
    context: ['handshake', ...fixContext(attempt)].join('.'),
    collapsible: 'collapsed',
    spoken: `Handshake of ${name}, ${word}, ${description}`,
  };
}

/** What the manifest's menu looks at: an attempt that can be mended with a press. */
const fixContext = ({ verdict }: HandshakeAttempt): readonly string[] =>
  verdict?.action ? ['fix', verdict.action.kind] : [];

function verdictRow(attempt: HandshakeAttempt, kind: 'verdict' | 'next'): Row {
  const [what, next] = verdictSentences(attempt);
  const action = attempt.verdict?.action;
  if (kind === 'verdict')
    return { ...leaf(what, 'comment'), tooltip: what, context: ['verdict', 'what'].join('.') };
  return {
    label: next,
    tooltip: action ? `${next}\nClick: ${fixWords[action.kind]}` : next,
    icon: 'lightbulb',
    iconColor: 'editorLightBulb.foreground',
    context: ['verdict', ...fixContext(attempt)].join('.'),
    collapsible: 'none',
    ...(action ? { command: { id: Commands.HANDSHAKE_FIX, arguments: [{ id: attempt.id }] } } : {}),
    spoken: `What to do: ${next}`,
  };
}

function peerRow(attempt: HandshakeAttempt): Row {
  const { address, local, identity, serverName, connectionId } = attempt;
  const parts = [
    ...(identity === undefined || identity === '' ? [] : [safeName(identity)]),
    ...(serverName === undefined ? [] : [`asks for ${safeName(serverName)}`]),
    ...(connectionId
      ? [
          `CID to us ${safeName(connectionId.own) || 'empty'}, to it ${safeName(connectionId.peer) || 'empty'}`,
        ]
      : []),
  ];
  return {
    ...leaf(withoutScheme(address), 'vm-connect'),
    description: parts.join(' · '),
    tooltip: [
      `from ${safeName(address)}`,
      `at ${safeName(local)}`,
      ...(identity === undefined ? [] : [`identity ${identity === '' ? '(empty)' : safeName(identity)}`]),
      ...(serverName === undefined ? [] : [`server name ${safeName(serverName)}`]),
      ...(connectionId
        ? [
            `connection ID in records to us ${safeName(connectionId.own) || '(empty)'}`,
            `connection ID in records to it ${safeName(connectionId.peer) || '(empty)'}`,
          ]
        : ['no connection ID']),
    ].join('\n'),
  };
}

const leaf = (label: string, icon: string): Row => ({
  label,
  icon,
  context: 'fact',
  collapsible: 'none',
});

const listRow = (label: string, icon: string, description: string): Row => ({
  ...leaf(label, icon),
  ...(description === '' ? {} : { description }),
  collapsible: 'collapsed',
});

const agreed = ({ suite }: HandshakeAttempt): string =>
  suite === undefined ? 'offered, none agreed' : `offered, ${suiteWords(suite)} agreed`;

function suiteRow(attempt: HandshakeAttempt, suite: string): Row {
  const chosen = suite === attempt.suite;
  return {
    ...leaf(safeName(suite), chosen ? 'check' : 'circle-small'),
    ...(chosen ? { description: 'agreed', iconColor: 'testing.iconPassed' } : {}),
  };
}

const repeated = (flights: readonly TracedFlight[]): string => {
  const count = flights.filter(({ transmission }) => transmission > 1).length;
  return count === 0 ? '' : `${count} repeated`;
};

function flightRow({ at, direction, messages, transmission }: TracedFlight, begun: number): Row {
  const again = transmission > 1;
  const names = messages
    .slice(0, MOST_SHOWN)
    .map((one) => safeName(one))
    .join(', ');
  const whose = direction === 'in' ? 'from the device' : 'to the device';
  const after = Math.max(0, at - begun);
  const time = after < 1000 ? `+${after} ms` : `+${(after / 1000).toFixed(1)} s`;
  // A row is cut at its end: that something came again counts more than what it was.
  const description = `${again ? `again (${transmission}) · ` : ''}${names}`;
  return {
    ...leaf(time, direction === 'in' ? 'arrow-left' : 'arrow-right'),
    description,
    tooltip: `${whose}, ${clockText(at)}\n${names}${again ? `\nsent again: transmission ${transmission}` : ''}`,
    ...(again ? { iconColor: 'problemsWarningIcon.foreground' } : {}),
    spoken: `${time}, ${whose}: ${description}`,
  };
}

/** The row of a device's last failed attempt, below the device itself. */
export function failedHandshakeRow(attempt: HandshakeAttempt, now: number): Row {
  const row = attemptRow(attempt, now);
  return {
    ...row,
    label: `Last handshake failed: ${outcomeWords(attempt)}`,
    description: agoText(attempt.at, now),
    context: ['failedHandshake', ...fixContext(attempt)].join('.'),
    collapsible: 'none',
    command: { id: Commands.HANDSHAKE_SHOW, arguments: [{ id: attempt.id }] },
    spoken: `Last handshake failed: ${outcomeWords(attempt)}, ${agoText(attempt.at, now)}`,
  };
}
