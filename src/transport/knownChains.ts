/** Certificates in DER, the peer's own first. */
type Chain = readonly Uint8Array[];

const MAX_CHAINS = 1024;

/**
 * The chains that trusted peers presented, by their first certificate: a session that is taken up again brings that one
 * alone, and the judge is to see what it saw. Those known longest go first.
 */
export class KnownChains {
  private readonly byFirst = new Map<string, Chain>();

  /** The whole chain of what a peer presented: itself, or what came with the same certificate before. */
  complete(presented: Chain): Chain {
    const [first] = presented;
    if (!first) return presented;
    const key = Buffer.from(first).toString('base64');
    if (presented.length === 1) return this.byFirst.get(key) ?? presented;
    this.byFirst.delete(key);
    this.byFirst.set(key, presented);
    const [oldest] = this.byFirst.keys();
    if (oldest !== undefined && this.byFirst.size > MAX_CHAINS) this.byFirst.delete(oldest);
    return presented;
  }
}
