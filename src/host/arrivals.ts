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
  /** It came over a connection. */
  readonly stream: boolean;
}

/** The last datagrams of all listeners. */
export class Arrivals {
  private readonly ring: Datagram[] = [];
  private next = 0;

  /** Keeps the head of a datagram, or of a message over a connection; what it says is worked out only when somebody looks. */
  keep({ at, direction, peer, bytes }: WireMessage, stream: boolean): void {
    const head = bytes.slice(0, HEAD);
    this.ring[this.next] = { at, direction, address: peer.address, size: bytes.length, head, stream };
    this.next = (this.next + 1) % KEPT;
  }

  newestFirst(): ArrivalsView['datagrams'] {
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)]
      .reverse()
      .map(({ at, direction, address, size, head, stream }) => ({
        at,
        direction,
        address: printAuthority(address),
        size,
        summary: summarize(head, stream),
      }));
  }
}
