import type { HandshakeAttempt } from '../../security/handshakeAttempt';

/** Attempts that the editor keeps and shows. */
export const MOST_ATTEMPTS = 50;

/** The newest attempts of devices to reach a secured listener, as the views draw them. */
export class HandshakeLog {
  private attempts: readonly HandshakeAttempt[] = [];

  /** What a workbench told at first; none: no workbench is used. */
  reset(attempts: readonly HandshakeAttempt[]): void {
    this.attempts = newest(attempts);
  }

  /** An attempt is new, or more is known of it. */
  note(attempt: HandshakeAttempt): void {
    this.attempts = newest([attempt, ...this.attempts.filter(({ id }) => id !== attempt.id)]);
  }

  /** Newest first, {@link MOST_ATTEMPTS} at most. */
  newestFirst(): readonly HandshakeAttempt[] {
    return this.attempts;
  }

  attempt(id: number): HandshakeAttempt | undefined {
    return this.attempts.find((one) => one.id === id);
  }

  /** The last attempt of an endpoint's device, where it failed; one that names the endpoint in its fix is its own too. */
  lastFailed(endpoint: string): HandshakeAttempt | undefined {
    const last = this.attempts.find(
      (one) => one.outcome !== 'underway' && endpointsOf(one).includes(endpoint),
    );
    return last?.outcome === 'failed' ? last : undefined;
  }
}

/** Endpoint names that an attempt concerns. */
export function endpointsOf({ endpoint, verdict }: HandshakeAttempt): readonly string[] {
  const action = verdict?.action;
  const named = action && 'endpoint' in action ? action.endpoint : undefined;
  return [endpoint, named].filter((one) => one !== undefined);
}

const newest = (attempts: readonly HandshakeAttempt[]): readonly HandshakeAttempt[] =>
  [...attempts].sort((a, b) => b.at - a.at || b.id - a.id).slice(0, MOST_ATTEMPTS);
