import { X509Certificate } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Clock } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import {
  certifyDevice,
  certifyServer,
  createAuthority,
  type CertifiedKey,
} from '../../../src/security/authority';
import { toPem } from '../../../src/security/publicMaterial';
import { nodeClock } from '../../../src/transport/nodeClock';
import type { TlsEvent, TlsIdentity, TlsSettings } from '../../../src/transport/ports';
import { STREAM_LIMITS, type StreamLimits } from '../../../src/transport/streamLimits';
import { tlsOpener } from '../../../src/transport/tls';
import { Heard, LOOPBACK } from './streamScene';

export const KEY = new TextEncoder().encode('sixteen byte key');

/** A clock that shows another day. */
export const daysAway = (days: number): Clock => ({
  ...nodeClock,
  wallTime: () => nodeClock.wallTime() + days * 86_400_000,
});

/** A certificate and its key as TLS takes them. */
export const pem = ({ certificate, privateKey }: CertifiedKey): TlsIdentity => ({
  certificate: toPem('CERTIFICATE', certificate),
  privateKey: toPem('PRIVATE KEY', privateKey),
});

/** Trusts what the authority signed and is in time, under its common name. */
export const judgeOf =
  (authority: CertifiedKey): NonNullable<TlsSettings['judge']> =>
  (chain) => {
    const [leaf] = chain;
    const certificate = new X509Certificate(leaf ?? new Uint8Array());
    const refused = (reason: string) => ({ trusted: false, reason }) as const;
    if (!certificate.verify(new X509Certificate(authority.certificate).publicKey))
      return refused('its issuer is not known');
    if (Date.parse(certificate.validTo) < Date.now()) return refused('it has expired');
    return { trusted: true, name: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '' };
  };

/** An authority, and what it signed for the test. */
export interface Issued {
  readonly authority: CertifiedKey;
  readonly server: TlsIdentity;
  readonly device: TlsIdentity;
  readonly expired: TlsIdentity;
  readonly judge: NonNullable<TlsSettings['judge']>;
}

async function issue(): Promise<Issued> {
  const authority = await createAuthority(daysAway(-1000));
  return {
    authority,
    server: pem(await certifyServer(authority, ['127.0.0.1', 'localhost'], nodeClock)),
    device: pem(await certifyDevice(authority, 'device-1', nodeClock)),
    expired: pem(await certifyDevice(authority, 'device-old', daysAway(-900))),
    judge: judgeOf(authority),
  };
}

let once: Promise<Issued> | undefined;
/** Made once for a test file. */
export const issued = (): Promise<Issued> => (once ??= issue());

/** A channel over TLS, what it heard, and what became of its handshakes. */
export class SecureHeard extends Heard {
  readonly events: TlsEvent[] = [];

  tell(event: TlsEvent): void {
    this.events.push(event);
    this.lookAgain();
  }

  /** The first event of a kind that is told, or was. */
  event<K extends TlsEvent['kind']>(kind: K, index = 0): Promise<Extract<TlsEvent, { kind: K }>> {
    const isWanted = (event: TlsEvent): event is Extract<TlsEvent, { kind: K }> => event.kind === kind;
    return this.until(() => this.events.filter(isWanted)[index]);
  }
}

/** A listener with these settings. */
export async function secureServer(
  t: TestContext,
  settings: TlsSettings,
  limits: Partial<StreamLimits> = {},
): Promise<SecureHeard> {
  const told: { to?: SecureHeard } = {};
  const channel = await tlsOpener({ ...STREAM_LIMITS, ...limits }).open(LOOPBACK, {
    ...settings,
    observer: (event) => told.to?.tell(event),
  });
  t.after(() => channel.close());
  return (told.to = new SecureHeard(channel));
}

/** A client's channel with these settings. */
export function secureClient(
  t: TestContext,
  settings: TlsSettings,
  limits: Partial<StreamLimits> = {},
): SecureHeard {
  const told: { to?: SecureHeard } = {};
  const channel = tlsOpener({ ...STREAM_LIMITS, ...limits }).connect({
    ...settings,
    observer: (event) => told.to?.tell(event),
  });
  t.after(() => channel.close());
  return (told.to = new SecureHeard(channel));
}

/** The code of what is thrown. */
export const thrownCode = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return isOperationError(error) ? error.code : String(error);
  }
  return undefined;
};
