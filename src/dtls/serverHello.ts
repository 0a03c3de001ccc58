import { concatBytes } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import { decodeExtensions, encodeExtensions, type Extensions } from './extension';
import { uint16, uint8, vector8, WireReader } from './wire';

/** What a server chose (RFC 5246 §7.4.1.3). */
export interface ServerHello {
  readonly version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** The same as the client's where its session is taken up again. */
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly extensions: Extensions;
}

/** The body of a ServerHello. */
export function encodeServerHello(
  hello: Omit<ServerHello, 'extensions'> & {
    readonly extensions: Omit<Extensions, 'numbers' | 'fault'>;
  },
): Uint8Array {
  return concatBytes([
    uint16(hello.version),
    hello.random,
    vector8(hello.sessionId),
    uint16(hello.cipherSuite),
    uint8(hello.compressionMethod),
    encodeExtensions(hello.extensions, 'server'),
  ]);
}

/** Reads the body of a ServerHello. */
export function decodeServerHello(body: Uint8Array): Decoded<ServerHello> {
  const reader = new WireReader(body);
  const version = reader.uint16();
  const random = reader.bytes(32);
  const sessionId = reader.vector8();
  const suite = reader.uint16();
  const compressionMethod = reader.uint8();
  if (reader.failed) return problem('the ServerHello is cut short', reader.offset, 'SHORT');
  if (sessionId.length > 32) return problem('a session ID of more than 32 bytes', 35, 'SESSION_ID');
  const at = reader.offset;
  const extensions = decodeExtensions(reader, 'server');
  if (extensions.fault) return problem("the ServerHello's extensions are malformed", at, 'EXTENSIONS');
  return decoded({ version, random, sessionId, cipherSuite: suite, compressionMethod, extensions });
}
