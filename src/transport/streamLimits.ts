import { minutes, seconds, type Duration } from '../base/clock';

/** What connections may take of this process. */
export interface StreamLimits {
  /** At once, in all and from one host: a classroom of devices, not a flood. */
  readonly connections: number;
  readonly connectionsPerHost: number;
  /** Bytes that wait for one peer to take them; beyond, its connection is cut. */
  readonly unsentBytes: number;
  /** Until a connection that we begin stands, and until a TLS handshake is complete. */
  readonly connectTimeout: Duration;
  readonly handshakeTimeout: Duration;
  /** A connection that was taken and never brought a byte. */
  readonly silentTimeout: Duration;
  /** From our end of a connection to the peer's, while it takes nothing more of what was sent. */
  readonly endTimeout: Duration;
  /** From the channel's end to that of its last connection. */
  readonly closeTimeout: Duration;
}

/** See {@link StreamLimits}. A handshake over NB-IoT takes some 20 s with its retransmissions. */
export const STREAM_LIMITS: StreamLimits = {
  connections: 4096,
  connectionsPerHost: 1024,
  unsentBytes: 4 << 20,
  connectTimeout: seconds(30),
  handshakeTimeout: seconds(60),
  silentTimeout: minutes(1),
  endTimeout: seconds(30),
  closeTimeout: seconds(2),
};

/** Counts the connections that were taken. */
export class Admission {
  private total = 0;
  private readonly byHost = new Map<string, number>();

  constructor(private readonly limits: Pick<StreamLimits, 'connections' | 'connectionsPerHost'>) {}

  /** Lets one more connection of `host` in, or not; what it gives back is called once, at the connection's end. */
  admit(host: string): (() => void) | undefined {
    const ofHost = this.byHost.get(host) ?? 0;
    if (this.total >= this.limits.connections || ofHost >= this.limits.connectionsPerHost) return undefined;
    this.total++;
    this.byHost.set(host, ofHost + 1);
    return () => {
      this.total--;
      const left = (this.byHost.get(host) ?? 1) - 1;
      if (left === 0) this.byHost.delete(host);
      else this.byHost.set(host, left);
    };
  }
}
