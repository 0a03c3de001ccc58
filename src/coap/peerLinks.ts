import { seconds, type Clock, type Timer } from '../base/clock';
import type { RandomSource } from '../base/random';
import type { Peer } from '../transport/ports';
import { PeerLink } from './peerLink';

/** A stranger can make us know this many peers; beyond it those known longest go. */
const MAX_PEERS = 65_536;
/** How long an idle peer is remembered: its round trips are stale by then. */
const PEER_LIFETIME = 300_000;
const SWEEP_EVERY = seconds(60);

/** The peers of an endpoint, as its message layer knows them. */
export class PeerLinks {
  private readonly links = new Map<string, PeerLink>();
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {}

  /** The link of a peer that a message comes from or goes to. */
  of(peer: Peer): PeerLink {
    const now = this.clock.now();
    let link = this.links.get(peer.key);
    if (!link) {
      if (this.links.size >= MAX_PEERS) this.forgetSome();
      link = new PeerLink(peer, this.random, now);
      this.links.set(peer.key, link);
      this.timer ??= this.clock.after(SWEEP_EVERY, this.sweep);
    }
    link.lastUsed = now;
    return link;
  }

  /** The link of a peer, where there has been a message at all. */
  known(peer: Peer): PeerLink | undefined {
    return this.links.get(peer.key);
  }

  all(): Iterable<PeerLink> {
    return this.links.values();
  }

  get size(): number {
    return this.links.size;
  }

  dispose(): void {
    this.links.clear();
    this.timer?.cancel();
  }

  private readonly sweep = (): void => {
    const before = this.clock.now() - PEER_LIFETIME;
    for (const [key, link] of this.links) {
      if (link.idle && link.lastUsed <= before) this.links.delete(key);
    }
    this.timer = this.links.size > 0 ? this.clock.after(SWEEP_EVERY, this.sweep) : undefined;
  };

  /** Makes room, of the longest known first; those that are owed something stay. */
  private forgetSome(): void {
    let looked = 0;
    for (const [key, link] of this.links) {
      if (++looked > MAX_PEERS / 16) return;
      this.links.delete(key);
      if (!link.settled) this.links.set(key, link);
    }
  }
}
