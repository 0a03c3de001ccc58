/** How bad an alert is: a fatal one ends the association (RFC 5246 §7.2). */
export const AlertLevels = { WARNING: 1, FATAL: 2 } as const;

/** The alerts that DTLS 1.2 sends or meets (RFC 5246 §7.2, RFC 4279 §6, RFC 6066 §9). */
export const Alerts = {
  CLOSE_NOTIFY: 0,
  UNEXPECTED_MESSAGE: 10,
  BAD_RECORD_MAC: 20,
  HANDSHAKE_FAILURE: 40,
  BAD_CERTIFICATE: 42,
  UNSUPPORTED_CERTIFICATE: 43,
  CERTIFICATE_EXPIRED: 45,
  CERTIFICATE_UNKNOWN: 46,
  ILLEGAL_PARAMETER: 47,
  UNKNOWN_CA: 48,
  ACCESS_DENIED: 49,
  DECODE_ERROR: 50,
  DECRYPT_ERROR: 51,
  PROTOCOL_VERSION: 70,
  INTERNAL_ERROR: 80,
  USER_CANCELED: 90,
  NO_RENEGOTIATION: 100,
  UNSUPPORTED_EXTENSION: 110,
  UNKNOWN_PSK_IDENTITY: 115,
} as const;

/** An alert as it was sent or received. */
export interface Alert {
  readonly fatal: boolean;
  /** The number; {@link alertName} has its name. */
  readonly description: number;
}

/** The two bytes of an alert. */
export const encodeAlert = ({ fatal, description }: Alert): Uint8Array =>
  Uint8Array.of(fatal ? AlertLevels.FATAL : AlertLevels.WARNING, description);

/** The alert in two bytes, or `undefined` where it is none. */
export function decodeAlert(bytes: Uint8Array): Alert | undefined {
  const [level, description] = bytes;
  if (bytes.length !== 2 || level === undefined || description === undefined) return undefined;
  return { fatal: level === AlertLevels.FATAL, description };
}

const NAMES = new Map<number, string>(
  Object.entries(Alerts).map(([name, number]) => [number, name.toLowerCase()]),
);

/** The standard's name of an alert: `unknown_psk_identity`; a number nobody has named as `alert 77`. */
export const alertName = (description: number): string => NAMES.get(description) ?? `alert ${description}`;
