import { errorText } from '../base/errors';
import type { Logger } from '../base/log';

/**
 * What is done once the answer under way has been given to the endpoint: events and requests wait for it, since devices
 * don't wait for our listeners. In the order in which it came.
 */
export class AfterReply {
  private readonly later: (() => void)[] = [];
  private draining = false;

  constructor(private readonly log: Logger) {}

  add(task: () => void): void {
    this.later.push(task);
    if (this.draining) return;
    this.draining = true;
    // the endpoint takes the answer in a microtask or two after `handle` returned
    void Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(() => undefined)
      .then(() => this.drain());
  }

  /** A listener that throws keeps nothing from the others, and is told. */
  guarded(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.log.log('error', `a listener of the LwM2M server failed: ${errorText(error)}`);
    }
  }

  private drain(): void {
    for (let at = 0; at < this.later.length; at++) {
      const task = this.later[at];
      if (task) this.guarded(task);
    }
    this.later.length = 0;
    this.draining = false;
  }
}
