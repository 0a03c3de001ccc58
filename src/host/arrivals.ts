import type { WireMessage } from '../coap/exchange';
import type { ArrivalsView } from '../contract/workbench';
import { summarize } from './datagramSummary';
import { printAuthority } from '../base/socketAddress';
import type { SocketAddress } from '../transport/ports';

/** How many of the last datagrams are kept for "Nothing arrives?", and how much of each: its header and options. */
const KEPT = 50;
const HEAD = 160;

interface Datagram {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly address: SocketAddress;
  readonly size: number;
  readonly head: Uint8Array;
}

/** The last datagrams of all listeners. */
export class Arrivals {
  private readonly ring: Datagram[] = [];
  private next = 0;

  /** Keeps a datagram's head; what it says is worked out only when somebody looks. */
  keep({ at, direction, peer, bytes }: WireMessage): void {
    const head = bytes.slice(0, HEAD);
    this.ring[this.next] = { at, direction, address: peer.address, size: bytes.length, head };
    this.next = (this.next + 1) % KEPT;
  }

  newestFirst(): ArrivalsView['datagrams'] {
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)]
      .reverse()
      .map(({ at, direction, address, size, head }) => ({
        at,
        direction,
        address: printAuthority(address),
        size,
        summary: summarize(head),
      }));
  }
}
