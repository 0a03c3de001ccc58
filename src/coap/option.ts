/** A CoAP option as it travels: number and bytes (RFC 7252 §3.1). Order among equal numbers is kept. */
export interface CoapOption {
  readonly number: number;
  readonly value: Uint8Array;
}

/** Option numbers (RFC 7252 §5.10, RFC 7641 §2, RFC 7959 §2.1, RFC 9175 §3). */
export const OptionNumbers = {
  IF_MATCH: 1,
  URI_HOST: 3,
  ETAG: 4,
  IF_NONE_MATCH: 5,
  OBSERVE: 6,
  URI_PORT: 7,
  LOCATION_PATH: 8,
  OSCORE: 9,
  URI_PATH: 11,
  CONTENT_FORMAT: 12,
  MAX_AGE: 14,
  URI_QUERY: 15,
  ACCEPT: 17,
  LOCATION_QUERY: 20,
  BLOCK2: 23,
  BLOCK1: 27,
  SIZE2: 28,
  PROXY_URI: 35,
  PROXY_SCHEME: 39,
  SIZE1: 60,
  ECHO: 252,
  NO_RESPONSE: 258,
  REQUEST_TAG: 292,
} as const;

/** Odd numbers are critical: who doesn't know one must refuse the message (RFC 7252 §5.4.1). */
export const isCritical = (number: number): boolean => (number & 1) === 1;
