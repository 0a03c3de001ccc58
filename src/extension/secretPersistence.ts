import type { SecretPlace } from './secretStorage';

/** What the editor remembers, beside its secrets and without any of them. */
export interface KeptState {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const STATE = 'lwm2m.secretsStoredIn';
const MARKER = 'lwm2m.secretsMarker';
const TOLD = 'lwm2m.secretsForgottenTold';

/** Whether secrets outlive the window: `unknown` until a later session has looked for those of an earlier one. */
export type Persistence = 'unknown' | 'kept' | 'lost';

/**
 * Finds out whether the editor's secret storage keeps what it is given: some web builds, and a desktop without a keyring,
 * hold it in memory only. The first write leaves a marker with the session's name; a later session looks for it.
 */
export class SecretPersistence {
  /** @param session this window's own, new with each */
  constructor(
    private readonly place: SecretPlace,
    private readonly state: KeptState,
    private readonly session: string,
  ) {}

  /** What is known now. */
  async known(): Promise<Persistence> {
    const storedIn = this.state.get(STATE);
    if (typeof storedIn !== 'string' || storedIn === this.session) return 'unknown';
    try {
      return (await this.place.get(MARKER)) === storedIn ? 'kept' : 'lost';
    } catch {
      return 'lost';
    }
  }

  /** Something was stored: the marker stands beside it, made anew where an earlier one is gone. */
  async noteStored(): Promise<void> {
    const storedIn = this.state.get(STATE);
    if (storedIn === this.session || (await this.known()) === 'kept') return;
    await this.place.store(MARKER, this.session);
    await this.state.update(STATE, this.session);
  }

  /** Whether the user is still to be told that secrets are not kept; true once only. */
  async tellOnce(): Promise<boolean> {
    if (this.state.get(TOLD) === true) return false;
    await this.state.update(TOLD, true);
    return true;
  }
}
