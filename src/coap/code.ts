/**
 * A CoAP code: class in the upper three bits, detail in the lower five (RFC 7252 §3).
 * A number, so that codes a peer invents are kept as they came.
 */
export type Code = number;

/** Request and response codes by name (RFC 7252 §12.1, RFC 7959 §2.9, RFC 8132 §4, RFC 8323 §5 for 7.xx). */
export const Codes = {
  EMPTY: 0x00,
  GET: 0x01,
  POST: 0x02,
  PUT: 0x03,
  DELETE: 0x04,
  FETCH: 0x05,
  PATCH: 0x06,
  IPATCH: 0x07,
  CREATED: 0x41,
  DELETED: 0x42,
  VALID: 0x43,
  CHANGED: 0x44,
  CONTENT: 0x45,
  CONTINUE: 0x5f,
  BAD_REQUEST: 0x80,
  UNAUTHORIZED: 0x81,
  BAD_OPTION: 0x82,
  FORBIDDEN: 0x83,
  NOT_FOUND: 0x84,
  METHOD_NOT_ALLOWED: 0x85,
  NOT_ACCEPTABLE: 0x86,
  REQUEST_ENTITY_INCOMPLETE: 0x88,
  CONFLICT: 0x89,
  PRECONDITION_FAILED: 0x8c,
  REQUEST_ENTITY_TOO_LARGE: 0x8d,
  UNSUPPORTED_CONTENT_FORMAT: 0x8f,
  INTERNAL_SERVER_ERROR: 0xa0,
  NOT_IMPLEMENTED: 0xa1,
  SERVICE_UNAVAILABLE: 0xa3,
  GATEWAY_TIMEOUT: 0xa4,
  PROXYING_NOT_SUPPORTED: 0xa5,
  CSM: 0xe1,
  PING: 0xe2,
  PONG: 0xe3,
  RELEASE: 0xe4,
  ABORT: 0xe5,
} as const satisfies Record<string, Code>;

/** `2.05`-style text of a code. */
export const printCode = (code: Code): string => `${code >> 5}.${String(code & 31).padStart(2, '0')}`;

/** Class 0 but not the empty message: a request. */
export const isRequest = (code: Code): boolean => code > 0 && code < 0x20;

/** Class 2: done. */
export const isSuccess = (code: Code): boolean => code >> 5 === 2;

/** Class 2, 4 or 5: a response. */
export const isResponse = (code: Code): boolean => {
  const kind = code >> 5;
  return kind === 2 || kind === 4 || kind === 5;
};
