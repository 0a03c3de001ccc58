import { OperationError } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import type { SecretText } from '../base/secretText';
import { memorySecret } from '../base/secretText';
import { credentialsFromText, credentialsToText } from './credentialText';
import { presentedName, type Credential } from './credential';

/** Credentials a store holds at most. */
export const MAX_CREDENTIALS = 10_000;

/**
 * The credentials of the devices a server takes, by endpoint name. Every method throws what the place they are kept in
 * throws: `CREDENTIALS_UNREADABLE`, `CREDENTIALS_OPEN_TO_OTHERS` and the like.
 */
export interface CredentialStore {
  /** All of them, sorted by endpoint name. */
  list(): Promise<readonly Credential[]>;
  get(endpointName: string): Promise<Credential | undefined>;
  /**
   * Adds a credential, or replaces its endpoint's. Throws `OperationError` `IDENTITY_TAKEN` where another endpoint has
   * its PSK identity or public key (whoever presents it must be one endpoint), `TOO_MANY_CREDENTIALS`.
   */
  set(credential: Credential): Promise<void>;
  /** Whether there was one. */
  remove(endpointName: string): Promise<boolean>;
  /** Something was added, replaced or removed, by this process or another. */
  readonly onChange: Event<void>;
}

/** The {@link CredentialStore} in a {@link SecretText}: the terminal's file, the editor's secret storage. */
export function storedCredentials(secret: SecretText): CredentialStore {
  const load = async () => parsed(await secret.read());
  return {
    list: async () => sorted(await load()),
    get: async (endpointName) => (await load()).get(endpointName),
    set: (credential) =>
      secret.change((text) => {
        const held = parsed(text);
        refuseTaken(held, credential);
        held.set(credential.endpointName, credential);
        return credentialsToText(sorted(held));
      }),
    async remove(endpointName) {
      let there = false;
      await secret.change((text) => {
        const held = parsed(text);
        there = held.delete(endpointName);
        return there ? credentialsToText(sorted(held)) : text;
      });
      return there;
    },
    onChange: secret.onChange,
  };
}

/** A {@link CredentialStore} that ends with the process. */
export const memoryStore = (): CredentialStore => storedCredentials(memorySecret());

type Held = Map<string, Credential>;

const sorted = (held: Held): readonly Credential[] =>
  [...held.values()].sort((a, b) => (a.endpointName < b.endpointName ? -1 : 1));

function parsed(text: string | undefined): Held {
  if (text === undefined) return new Map();
  const credentials = credentialsFromText(text);
  if (credentials.ok) return new Map(credentials.value.map((one) => [one.endpointName, one]));
  throw new OperationError(
    'CREDENTIALS_UNREADABLE',
    `the stored credentials can't be read: ${credentials.problem.message}`,
    { next: 'Restore them from a copy, or remove them and add the devices again.' },
  );
}

function refuseTaken(held: Held, credential: Credential): void {
  const name = presentedName(credential);
  for (const other of held.values()) {
    if (other.endpointName === credential.endpointName || presentedName(other) !== name) continue;
    throw new OperationError(
      'IDENTITY_TAKEN',
      `${other.endpointName} already has this ${credential.mode === 'psk' ? `identity, ${credential.identity}` : 'key'}`,
      { next: `Choose another, or remove the credential of ${other.endpointName}.` },
    );
  }
  if (held.size >= MAX_CREDENTIALS && !held.has(credential.endpointName))
    throw new OperationError('TOO_MANY_CREDENTIALS', `${MAX_CREDENTIALS} credentials are the most`, {
      next: 'Remove some that are no longer used.',
    });
}

/**
 * A store's credentials at hand for a handshake, which can't wait: read once at the start and again at every change.
 * Whoever makes it disposes it.
 */
export class KnownCredentials {
  private credentials: readonly Credential[] = [];
  private readonly byName = new Map<string, Credential>();
  private readonly subscription;
  private readonly changed = new Emitter<void>();
  private readonly failed = new Emitter<unknown>();
  private reading = Promise.resolve();
  /** What is known is another now. */
  readonly onChange: Event<void> = this.changed.event;
  /** A change could not be read; what was known before stays. */
  readonly onFailure: Event<unknown> = this.failed.event;

  private constructor(private readonly store: CredentialStore) {
    this.subscription = store.onChange(() => {
      this.reading = this.reading
        .then(() => this.read())
        .then(() => this.changed.fire())
        .catch((error: unknown) => this.failed.fire(error));
    });
  }

  /** Reads the store. Throws what it throws. */
  static async of(store: CredentialStore): Promise<KnownCredentials> {
    const known = new KnownCredentials(store);
    try {
      await known.read();
      return known;
    } catch (error) {
      known.dispose();
      throw error;
    }
  }

  get all(): readonly Credential[] {
    return this.credentials;
  }

  /** The credential of the device that presents this PSK identity. */
  byIdentity(identity: string): Credential | undefined {
    return this.byName.get(presentedName({ mode: 'psk', identity }));
  }

  /** The credential of the device that presents this raw public key (SubjectPublicKeyInfo in DER). */
  byPublicKey(publicKey: Uint8Array): Credential | undefined {
    return this.byName.get(presentedName({ mode: 'rpk', publicKey }));
  }

  /** The credential of the device that presents this certificate (DER). */
  byCertificate(certificate: Uint8Array): Credential | undefined {
    return this.byName.get(presentedName({ mode: 'x509', certificate }));
  }

  /** The credential of an endpoint name. */
  ofEndpoint(endpointName: string): Credential | undefined {
    return this.credentials.find((one) => one.endpointName === endpointName);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
    this.failed.dispose();
  }

  private async read(): Promise<void> {
    this.credentials = await this.store.list();
    this.byName.clear();
    for (const one of this.credentials) this.byName.set(presentedName(one), one);
  }
}
