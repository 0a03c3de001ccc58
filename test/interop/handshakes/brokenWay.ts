import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Record types of DTLS (RFC 6347 §4.1): what a datagram begins with. */
export const Records = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** A way to a server on loopback that loses what the server sends, as far as it is told. */
export interface BrokenWay {
  /** Where the client is to go. */
  readonly port: number;
  /** What was lost. */
  readonly lost: number;
  close(): void;
}

/** Opens one; `loses` is asked for each datagram to the client, with how many were lost before. */
export async function brokenWay(
  serverPort: number,
  loses: (datagram: Uint8Array, lostBefore: number) => boolean,
): Promise<BrokenWay> {
  const front = createSocket('udp4').bind(0, '127.0.0.1');
  await once(front, 'listening');
  const upstreams = new Map<number, Socket>();
  let lost = 0;
  front.on('message', (bytes, { port }) => {
    let upstream = upstreams.get(port);
    if (!upstream) {
      upstream = createSocket('udp4');
      upstream.on('message', (answer) => {
        if (loses(answer, lost)) lost++;
        else front.send(answer, port, '127.0.0.1');
      });
      upstreams.set(port, upstream);
    }
    upstream.send(bytes, serverPort, '127.0.0.1');
  });
  return {
    port: front.address().port,
    get lost() {
      return lost;
    },
    close: () => [front, ...upstreams.values()].forEach((socket) => socket.close()),
  };
}
