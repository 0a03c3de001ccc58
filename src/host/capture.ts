import { DEFAULT_PORTS, isConnected } from '../base/scheme';
import type { CaptureStart, CaptureView } from '../contract/workbench';
import type { CaptureWriter } from '../trace/captureWriter';
import {
  capturedPacket,
  decryptionSecrets,
  type CapturedAddress,
  type CapturedDatagram,
} from '../trace/pcapng';
import type { KeptSession } from '../trace/sessionMemory';
import { isHandshake } from '../trace/sessionMemory';
import { TcpStreams } from '../trace/tcpStreams';
import type { TracedMessage } from '../trace/tracedMessage';
import type { Scheme } from '../transport/ports';

/** A datagram with what tells its peer apart: our address and the peer's. */
export interface KeyedDatagram {
  readonly key: string;
  readonly scheme: Scheme;
  readonly captured: CapturedDatagram;
}

/** Addresses that one device is known by. */
const MOST_ADDRESSES = 64;
/** Datagrams that wait until it is known whose they are: a registration says so itself, once it is read. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 128 * 1024;

/** One running capture: of all devices, or of one. */
export class Capture {
  messages = 0;
  /** Messages over TLS that are not in the file. */
  private leftOut = 0;
  private readonly streams = new TcpStreams();
  private readonly addresses = new Set<string>();
  private readonly written = new Set<KeptSession>();
  private waiting: KeyedDatagram[] = [];
  private waitingBytes = 0;

  constructor(
    readonly id: string,
    readonly start: CaptureStart,
    private readonly writer: CaptureWriter | undefined,
    private readonly sessionsOf: (key: string) => readonly KeptSession[],
  ) {}

  /** The device is, or was, at this address. */
  at(key: string): void {
    if (this.addresses.has(key)) return;
    this.addresses.add(key);
    if (this.addresses.size > MOST_ADDRESSES) {
      const [oldest] = this.addresses;
      if (oldest !== undefined) this.addresses.delete(oldest);
    }
    for (const session of this.sessionsOf(key)) this.session(session);
    const { waiting } = this;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const datagram of waiting) {
      if (datagram.key === key) this.write(datagram);
      else this.wait(datagram);
    }
  }

  /** Whether the message belongs to this capture; then it is counted. */
  takes(message: TracedMessage, key: string): boolean {
    const { endpoint } = this.start;
    if (endpoint !== undefined) {
      if (message.endpoint === endpoint) this.at(key);
      else if (message.endpoint !== undefined) this.addresses.delete(key);
      if (message.endpoint !== endpoint) return false;
    }
    this.messages++;
    if (message.scheme === 'coaps+tcp' && !this.start.withSecrets) this.leftOut++;
    return true;
  }

  /** Bytes that went over the wire; of TLS what was in its records, which is as secret as their keys. */
  datagram(datagram: KeyedDatagram): void {
    if (!this.writer || (datagram.scheme === 'coaps+tcp' && !this.start.withSecrets)) return;
    if (this.start.endpoint === undefined || this.addresses.has(datagram.key)) this.write(datagram);
    // Those of handshakes are in memory, with the others of their session.
    else if (!isHandshake(datagram.captured.payload)) this.wait(datagram);
  }

  /** A handshake under way came to its secret, and its datagrams are in the file. */
  secret(session: KeptSession): void {
    if (this.start.endpoint !== undefined && !this.addresses.has(session.key)) return;
    this.written.add(session);
    this.writeSecret(session);
  }

  /** A session that was there before: its handshake and its secret, for without both nobody can read it. */
  session(session: KeptSession): void {
    if (!this.start.withSecrets || this.written.has(session)) return;
    this.written.add(session);
    this.writeSecret(session);
    for (const datagram of session.datagrams) this.packet(datagram);
  }

  async end(): Promise<CaptureView> {
    await this.writer?.close();
    const { file } = this.start;
    const tls =
      this.leftOut > 0 && this.writer
        ? `${this.leftOut === 1 ? '1 message over TLS is' : `${this.leftOut} messages over TLS are`} in the trace only: a file has them where it may have secrets.`
        : undefined;
    const note = [this.writer?.note, tls].filter((part) => part !== undefined).join(' ');
    return {
      capture: this.id,
      ...(file === undefined ? {} : { file }),
      messages: this.messages,
      size: this.writer?.size ?? 0,
      ...(note === '' ? {} : { note }),
    };
  }

  private writeSecret({ secret }: KeptSession): void {
    if (this.start.withSecrets) this.writer?.secret(decryptionSecrets([secret]));
  }

  private write({ scheme, captured }: KeyedDatagram): void {
    if (!isConnected(scheme)) return this.packet(captured);
    const stream = scheme === 'coaps+tcp' ? withoutTls(captured) : captured;
    for (const block of this.streams.blocks(stream)) this.writer?.packet(block);
  }

  private packet(captured: CapturedDatagram): void {
    const block = capturedPacket(captured);
    if (block) this.writer?.packet(block);
  }

  private wait(datagram: KeyedDatagram): void {
    const { captured } = datagram;
    // A socket's buffer is used again.
    this.waiting.push({ ...datagram, captured: { ...captured, payload: captured.payload.slice() } });
    this.waitingBytes += captured.payload.length;
    while (this.waiting.length > MOST_WAITING || this.waitingBytes > MOST_WAITING_BYTES)
      this.waitingBytes -= this.waiting.shift()?.captured.payload.length ?? 0;
  }
}

/** What was in TLS as if it had gone without: a reader takes its usual port for TLS, so another stands there. */
const withoutTls = (captured: CapturedDatagram): CapturedDatagram => ({
  ...captured,
  source: onPlainPort(captured.source),
  destination: onPlainPort(captured.destination),
  comment: `Went over TLS, shown decrypted; port ${DEFAULT_PORTS['coaps+tcp']} is shown as ${DEFAULT_PORTS['coap+tcp']}`,
});

const onPlainPort = (address: CapturedAddress): CapturedAddress =>
  address.port === DEFAULT_PORTS['coaps+tcp'] ? { ...address, port: DEFAULT_PORTS['coap+tcp'] } : address;
