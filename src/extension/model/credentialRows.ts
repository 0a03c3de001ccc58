import { printableText } from '../../base/printableText';
import type { CertificateFacts } from '../../security/authority';
import {
  credentialDigest,
  credentialSummary,
  credentialWarnings,
  type Credential,
} from '../../security/credential';
import type { Row } from './row';
import { safeName } from './words';

/** A place in the view of credentials. */
export type CredentialNode =
  | { readonly kind: 'credential'; readonly endpoint: string }
  | { readonly kind: 'authority' }
  | { readonly kind: 'serverCertificate' };

/** What the view of credentials shows; no key is in it. */
export interface KnownSecrets {
  readonly credentials: readonly Credential[];
  readonly authority?: CertificateFacts;
  readonly server?: CertificateFacts;
}

/** The node's name among all of the view. */
export const credentialNodeId = (node: CredentialNode): string =>
  node.kind === 'credential' ? `credential:${node.endpoint}` : node.kind;

/** Credentials by endpoint name, then the certificates of this machine. */
export const credentialNodes = ({ credentials, authority, server }: KnownSecrets): CredentialNode[] => [
  ...credentials.map(({ endpointName }) => ({ kind: 'credential', endpoint: endpointName }) as const),
  ...(server ? [{ kind: 'serverCertificate' } as const] : []),
  ...(authority ? [{ kind: 'authority' } as const] : []),
];

/** A credential's mode as a reader knows it. */
export const modeWords: Readonly<Record<Credential['mode'], string>> = {
  psk: 'PSK',
  rpk: 'raw public key',
  x509: 'certificate',
};

/** `PSK · dev1`: how a device proves who it is. */
export function proofWords(credential: Credential): string {
  const { mode, identity } = credentialSummary(credential);
  return [modeWords[mode], ...(identity === undefined ? [] : [safeName(identity)])].join(' · ');
}

/** Warnings as a view shows them: text of devices is escaped in them. */
export const warningsOf = (credential: Credential): readonly string[] =>
  credentialWarnings(credential).map((warning) => printableText(warning, 300));

/** The row of a credential. Its key is nowhere in it. */
export function credentialRow(credential: Credential): Row {
  const warnings = warningsOf(credential);
  const name = safeName(credential.endpointName);
  const proof = proofWords(credential);
  const short = credential.mode === 'psk';
  return {
    label: name,
    description: proof,
    tooltip: [
      name,
      proof,
      `SHA-256 ${credentialDigest(credential)}${short ? '… of the key' : ''}`,
      ...warnings.map((warning) => `⚠ ${warning}`),
    ].join('\n'),
    icon: warnings.length > 0 ? 'warning' : 'key',
    ...(warnings.length > 0 ? { iconColor: 'problemsWarningIcon.foreground' } : {}),
    context: 'credential',
    collapsible: 'none',
    spoken: `Credential of ${name}, ${proof}${warnings.length > 0 ? `, ${warnings.join(' ')}` : ''}`,
  };
}

const DAY = 24 * 3600 * 1000;
/** How long before its end a certificate's row warns. */
const SOON = 30 * DAY;

/** `until 2028-03-01`, or that it has expired, and the day in the reader's own zone. */
export function expiryWords(notAfter: number, now: number): string {
  const day = dayText(notAfter);
  if (notAfter <= now) return `expired ${day}`;
  return notAfter - now < SOON ? `expires ${day}` : `until ${day}`;
}

function dayText(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The row of the local authority, or of the server's certificate. */
export function certificateRow(
  kind: 'authority' | 'serverCertificate',
  facts: CertificateFacts,
  now: number,
): Row {
  const authority = kind === 'authority';
  const soon = facts.notAfter - now < SOON;
  const expiry = expiryWords(facts.notAfter, now);
  const hosts = facts.hosts.map((host) => safeName(host));
  const label = authority ? 'Local Authority' : 'Server Certificate';
  const named =
    hosts.length > 2 ? `${hosts.slice(0, 2).join(', ')} and ${hosts.length - 2} more` : hosts.join(', ');
  const description = [...(named === '' ? [] : [named]), expiry].join(' · ');
  return {
    label,
    description,
    tooltip: [
      label,
      safeName(facts.subject),
      ...(hosts.length > 0 ? ['good for:', ...hosts.map((host) => `  ${host}`)] : []),
      expiry,
      `SHA-256 ${facts.fingerprint}`,
      authority
        ? "Devices that trust its certificate take this server's. Its private key stays here."
        : 'Presented to devices that connect with certificates.',
    ].join('\n'),
    icon: soon ? 'warning' : authority ? 'verified' : 'server',
    ...(soon ? { iconColor: 'problemsWarningIcon.foreground' } : {}),
    context: kind,
    collapsible: 'none',
    spoken: `${label}, ${description}`,
  };
}
