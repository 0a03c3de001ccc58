import { concatBytes } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { decodeExtensions, encodeExtensions, type Extensions } from './extension';
import { uint16, uint16List, uint8, vector16, vector8, WireReader } from './wire';

/** What a client offers (RFC 6347 §4.2.1). */
export interface ClientHello {
  readonly version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cookie: Uint8Array;
  /** Numbers, in the client's order; {@link cipherSuiteName} has their names. */
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: Uint8Array;
  readonly extensions: Extensions;
}

/** The body of a ClientHello. */
export function encodeClientHello(
  hello: Omit<ClientHello, 'extensions'> & {
    readonly extensions: Omit<Extensions, 'numbers' | 'fault'>;
  },
): Uint8Array {
  return concatBytes([
    uint16(hello.version),
    hello.random,
    vector8(hello.sessionId),
    vector8(hello.cookie),
    vector16(...hello.cipherSuites.map(uint16)),
    vector8(hello.compressionMethods),
    encodeExtensions(hello.extensions, 'client'),
  ]);
}

/** Reads the body of a ClientHello. What is wrong with its extensions is a fact of it, for who sent it is to be answered. */
export function decodeClientHello(body: Uint8Array): Decoded<ClientHello> {
  const reader = new WireReader(body);
  const version = reader.uint16();
  const random = reader.bytes(32);
  const sessionId = reader.vector8();
  const cookie = reader.vector8();
  const cipherSuites = uint16List(reader.vector16());
  const compressionMethods = reader.vector8();
  if (reader.failed) return problem('the ClientHello is cut short', reader.offset, 'SHORT');
  if (sessionId.length > 32) return problem('a session ID of more than 32 bytes', 35, 'SESSION_ID');
  const extensions = decodeExtensions(reader, 'client');
  return decoded({ version, random, sessionId, cookie, cipherSuites, compressionMethods, extensions });
}

/** The body of a HelloVerifyRequest. */
export const encodeHelloVerifyRequest = (version: number, cookie: Uint8Array): Uint8Array =>
  concatBytes([uint16(version), vector8(cookie)]);

/** The cookie of a HelloVerifyRequest. */
export function decodeHelloVerifyRequest(body: Uint8Array): Decoded<Uint8Array> {
  const reader = new WireReader(body);
  reader.uint16();
  const cookie = reader.vector8();
  if (reader.failed || reader.remaining > 0) return problem('a malformed HelloVerifyRequest', reader.offset);
  return decoded(cookie);
}

/** The null compression method, the only one that is safe (RFC 5246 §6.2.2). */
export const NULL_COMPRESSION = uint8(0);
