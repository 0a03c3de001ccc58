import { concatBytes, decodeUtf8Lenient, encodeUtf8, NO_BYTES } from '../base/bytes';
import { uint16, uint16List, uint8, vector16, vector8, WireReader } from './wire';

/** Extensions that are understood (IANA TLS ExtensionType Values). */
export const ExtensionTypes = {
  SERVER_NAME: 0,
  MAX_FRAGMENT_LENGTH: 1,
  SUPPORTED_GROUPS: 10,
  EC_POINT_FORMATS: 11,
  SIGNATURE_ALGORITHMS: 13,
  CLIENT_CERTIFICATE_TYPE: 19,
  SERVER_CERTIFICATE_TYPE: 20,
  ENCRYPT_THEN_MAC: 22,
  EXTENDED_MASTER_SECRET: 23,
  CONNECTION_ID: 54,
  RENEGOTIATION_INFO: 0xff01,
} as const;

/** secp256r1 (RFC 8422 §5.1.1). */
export const SECP256R1 = 23;
/** ecdsa_secp256r1_sha256 (RFC 5246 §7.4.1.4.1). */
export const ECDSA_SHA256 = 0x0403;
/** Kinds of certificate (RFC 7250 §3). */
export const CertificateTypes = { X509: 0, RAW_PUBLIC_KEY: 2 } as const;

/** An extension as it stands in a hello. */
export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * What is wrong with a hello's extensions: one, or without `type` the list itself, is not built as it has to be; a value is
 * none of those there are (RFC 6066 §4); one comes twice (RFC 5246 §7.4.1.4).
 */
export interface ExtensionFault {
  readonly kind: 'malformed' | 'illegal' | 'twice';
  readonly type: number | undefined;
}

/** What a hello's extensions say; what a side did not send is absent. */
export interface Extensions {
  readonly serverName?: string;
  /** Bytes: 512, 1024, 2048 or 4096 (RFC 6066 §4). */
  readonly maxFragmentLength?: number;
  readonly supportedGroups?: readonly number[];
  readonly signatureAlgorithms?: readonly number[];
  readonly clientCertificateTypes?: readonly number[];
  readonly serverCertificateTypes?: readonly number[];
  readonly encryptThenMac?: boolean;
  readonly extendedMasterSecret?: boolean;
  /** The ID that records *to* the sender of the hello are to carry; empty: none (RFC 9146 §3). */
  readonly connectionId?: Uint8Array;
  /** verify_data of an earlier handshake; empty in a first one (RFC 5746 §3.2). */
  readonly renegotiationInfo?: Uint8Array;
  /** Numbers of all extensions, in their order: what tells client libraries apart. */
  readonly numbers: readonly number[];
  /** The first thing wrong with them; what could be read stands beside it. */
  readonly fault?: ExtensionFault;
}

/** Who sent the hello: the two sides write some extensions differently. */
export type HelloSide = 'client' | 'server';

/** The vector of extensions with its length, nothing where there are none. */
export function encodeExtensions(e: Omit<Extensions, 'numbers' | 'fault'>, side: HelloSide): Uint8Array {
  const list: Uint8Array[] = [];
  const add = (type: number, data: Uint8Array) => void list.push(uint16(type), vector16(data));
  if (e.renegotiationInfo) add(ExtensionTypes.RENEGOTIATION_INFO, vector8(e.renegotiationInfo));
  if (e.serverName !== undefined) {
    const name = vector16(concatBytes([uint8(0), vector16(encodeUtf8(e.serverName))]));
    add(ExtensionTypes.SERVER_NAME, side === 'client' ? name : NO_BYTES);
  }
  const length = e.maxFragmentLength === undefined ? 0 : Math.log2(e.maxFragmentLength) - 8;
  if (length > 0) add(ExtensionTypes.MAX_FRAGMENT_LENGTH, uint8(length));
  if (e.supportedGroups) {
    if (side === 'client') {
      add(ExtensionTypes.SUPPORTED_GROUPS, vector16(...e.supportedGroups.map(uint16)));
    }
    add(ExtensionTypes.EC_POINT_FORMATS, vector8(uint8(0)));
  }
  if (e.signatureAlgorithms) {
    add(ExtensionTypes.SIGNATURE_ALGORITHMS, vector16(...e.signatureAlgorithms.map(uint16)));
  }
  const types = (list: readonly number[]) =>
    side === 'client' ? vector8(Uint8Array.from(list)) : Uint8Array.from(list);
  if (e.clientCertificateTypes) add(ExtensionTypes.CLIENT_CERTIFICATE_TYPE, types(e.clientCertificateTypes));
  if (e.serverCertificateTypes) add(ExtensionTypes.SERVER_CERTIFICATE_TYPE, types(e.serverCertificateTypes));
  if (e.encryptThenMac) add(ExtensionTypes.ENCRYPT_THEN_MAC, NO_BYTES);
  if (e.extendedMasterSecret) add(ExtensionTypes.EXTENDED_MASTER_SECRET, NO_BYTES);
  if (e.connectionId) add(ExtensionTypes.CONNECTION_ID, vector8(e.connectionId));
  return list.length === 0 ? NO_BYTES : vector16(...list);
}

/** More extensions than any honest hello has. */
const MAX_EXTENSIONS = 64;

/** Reads the rest of a hello as extensions, with what is wrong with them. */
export function decodeExtensions(reader: WireReader, side: HelloSide): Extensions {
  const found = new Map<number, Uint8Array>();
  const read = new ExtensionData(found, side, listed(reader, found));
  const extensions: Extensions = {
    numbers: [...found.keys()],
    ...present('serverName', read.serverName()),
    ...present('maxFragmentLength', read.maxFragmentLength()),
    ...present('supportedGroups', read.list16(ExtensionTypes.SUPPORTED_GROUPS)),
    ...present('signatureAlgorithms', read.list16(ExtensionTypes.SIGNATURE_ALGORITHMS)),
    ...present('clientCertificateTypes', read.types(ExtensionTypes.CLIENT_CERTIFICATE_TYPE)),
    ...present('serverCertificateTypes', read.types(ExtensionTypes.SERVER_CERTIFICATE_TYPE)),
    ...present('encryptThenMac', found.has(ExtensionTypes.ENCRYPT_THEN_MAC) || undefined),
    ...present('extendedMasterSecret', found.has(ExtensionTypes.EXTENDED_MASTER_SECRET) || undefined),
    ...present('connectionId', read.vector(ExtensionTypes.CONNECTION_ID)),
    ...present('renegotiationInfo', read.vector(ExtensionTypes.RENEGOTIATION_INFO)),
  };
  return read.fault ? { ...extensions, fault: read.fault } : extensions;
}

/** Takes the extensions out of their list, as far as they can be told apart; and what is wrong with it. */
function listed(reader: WireReader, found: Map<number, Uint8Array>): ExtensionFault | undefined {
  if (reader.remaining === 0) return undefined;
  const all = new WireReader(reader.vector16());
  while (all.remaining > 0) {
    const type = all.uint16();
    const data = all.vector16();
    if (found.has(type)) return { kind: 'twice', type };
    if (all.failed || found.size >= MAX_EXTENSIONS) return { kind: 'malformed', type: undefined };
    found.set(type, data);
  }
  return reader.failed || reader.remaining > 0 ? { kind: 'malformed', type: undefined } : undefined;
}

const present = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });

class ExtensionData {
  constructor(
    private readonly found: ReadonlyMap<number, Uint8Array>,
    private readonly side: HelloSide,
    /** The first there is. */
    public fault: ExtensionFault | undefined,
  ) {}

  serverName(): string | undefined {
    if (this.side === 'server') return undefined;
    return this.whole(ExtensionTypes.SERVER_NAME, (reader) => {
      const list = new WireReader(reader.vector16());
      list.uint8();
      const name = list.vector16();
      if (list.failed) reader.failed = true;
      return decodeUtf8Lenient(name.subarray(0, 255));
    });
  }

  maxFragmentLength(): number | undefined {
    const type = ExtensionTypes.MAX_FRAGMENT_LENGTH;
    const code = this.whole(type, (reader) => reader.uint8());
    if (code === undefined) return undefined;
    if (code >= 1 && code <= 4) return 256 << code;
    this.fault ??= { kind: 'illegal', type };
    return undefined;
  }

  list16(type: number): number[] | undefined {
    return this.whole(type, (reader) => uint16List(reader.vector16()));
  }

  types(type: number): number[] | undefined {
    return this.whole(type, (reader) => (this.side === 'client' ? [...reader.vector8()] : [reader.uint8()]));
  }

  vector(type: number): Uint8Array | undefined {
    return this.whole(type, (reader) => reader.vector8());
  }

  private whole<T>(type: number, read: (reader: WireReader) => T): T | undefined {
    const data = this.found.get(type);
    if (!data) return undefined;
    const reader = new WireReader(data);
    const value = read(reader);
    if (!reader.failed && reader.remaining === 0) return value;
    this.fault ??= { kind: 'malformed', type };
    return undefined;
  }
}
