import { seconds, type Clock } from '../base/clock';
import { Emitter } from '../base/event';
import { Allowance } from './allowance';
import { Attempt, type Place } from './attempt';
import { AttemptRing } from './attemptRing';
import type { HandshakeAttempt } from './handshakeAttempt';

/** Attempts that are kept of peers whose address is proved. */
export const MAX_ATTEMPTS = 256;
/** Those of strangers: before their cookie, and what came to the wrong port. */
export const MAX_STRANGERS = 64;

/** The attempts that are kept, and who is told of them. */
export class AttemptLog {
  readonly proved = new AttemptRing(MAX_ATTEMPTS);
  /** Apart from the others, so that addresses anybody can make up push none of them out. */
  readonly strangers = new AttemptRing(MAX_STRANGERS);
  readonly told = new Emitter<HandshakeAttempt>();
  private count = 0;
  private readonly strangersTold: Allowance;

  constructor(readonly clock: Clock) {
    this.strangersTold = new Allowance(clock, 32, seconds(1));
  }

  begin(
    sort: Attempt['sort'],
    transport: Attempt['transport'],
    local: Place,
    peer: Place,
    /** What it goes on from: it is the same attempt to whoever was told of that. */
    before?: Attempt,
  ): Attempt {
    const id = before?.id ?? ++this.count;
    const at = before?.at ?? this.clock.wallTime();
    const attempt = new Attempt(id, at, sort, transport, local, peer);
    attempt.since = this.clock.now();
    (sort === 'handshake' ? this.proved : this.strangers).add(attempt);
    return attempt;
  }

  /** It is another one now, and its listeners hear of it. */
  tell(attempt: Attempt): void {
    attempt.changedAt = this.clock.wallTime();
    if (attempt.sort !== 'handshake' && !this.strangersTold.take()) return;
    if (this.told.hasListeners) this.told.fire(attempt.view());
  }

  /** All, those that began last first. */
  newestFirst(): readonly Attempt[] {
    return [...this.proved.all, ...this.strangers.all].sort((a, b) => b.id - a.id);
  }
}
