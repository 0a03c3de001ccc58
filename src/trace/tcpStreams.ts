import { MAX_TCP_PAYLOAD, tcpPacket, wireAddress } from './ipPacket';
import { packetBlock, type CapturedAddress, type CapturedDatagram } from './pcapng';

/** Connections whose place is remembered, both ways. */
const MOST_STREAMS = 4096;

/**
 * TCP segments for bytes of which only their order is known, as a program sees a connection: each direction's numbers go
 * on where they ended, and acknowledge all that came the other way, so that Wireshark puts the streams together. There
 * are no SYN and FIN, and segments are cut as the program got them.
 */
export class TcpStreams {
  private readonly next = new Map<string, number>();

  /** The packets of the next bytes of a connection, as blocks of a capture file; none where there can be none. */
  blocks({ at, source, destination, payload, comment }: CapturedDatagram): Uint8Array[] {
    const from = wireAddress(source.host);
    const to = wireAddress(destination.host);
    const forth = keyOf(source, destination);
    const acknowledged = this.next.get(keyOf(destination, source)) ?? 1;
    const blocks: Uint8Array[] = [];
    for (let begin = 0; begin < payload.length; begin += MAX_TCP_PAYLOAD) {
      const piece = payload.subarray(begin, begin + MAX_TCP_PAYLOAD);
      const sequence = this.next.get(forth) ?? 1;
      const packet = tcpPacket(from, source.port, to, destination.port, { sequence, acknowledged }, piece);
      if (!packet) break;
      this.keep(forth, (sequence + piece.length) % 2 ** 32);
      blocks.push(packetBlock(at, packet, comment));
    }
    return blocks;
  }

  private keep(key: string, sequence: number): void {
    this.next.delete(key);
    this.next.set(key, sequence);
    if (this.next.size <= MOST_STREAMS) return;
    const [oldest] = this.next.keys();
    if (oldest !== undefined) this.next.delete(oldest);
  }
}

const keyOf = (from: CapturedAddress, to: CapturedAddress): string =>
  `${from.host} ${from.port} ${to.host} ${to.port}`;
