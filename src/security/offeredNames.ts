import { CIPHER_SUITES } from '../dtls/cipherSuite';

/** Suites that devices offer and that aren't built here (IANA TLS Cipher Suites), so that a list can be read. */
const OTHER_SUITES: Readonly<Record<number, string>> = {
  0x00ff: 'EMPTY_RENEGOTIATION_INFO_SCSV',
  0x5600: 'FALLBACK_SCSV',
  0x002f: 'RSA_WITH_AES_128_CBC_SHA',
  0x0035: 'RSA_WITH_AES_256_CBC_SHA',
  0x003c: 'RSA_WITH_AES_128_CBC_SHA256',
  0x003d: 'RSA_WITH_AES_256_CBC_SHA256',
  0x008c: 'PSK_WITH_AES_128_CBC_SHA',
  0x008d: 'PSK_WITH_AES_256_CBC_SHA',
  0x0090: 'DHE_PSK_WITH_AES_128_CBC_SHA',
  0x009c: 'RSA_WITH_AES_128_GCM_SHA256',
  0x009d: 'RSA_WITH_AES_256_GCM_SHA384',
  0x009e: 'DHE_RSA_WITH_AES_128_GCM_SHA256',
  0x009f: 'DHE_RSA_WITH_AES_256_GCM_SHA384',
  0x00a9: 'PSK_WITH_AES_256_GCM_SHA384',
  0x00aa: 'DHE_PSK_WITH_AES_128_GCM_SHA256',
  0x00ab: 'DHE_PSK_WITH_AES_256_GCM_SHA384',
  0x00af: 'PSK_WITH_AES_256_CBC_SHA384',
  0x00b2: 'DHE_PSK_WITH_AES_128_CBC_SHA256',
  0x1301: 'AES_128_GCM_SHA256',
  0x1302: 'AES_256_GCM_SHA384',
  0x1303: 'CHACHA20_POLY1305_SHA256',
  0x1304: 'AES_128_CCM_SHA256',
  0x1305: 'AES_128_CCM_8_SHA256',
  0xc009: 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  0xc00a: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  0xc013: 'ECDHE_RSA_WITH_AES_128_CBC_SHA',
  0xc014: 'ECDHE_RSA_WITH_AES_256_CBC_SHA',
  0xc024: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  0xc027: 'ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  0xc028: 'ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  0xc02c: 'ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  0xc02f: 'ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  0xc030: 'ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  0xc035: 'ECDHE_PSK_WITH_AES_128_CBC_SHA',
  0xc036: 'ECDHE_PSK_WITH_AES_256_CBC_SHA',
  0xc038: 'ECDHE_PSK_WITH_AES_256_CBC_SHA384',
  0xc09c: 'RSA_WITH_AES_128_CCM',
  0xc09d: 'RSA_WITH_AES_256_CCM',
  0xc0a0: 'RSA_WITH_AES_128_CCM_8',
  0xc0a5: 'PSK_WITH_AES_256_CCM',
  0xc0a6: 'DHE_PSK_WITH_AES_128_CCM',
  0xc0a7: 'DHE_PSK_WITH_AES_256_CCM',
  0xc0a9: 'PSK_WITH_AES_256_CCM_8',
  0xc0aa: 'PSK_DHE_WITH_AES_128_CCM_8',
  0xc0ab: 'PSK_DHE_WITH_AES_256_CCM_8',
  0xc0ad: 'ECDHE_ECDSA_WITH_AES_256_CCM',
  0xc0af: 'ECDHE_ECDSA_WITH_AES_256_CCM_8',
  0xcca8: 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  0xcca9: 'ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  0xccab: 'PSK_WITH_CHACHA20_POLY1305_SHA256',
  0xccac: 'ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256',
};

const SUITES = new Map<number, string>([
  ...CIPHER_SUITES.map(({ id, name }) => [id, name] as const),
  ...Object.entries(OTHER_SUITES).map(([id, name]) => [Number(id), name] as const),
]);

/** The registry's name of a cipher suite with `TLS_`, `0x1306` for one without a name here. */
export function suiteName(id: number): string {
  const name = SUITES.get(id);
  return name === undefined ? hexNumber(id) : `TLS_${name}`;
}

/** Whether a number stands in a list of suites without being one (RFC 5746 §3.3, RFC 7507). */
export const isSignal = (id: number): boolean => id === 0x00ff || id === 0x5600;

const EXTENSIONS: Readonly<Record<number, string>> = {
  0: 'server_name',
  1: 'max_fragment_length',
  5: 'status_request',
  10: 'supported_groups',
  11: 'ec_point_formats',
  13: 'signature_algorithms',
  16: 'application_layer_protocol_negotiation',
  19: 'client_certificate_type',
  20: 'server_certificate_type',
  21: 'padding',
  22: 'encrypt_then_mac',
  23: 'extended_master_secret',
  28: 'record_size_limit',
  35: 'session_ticket',
  41: 'pre_shared_key',
  43: 'supported_versions',
  44: 'cookie',
  45: 'psk_key_exchange_modes',
  50: 'signature_algorithms_cert',
  51: 'key_share',
  53: 'connection_id (deprecated)',
  54: 'connection_id',
  254: 'connection_id (draft)',
  0xff01: 'renegotiation_info',
};

/** The registry's name of an extension (IANA TLS ExtensionType Values), its number in hexadecimal without one. */
export const extensionName = (type: number): string => EXTENSIONS[type] ?? hexNumber(type);

const hexNumber = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`;

/** A suite as OpenSSL names it, `ECDHE-ECDSA-AES128-GCM-SHA256`, by its name in the registry where it is known. */
export function suiteFromOpenSsl(name: string): string {
  if (name.startsWith('TLS_')) return name;
  const found =
    /^(?:(ECDHE-ECDSA|ECDHE-RSA|ECDHE-PSK|DHE-PSK|PSK)-)AES(128|256)-(CCM8|CCM|GCM-SHA256|GCM-SHA384|SHA256|SHA384)$/.exec(
      name,
    );
  const [, exchange, bits, rest] = found ?? [];
  if (exchange === undefined || bits === undefined || rest === undefined) return name;
  const mode = rest === 'CCM8' ? 'CCM_8' : rest.startsWith('SHA') ? `CBC_${rest}` : rest.replace('-', '_');
  return `TLS_${exchange.replace('-', '_')}_WITH_AES_${bits}_${mode}`;
}
