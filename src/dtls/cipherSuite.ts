/** How both sides come to a premaster secret. */
export type KeyExchange = 'PSK' | 'ECDHE_PSK' | 'ECDHE_ECDSA';
/** How records are protected. */
export type RecordCipher = 'CCM_8' | 'CCM' | 'GCM' | 'CBC_SHA256';

/** A cipher suite of TLS 1.2 with AES-128 and SHA-256. */
export interface CipherSuite {
  readonly id: number;
  /** The registry's name, without `TLS_`. */
  readonly name: string;
  readonly keyExchange: KeyExchange;
  readonly cipher: RecordCipher;
}

const suite = (id: number, keyExchange: KeyExchange, cipher: RecordCipher): CipherSuite => ({
  id,
  keyExchange,
  cipher,
  // RFC 8442 names the hash also with CCM, RFC 6655 and RFC 7251 don't.
  name: `${keyExchange}_WITH_AES_128_${cipher}${cipher === 'GCM' || (keyExchange === 'ECDHE_PSK' && cipher !== 'CBC_SHA256') ? '_SHA256' : ''}`,
});

/**
 * The suites that are built, in the order of preference: the one LwM2M makes mandatory first
 * (OMA-TS-LightweightM2M_Transport-V1_1_1 §5.2.8), authenticated encryption before CBC, certificates before keys.
 * RFC 6655, RFC 5487, RFC 8442, RFC 5489, RFC 7251, RFC 5289.
 */
export const CIPHER_SUITES: readonly CipherSuite[] = [
  suite(0xc0ae, 'ECDHE_ECDSA', 'CCM_8'),
  suite(0xc0ac, 'ECDHE_ECDSA', 'CCM'),
  suite(0xc02b, 'ECDHE_ECDSA', 'GCM'),
  suite(0xc023, 'ECDHE_ECDSA', 'CBC_SHA256'),
  suite(0xc0a8, 'PSK', 'CCM_8'),
  suite(0xc0a4, 'PSK', 'CCM'),
  suite(0x00a8, 'PSK', 'GCM'),
  suite(0x00ae, 'PSK', 'CBC_SHA256'),
  suite(0xd003, 'ECDHE_PSK', 'CCM_8'),
  suite(0xd005, 'ECDHE_PSK', 'CCM'),
  suite(0xd001, 'ECDHE_PSK', 'GCM'),
  suite(0xc037, 'ECDHE_PSK', 'CBC_SHA256'),
];

/** Asks for secure renegotiation's check where no extension can (RFC 5746 §3.3). */
export const EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff;

const BY_ID = new Map(CIPHER_SUITES.map((s) => [s.id, s]));

/** The suite of a number, where it is built. */
export const cipherSuite = (id: number): CipherSuite | undefined => BY_ID.get(id);

/** The suite's name, or its number for one that is not built: `0xc02c`. */
export const cipherSuiteName = (id: number): string =>
  BY_ID.get(id)?.name ?? `0x${id.toString(16).padStart(4, '0')}`;
