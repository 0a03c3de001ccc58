import type { Peer } from '../transport/ports';

/** A table of what one peer and a key of its own tell apart; all of a peer's entries can be taken at once. */
export class ByPeer<K, T> {
  private readonly peers = new Map<string, Map<K, T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(peer: Peer, key: K): T | undefined {
    return this.peers.get(peer.key)?.get(key);
  }

  set(peer: Peer, key: K, value: T): void {
    let entries = this.peers.get(peer.key);
    if (!entries) this.peers.set(peer.key, (entries = new Map()));
    if (!entries.has(key)) this.count++;
    entries.set(key, value);
  }

  delete(peer: Peer, key: K): void {
    const entries = this.peers.get(peer.key);
    if (!entries?.delete(key)) return;
    this.count--;
    if (entries.size === 0) this.peers.delete(peer.key);
  }

  /** The entries of a peer. */
  of(peer: Peer): readonly T[] {
    return [...(this.peers.get(peer.key)?.values() ?? [])];
  }

  all(): readonly T[] {
    return [...this.peers.values()].flatMap((entries) => [...entries.values()]);
  }
}
