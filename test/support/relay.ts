import { createSocket, type Socket } from 'node:dgram';
import { createServer, connect, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';
import type { RandomSource } from '../../src/base/random';
import type { SocketAddress } from '../../src/transport/ports';
import { seededRandom } from './seededRandom';

/** What a lossy relay does to datagrams, each way. Probabilities 0–1, times in milliseconds. */
export interface LossyLink {
  readonly seed: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** How often a datagram is held back so long that others overtake it. */
  readonly reorder?: number;
  /** One way. */
  readonly delay?: number;
}

/** What went through a relay, both ways together. */
export interface RelayCounts {
  readonly datagrams: number;
  readonly bytes: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
}

/** How long a datagram is held back to be overtaken, at most. */
const HELD_BACK = 30;

interface Client {
  readonly address: SocketAddress;
  upstream: Socket;
}

/** A UDP relay between clients and a server: loses, repeats, reorders and delays by its seed, and can move a client to another address. */
export class LossyRelay {
  private readonly clients = new Map<string, Client>();
  private readonly retired: Socket[] = [];
  private readonly random: RandomSource;
  private readonly timers = new Set<NodeJS.Timeout>();
  private counts = { datagrams: 0, bytes: 0, lost: 0, duplicated: 0, reordered: 0 };
  private closed = false;

  private constructor(
    private readonly front: Socket,
    private readonly server: SocketAddress,
    private readonly link: LossyLink,
  ) {
    this.random = seededRandom(link.seed);
    front.on('message', (bytes, from) => {
      const client = this.clientAt({ host: from.address, port: from.port });
      this.pass(bytes, () => client.upstream.send(bytes, this.server.port, this.server.host));
    });
  }

  /** `front`: where clients come to; a free port of loopback without it. */
  static async open(server: SocketAddress, link: LossyLink, front?: SocketAddress): Promise<LossyRelay> {
    return new LossyRelay(await bound(front), server, link);
  }

  get address(): SocketAddress {
    const { address, port } = this.front.address();
    return { host: address, port };
  }

  get seen(): RelayCounts {
    return this.counts;
  }

  /** Gives every client a new address towards the server; what comes to the old one is lost from now on. */
  async moveClients(): Promise<void> {
    for (const client of this.clients.values()) {
      this.retired.push(client.upstream);
      client.upstream.removeAllListeners('message');
      client.upstream = await this.upstreamFor(client.address);
    }
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.front.close();
    for (const { upstream } of this.clients.values()) upstream.close();
    for (const socket of this.retired) socket.close();
  }

  private clientAt(address: SocketAddress): Client {
    const key = `${address.host}:${address.port}`;
    let client = this.clients.get(key);
    if (!client) {
      const upstream = createSocket('udp4');
      upstream.bind(0, '127.0.0.1');
      client = { address, upstream };
      this.listen(upstream, address);
      this.clients.set(key, client);
    }
    return client;
  }

  private async upstreamFor(address: SocketAddress): Promise<Socket> {
    const upstream = await bound();
    this.listen(upstream, address);
    return upstream;
  }

  private listen(upstream: Socket, client: SocketAddress): void {
    upstream.on('message', (bytes) => {
      this.pass(bytes, () => this.front.send(bytes, client.port, client.host));
    });
  }

  private pass(bytes: Uint8Array, deliver: () => void): void {
    const { loss = 0, duplicate = 0, reorder = 0, delay = 0 } = this.link;
    this.counts.datagrams++;
    this.counts.bytes += bytes.length;
    if (this.random.unit() < loss) {
      this.counts.lost++;
      return;
    }
    const copies = this.random.unit() < duplicate ? 2 : 1;
    if (copies === 2) this.counts.duplicated++;
    for (let n = 0; n < copies; n++) {
      let wait = delay;
      if (this.random.unit() < reorder) {
        this.counts.reordered++;
        wait += 1 + this.random.unit() * HELD_BACK;
      }
      if (wait === 0) deliver();
      else this.after(wait, deliver);
    }
  }

  private after(wait: number, deliver: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closed) deliver();
    }, wait);
    this.timers.add(timer);
  }
}

function bound(local: SocketAddress = { host: '127.0.0.1', port: 0 }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(local.port, local.host, () => resolve(socket));
  });
}

/** What happens to one connection once so many bytes of the answer went through; a connection beyond the list is left alone. */
export type TcpTrouble = { readonly cutAfter: number } | { readonly stallAfter: number };

/** A TCP relay to a server that cuts or stalls its connections, in their order. */
export class TroublesomeTcpRelay {
  private readonly sockets = new Set<TcpSocket>();
  /** Connections so far. */
  connections = 0;
  /** Bytes that went to the clients. */
  bytes = 0;

  private constructor(
    private readonly server: Server,
    private readonly troubles: readonly TcpTrouble[],
    private readonly target: SocketAddress,
  ) {
    server.on('connection', (socket) => this.join(socket));
  }

  /** `front`: where clients connect to; a free port of loopback without it. */
  static open(
    target: SocketAddress,
    troubles: readonly TcpTrouble[],
    front: SocketAddress = { host: '127.0.0.1', port: 0 },
  ): Promise<TroublesomeTcpRelay> {
    const server = createServer();
    const relay = new TroublesomeTcpRelay(server, troubles, target);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(front.port, front.host, () => resolve(relay));
    });
  }

  get address(): SocketAddress {
    const { address, port } = this.server.address() as AddressInfo;
    return { host: address, port };
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(client: TcpSocket): void {
    const trouble = this.troubles[this.connections++];
    const upstream = connect(this.target.port, this.target.host);
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      // a reset on one side is what this relay is for: the other side then closes
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        (socket === client ? upstream : client).destroy();
      });
    }
    client.pipe(upstream);
    let passed = 0;
    upstream.on('data', (chunk: Buffer) => {
      const limit = trouble && ('cutAfter' in trouble ? trouble.cutAfter : trouble.stallAfter);
      const rest = limit === undefined ? chunk.length : Math.max(0, limit - passed);
      const now = chunk.subarray(0, rest);
      passed += now.length;
      this.bytes += now.length;
      if (now.length > 0 && !client.write(now)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      if (limit === undefined || passed < limit) return;
      upstream.pause();
      if (trouble && 'cutAfter' in trouble) client.end(() => client.destroy());
    });
  }
}
