import type { ArrivalsView } from '../contract/workbench';
import type { Received } from '../transport/ports';
import { printAuthority } from './listenUri';

type Datagram = ArrivalsView['datagrams'][number];

/** How many of the last datagrams are kept for "Nothing arrives?". */
const KEPT = 50;

/** The last datagrams of all listeners, newest first when read. */
export class Arrivals {
  private readonly ring: Datagram[] = [];

  /** Keeps a datagram's summary: a few words, never its payload. */
  keep(at: number, direction: 'in' | 'out', { bytes, peer }: Received, summary: string): void {
    if (this.ring.length === KEPT) this.ring.shift();
    this.ring.push({ at, direction, address: printAuthority(peer.address), size: bytes.length, summary });
  }

  newestFirst(): readonly Datagram[] {
    return [...this.ring].reverse();
  }
}
