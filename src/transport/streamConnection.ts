import type { Socket } from 'node:net';
import type { Duration } from '../base/clock';
import { OperationError } from '../base/errors';
import { printAuthority } from '../base/socketAddress';
import type { Peer, SocketAddress } from './ports';
import type { StreamLimits } from './streamLimits';
import { isTlsError, tlsRefused } from './tlsRefusal';

/** A connection that carries messages from now on, and who was proved to be at its other end. */
export interface Stream {
  readonly socket: Socket;
  readonly proved?: Pick<Peer, 'identityKind'> & { readonly identity: string | undefined };
  /** What to do where it ends before a byte came, if that means something. */
  readonly nextIfUnheard?: string;
}

/** What came of beginning a connection. */
export type Begun =
  { readonly ok: true; readonly stream: Stream } | { readonly ok: false; readonly error: OperationError };

/** Whom a connection tells. */
export interface StreamObserver {
  received(bytes: Uint8Array, peer: Peer): void;
  /** Once, at its end, whoever ended it. */
  ended(connection: StreamConnection, error: OperationError): void;
}

/**
 * One connection of a channel, from the first message for its peer, or from its arrival, to its end. What is sent before
 * it stands waits: on TLS nothing may go out before the other side is trusted.
 */
export class StreamConnection {
  readonly peer: Peer;
  private socket: Socket | undefined;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private callOff: (() => void) | undefined;
  private ending = false;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;
  private cause: OperationError | undefined;

  constructor(
    peer: { readonly key: string; readonly address: SocketAddress },
    private readonly limits: StreamLimits,
    private readonly observer: StreamObserver,
  ) {
    this.peer = { ...peer };
  }

  /** Makes the connection by `begin`, which gives back how to call it off. */
  begin(begin: (done: (begun: Begun) => void) => () => void): void {
    this.callOff = begin((begun) => {
      this.callOff = undefined;
      if (begun.ok) this.carry(begun.stream);
      else this.finish(begun.error);
    });
  }

  /** The connection stands. One that brings no byte within `silentTimeout` is ended. */
  carry({ socket, proved, nextIfUnheard }: Stream, silentTimeout?: Duration): void {
    this.socket = socket;
    if (proved?.identity !== undefined) {
      const { identity, identityKind } = proved;
      Object.assign(this.peer, { identity, ...(identityKind === undefined ? {} : { identityKind }) });
    }
    let next = nextIfUnheard;
    socket.on('data', (bytes: Buffer) => {
      next = undefined;
      const { buffer, byteOffset, length } = bytes;
      if (!this.ending) this.clearTimer();
      this.observer.received(new Uint8Array(buffer, byteOffset, length), this.peer);
    });
    socket.on('error', (error) => (this.cause ??= this.explained(error, next)));
    socket.once('close', () => this.finish(this.cause ?? closedError(this.peer.address, { next })));
    if (silentTimeout !== undefined) this.endAfter(silentTimeout, `${this.name} sent nothing`);
    for (const bytes of this.waiting.splice(0)) socket.write(bytes);
    this.waitingBytes = 0;
    if (this.ending) this.end();
    if (socket.destroyed) this.finish(this.cause ?? closedError(this.peer.address));
  }

  send(bytes: Uint8Array): void {
    if (this.ended || this.ending) return;
    const { socket } = this;
    if (socket) socket.write(bytes);
    else {
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
    }
    const unsent = socket ? socket.writableLength : this.waitingBytes;
    if (unsent > this.limits.unsentBytes) this.cut(`${this.name} does not take what is sent to it`);
  }

  /** Ends it after what was sent has gone out; the peer has some time to end its side. */
  end(): void {
    this.ending = true;
    if (!this.socket) {
      if (this.waiting.length === 0) this.cut(`the connection to ${this.name} was called off`);
      return;
    }
    this.socket.end();
    this.clearTimer();
    this.linger(this.socket, this.socket.writableLength);
  }

  /** Ends it without telling anybody, after what was sent has gone out, within a bounded time. */
  close(): Promise<void> {
    this.ended = true;
    this.clearTimer();
    this.callOff?.();
    const { socket } = this;
    if (!socket || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), this.limits.closeTimeout);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.destroySoon();
    });
  }

  private get name(): string {
    return printAuthority(this.peer.address);
  }

  private cut(why: string): void {
    this.cause ??= new OperationError('CONNECTION_CLOSED', why, {
      next: 'It is made anew when the device connects again.',
    });
    this.callOff?.();
    this.callOff = undefined;
    if (this.socket) this.socket.destroy();
    // not within the send: who sends isn't told before it has sent
    else setImmediate(() => this.finish(this.cause ?? closedError(this.peer.address)));
  }

  private endAfter(time: Duration, why: string): void {
    this.timer = setTimeout(() => this.cut(why), time);
    this.timer.unref();
  }

  /** Waits as long as the peer takes what was sent, and then for its end. */
  private linger(socket: Socket, unsent: number): void {
    this.timer = setTimeout(() => {
      if (socket.writableLength < unsent) this.linger(socket, socket.writableLength);
      else this.cut(`${this.name} did not end its side`);
    }, this.limits.endTimeout);
    this.timer.unref();
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
  }

  private finish(error: OperationError): void {
    if (this.ended) return;
    this.ended = true;
    this.clearTimer();
    this.waiting = [];
    this.observer.ended(this, error);
  }

  private explained(error: Error, next: string | undefined): OperationError {
    return isTlsError(error)
      ? tlsRefused(this.peer.address, error)
      : closedError(this.peer.address, { cause: error, next });
  }
}

/** The connection to `address` has ended, without another reason; `unsent`: before the message was sent. */
export const closedError = (
  address: SocketAddress,
  {
    cause,
    next = 'It is made anew when the device connects again.',
    unsent = false,
  }: { readonly cause?: unknown; readonly next?: string | undefined; readonly unsent?: boolean } = {},
): OperationError =>
  new OperationError('CONNECTION_CLOSED', `the connection with ${printAuthority(address)} has ended`, {
    next,
    details: { unsent },
    ...(cause === undefined ? {} : { cause }),
  });
