import type { HandshakeAttempt } from '../../security/handshakeAttempt';
import { attemptName, verdictSentences } from './handshakeWords';

/** Causes that are remembered: strangers can think of as many identities as they like. */
const MOST_REMEMBERED = 500;

/**
 * Which attempts a user is interrupted for: the first of each cause and device that they can do something about, and
 * never while an earlier notification stands. All others are in the view and the log.
 */
export class HandshakeNotices {
  private readonly seen = new Set<string>();
  private open = false;

  /** Whether to tell it now; whoever does calls {@link closed} when the notification is gone. */
  take(attempt: HandshakeAttempt): boolean {
    const { verdict, outcome } = attempt;
    if (!verdict || (outcome !== 'failed' && !verdict.action)) return false;
    const cause = `${verdict.code} ${whoseOf(attempt)}`;
    if (this.seen.has(cause) || this.seen.size >= MOST_REMEMBERED) return false;
    this.seen.add(cause);
    if (this.open) return false;
    this.open = true;
    return true;
  }

  /** The notification is gone. */
  closed(): void {
    this.open = false;
  }
}

/** Who it is, over new ports: the identity, or the address without its port. */
const whoseOf = ({ identity, address }: HandshakeAttempt): string =>
  identity !== undefined && identity !== ''
    ? `identity ${identity}`
    : `address ${address.replace(/:\d+$/, '')}`;

/** What the notification says. */
export function noticeText(attempt: HandshakeAttempt): string {
  const [what, next] = verdictSentences(attempt);
  const name = attemptName(attempt);
  return `${what.includes(name) ? '' : `${name}: `}${what} ${next}`;
}
