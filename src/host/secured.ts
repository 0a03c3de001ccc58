import type { Disposable } from '../base/disposable';
import { errorText } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import type { Logger } from '../base/log';
import type { SecretText } from '../base/secretText';
import { certificateFacts, type CertifiedKey } from '../security/authority';
import { storedCertifiedKey } from '../security/authorityStore';
import { KnownCredentials } from '../security/credentialStore';
import { serverTrust, type ServerTrust } from '../security/serverTrust';
import type { HostPorts } from './ports';

/** The keys as they stand: what a handshake is answered with, and whether anybody could make one. */
export interface Secured extends Disposable {
  readonly trust: ServerTrust;
  /** There is a credential, or a server certificate by which devices of our authority come. */
  readonly inUse: boolean;
  /** Hosts that the server certificate is for; empty without one. */
  readonly certifiedHosts: readonly string[];
  /** A credential or certificate was added, exchanged or taken away. */
  readonly onChange: Event<void>;
}

/** Reads the keys and follows their changes. Throws what the places throw that they are kept in (`SECRET_OPEN_TO_OTHERS`, …). */
export async function openSecured({ secrets, clock, log }: HostPorts): Promise<Secured> {
  const changes = new Emitter<void>();
  const changed = () => changes.fire();
  const held: Disposable[] = [changes];
  const dispose = () => held.forEach((one) => one.dispose());
  const keep = <T extends Disposable>(one: T): T => {
    held.push(one);
    return one;
  };
  try {
    const known = keep(await KnownCredentials.of(secrets.credentials));
    known.onChange(changed);
    known.onFailure((error) => log.log('error', `credentials: ${errorText(error)}`));
    const heldKey = async (secret: SecretText, what: string) =>
      keep(await HeldKey.of(secret, what, log, changed));
    const certificate = await heldKey(secrets.serverCertificate, 'server certificate');
    const authority = await heldKey(secrets.authority, 'certificate authority');
    const trust = serverTrust({
      known,
      certificate: () => certificate.key,
      authority: () => authority.key?.certificate,
      clock,
    });
    return {
      trust,
      get inUse() {
        return known.all.length > 0 || certificate.key !== undefined;
      },
      get certifiedHosts() {
        return certificate.key ? certificateFacts(certificate.key.certificate).hosts : [];
      },
      onChange: changes.event,
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** A certificate and its key at hand for a handshake, which can't wait. */
class HeldKey implements Disposable {
  private readonly subscription: Disposable;

  private constructor(
    public key: CertifiedKey | undefined,
    secret: SecretText,
    what: string,
    log: Logger,
    changed: () => void,
  ) {
    const store = storedCertifiedKey(secret);
    this.subscription = secret.onChange(() => {
      store
        .get()
        .then((key) => {
          this.key = key;
          changed();
        })
        // what was held stays: a key that is being renewed ends no server
        .catch((error: unknown) => log.log('error', `${what}: ${errorText(error)}`));
    });
  }

  static async of(secret: SecretText, what: string, log: Logger, changed: () => void): Promise<HeldKey> {
    return new HeldKey(await storedCertifiedKey(secret).get(), secret, what, log, changed);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
