import type { SocketAddress } from '../transport/ports';
import type { Attempt } from './attempt';

/**
 * The newest attempts, a fixed number. When it is full, the host with the most gives up its oldest: a device that tries
 * over and over does not push the others out.
 */
export class AttemptRing {
  private readonly attempts = new Set<Attempt>();

  constructor(private readonly max: number) {}

  add(attempt: Attempt): void {
    if (this.attempts.size >= this.max) this.drop();
    this.attempts.add(attempt);
  }

  /** It counts as the newest again. */
  renew(attempt: Attempt): void {
    if (this.attempts.delete(attempt)) this.attempts.add(attempt);
  }

  delete(attempt: Attempt): void {
    if (this.attempts.delete(attempt)) attempt.forget();
  }

  /** The oldest first. */
  get all(): Iterable<Attempt> {
    return this.attempts;
  }

  get size(): number {
    return this.attempts.size;
  }

  /** The newest attempt of an address that `is` what is looked for. */
  newestAt({ host, port }: SocketAddress, is: (attempt: Attempt) => boolean): Attempt | undefined {
    let newest: Attempt | undefined;
    for (const one of this.attempts)
      if (one.peer.address.port === port && one.peer.address.host === host && is(one)) newest = one;
    return newest;
  }

  private drop(): void {
    const ofHost = new Map<string, Attempt[]>();
    for (const one of this.attempts) {
      const { host } = one.peer.address;
      const list = ofHost.get(host);
      if (list) list.push(one);
      else ofHost.set(host, [one]);
    }
    let most: Attempt[] = [];
    for (const list of ofHost.values()) if (list.length > most.length) most = list;
    const [oldest] = most;
    if (oldest) this.delete(oldest);
  }
}
