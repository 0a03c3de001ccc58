import type { Clock, Duration } from '../base/clock';
import type { CipherSuite } from './cipherSuite';
import type { PeerIdentity } from './credentials';

/** What a session that can be taken up again consists of (RFC 5246 §F.1.4, RFC 7627 §5.3). */
export interface ResumableSession {
  readonly id: Uint8Array;
  readonly master: Uint8Array;
  readonly suite: CipherSuite;
  readonly extendedMasterSecret: boolean;
  readonly serverName: string | undefined;
  readonly identity: PeerIdentity;
  /** SHA-256 of the pre-shared key: a session does not outlive its key. */
  readonly keyHash: Uint8Array | undefined;
}

/** Sessions by a key (session ID, or a server's address), bounded in number and in time. */
export class SessionCache {
  private readonly entries = new Map<
    string,
    { readonly session: ResumableSession; readonly expires: number }
  >();

  constructor(
    private readonly clock: Clock,
    private readonly max: number,
    private readonly lifetime: Duration,
  ) {}

  get(key: string): ResumableSession | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.expires > this.clock.now()) return entry.session;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, session: ResumableSession): void {
    this.entries.delete(key);
    this.entries.set(key, { session, expires: this.clock.now() + this.lifetime });
    if (this.entries.size <= this.max) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  /** A session that failed is not taken up again (RFC 5246 §7.2.2). */
  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets all, as what is kept in memory only at a restart. */
  clear(): void {
    this.entries.clear();
  }
}
