import { concatBytes, encodeUtf8 } from '../../../src/base/bytes';
import { isOperationError, type OperationError } from '../../../src/base/errors';
import type { Channel, ChannelFault, Peer } from '../../../src/transport/ports';

/** How long is waited for anything, in milliseconds: a hang fails, and says what was told until then. */
const LONGEST_MS = 20_000;

/** A channel, and all that it was told, by peer. */
export class Heard {
  private readonly parts = new Map<string, Uint8Array[]>();
  readonly peers: Peer[] = [];
  readonly faults: ChannelFault[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(readonly channel: Channel) {
    channel.onMessage(({ bytes, peer }) => {
      if (!this.parts.has(peer.key)) this.peers.push(peer);
      this.parts.set(peer.key, [...(this.parts.get(peer.key) ?? []), bytes]);
      this.lookAgain();
    });
    channel.onFault((fault) => {
      this.faults.push(fault);
      this.lookAgain();
    });
  }

  protected lookAgain(): void {
    for (const look of this.waiting) look();
  }

  /** Everything that came of a peer. */
  from(peer: Peer): Uint8Array {
    return concatBytes(this.parts.get(peer.key) ?? []);
  }

  text(peer: Peer): string {
    return Buffer.from(this.from(peer)).toString();
  }

  /** Looks each time something was told, until there is something; rejects where there is nothing for long. */
  until<T>(look: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = () => {
        const found = look();
        if (found === undefined || found === false) return;
        this.waiting.delete(again);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(again);
        const told = this.faults.map(({ error }) => String(error)).join('; ');
        reject(
          new Error(
            `nothing came for ${LONGEST_MS} ms; faults: ${told}; heard: ${this.peers.map((peer) => this.text(peer)).join('; ')}`,
          ),
        );
      }, LONGEST_MS);
      this.waiting.add(again);
      again();
    });
  }

  peer(index = 0): Promise<Peer> {
    return this.until(() => this.peers[index]);
  }

  /** That many bytes of a peer. */
  async bytes(peer: Peer, length: number): Promise<Uint8Array> {
    return this.until(() => this.from(peer).length >= length && this.from(peer));
  }

  async fault(index = 0): Promise<{ readonly peer: Peer | undefined; readonly error: OperationError }> {
    const { peer, error, lasting } = await this.until(() => this.faults[index]);
    if (!isOperationError(error) || lasting !== true) throw error;
    return { peer, error };
  }
}

export const LOOPBACK = { host: '127.0.0.1', port: 0 };
export const hello = encodeUtf8('hello');
