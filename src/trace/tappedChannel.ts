import type { Channel, Peer } from '../transport/ports';

/** Told the bytes that pass through a channel, before whoever receives or sends them goes on. They are not its own to keep. */
export type Tap = (direction: 'in' | 'out', peer: Peer, bytes: Uint8Array) => void;

/** A channel whose bytes pass `tap` on their way: below DTLS the records as they are on the wire, of TCP the stream. */
export function tapped(channel: Channel, tap: Tap): Channel {
  return {
    scheme: channel.scheme,
    reliable: channel.reliable,
    get local() {
      return channel.local;
    },
    send: (bytes, peer) => {
      tap('out', peer, bytes);
      channel.send(bytes, peer);
    },
    onMessage: (listener) =>
      channel.onMessage((received) => {
        tap('in', received.peer, received.bytes);
        listener(received);
      }),
    onFault: channel.onFault,
    ...(channel.onEstablished ? { onEstablished: channel.onEstablished } : {}),
    peerAt: (address) => channel.peerAt(address),
    ...(channel.room ? { room: (peer: Peer) => channel.room?.(peer) } : {}),
    ...(channel.disconnect ? { disconnect: (peer: Peer) => channel.disconnect?.(peer) } : {}),
    close: () => channel.close(),
  };
}
