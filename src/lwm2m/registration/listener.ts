import type { CoapEndpoint } from '../../coap/endpoint';
import type { Peer, Scheme, SocketAddress } from '../../transport/ports';

/** Several clients behind one address and port: a gateway, a load program. */
class SharedPeer<Client> {
  readonly clients = new Set<Client>();
  constructor(public newest: Client) {
    this.clients.add(newest);
  }
}

/** One of our addresses: what registers here is spoken to from here. */
export class Listener<Client extends object = object> {
  /** Set while the channel is open. */
  endpoint: CoapEndpoint | undefined;
  private readonly atPeer = new Map<string, Client | SharedPeer<Client>>();

  constructor(readonly local: { readonly scheme: Scheme; readonly address: SocketAddress }) {}

  /** A client registered or updated from a peer. */
  noteAt(peer: Peer, client: Client): void {
    const known = this.atPeer.get(peer.key);
    if (known instanceof SharedPeer) {
      known.clients.add(client);
      known.newest = client;
    } else if (known === undefined) this.atPeer.set(peer.key, client);
    else if (known !== client) {
      const shared = new SharedPeer(known);
      shared.clients.add(client);
      shared.newest = client;
      this.atPeer.set(peer.key, shared);
    }
  }

  forgetAt(peer: Peer, client: Client): void {
    const known = this.atPeer.get(peer.key);
    if (known === client) this.atPeer.delete(peer.key);
    else if (known instanceof SharedPeer) {
      known.clients.delete(client);
      const [other] = known.clients;
      if (!other) this.atPeer.delete(peer.key);
      else if (known.newest === client) known.newest = other;
    }
  }

  /** The client at a peer that registered or updated last, and how many there are. */
  newestAt(peer: Peer): { readonly client: Client; readonly count: number } | undefined {
    const known = this.atPeer.get(peer.key);
    if (known === undefined) return undefined;
    if (known instanceof SharedPeer) return { client: known.newest, count: known.clients.size };
    return { client: known, count: 1 };
  }
}

/** What two listeners differ by. */
export const listenerKey = (scheme: Scheme, address: SocketAddress): string =>
  `${scheme}://${address.host}:${address.port}`;
