import type { CipherSuite } from './cipherSuite';
import type { PeerIdentity } from './credentials';
import { ExpiringCache } from './expiringCache';

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

/**
 * Sessions by a key (session ID, or a server's address): one that failed is deleted (RFC 5246 §7.2.2), all are forgotten
 * at a restart of who keeps them in memory only.
 */
export class SessionCache extends ExpiringCache<ResumableSession> {}
