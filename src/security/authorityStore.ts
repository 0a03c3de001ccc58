import { fromBase64, toBase64 } from '../base/bytes';
import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import type { SecretText } from '../base/secretText';
import { createAuthority, type CertifiedKey } from './authority';
import { parseCertificate } from './publicMaterial';

/** A certificate and its private key, kept where only their owner reads them. */
export interface CertifiedKeyStore {
  /** `undefined` where none is kept. Throws `OperationError` `CERTIFICATE_UNREADABLE`, and what the place throws. */
  get(): Promise<CertifiedKey | undefined>;
  set(key: CertifiedKey): Promise<void>;
}

/** The {@link CertifiedKeyStore} in a {@link SecretText}: JSON, both in base64. */
export const storedCertifiedKey = (secret: SecretText): CertifiedKeyStore => ({
  get: async () => parsed(await secret.read()),
  set: (key) => secret.change(() => textOf(key)),
});

/**
 * This user's own authority: the one that is kept, or a new one where none is. Two processes that ask at once are given
 * the same. `created` says whether it is new.
 */
export async function ownAuthority(
  secret: SecretText,
  clock: Clock,
): Promise<{ readonly authority: CertifiedKey; readonly created: boolean }> {
  const kept = parsed(await secret.read());
  if (kept) return { authority: kept, created: false };
  const made = await createAuthority(clock);
  let authority = made;
  await secret.change((text) => {
    authority = parsed(text) ?? made;
    return text ?? textOf(made);
  });
  return { authority, created: authority === made };
}

const textOf = ({ certificate, privateKey }: CertifiedKey): string =>
  JSON.stringify({ version: 1, certificate: toBase64(certificate), privateKey: toBase64(privateKey) }) + '\n';

function parsed(text: string | undefined): CertifiedKey | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const [der, privateKey] = [value?.['certificate'], value?.['privateKey']].map((one) =>
      typeof one === 'string' ? fromBase64(one) : undefined,
    );
    const certificate = parseCertificate(der ?? '');
    if (certificate.ok && privateKey && privateKey.length > 0)
      return { certificate: certificate.value, privateKey };
  } catch {
    // the parser's own message quotes the text, which is secret
  }
  throw new OperationError('CERTIFICATE_UNREADABLE', 'the stored certificate is damaged', {
    next: 'Restore its file from a copy, or remove it to have a new one made.',
  });
}
