import type { Peer } from '../transport/ports';
import type { CoapRequest } from './exchange';

/**
 * Bodies on their way in blocks to one resource of one peer go one after another: Block1 can't tell two of them apart, and
 * the peer would mix them (RFC 7959 §2.5). A Request-Tag would help only with the few that know it (RFC 9175 §3).
 */
export class BodyTurns {
  private readonly waiting = new Map<string, (() => void)[]>();

  /** Calls `begin` when it is this body's turn: at once where no other is on its way. Returns what ends its turn, or its wait. */
  take(peer: Peer, { method, path, query = [] }: CoapRequest, begin: () => void): () => void {
    const key = JSON.stringify([peer.key, method, path, query]);
    const queue = this.waiting.get(key);
    if (queue) queue.push(begin);
    else {
      this.waiting.set(key, [begin]);
      begin();
    }
    return () => this.end(key, begin);
  }

  private end(key: string, begin: () => void): void {
    const queue = this.waiting.get(key);
    const at = queue?.indexOf(begin) ?? -1;
    if (!queue || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.waiting.delete(key);
    else if (at === 0) queue[0]?.();
  }
}
