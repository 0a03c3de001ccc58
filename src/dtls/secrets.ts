import { concatBytes } from '../base/bytes';
import { encodeHandshake, type HandshakeMessage } from './handshakeMessage';
import { extendedMasterSecret, masterSecret, sha256 } from './prf';

/** The messages of a handshake so far, as Finished and CertificateVerify cover them (RFC 6347 §4.2.6). */
export class Transcript {
  private messages: Uint8Array[] = [];

  add(message: HandshakeMessage): void {
    this.messages.push(encodeHandshake(message));
  }

  /** A HelloVerifyRequest, and the ClientHello it answers, are no part of it. */
  clear(): void {
    this.messages = [];
  }

  bytes(): Uint8Array {
    return concatBytes(this.messages);
  }

  hash(): Uint8Array {
    return sha256(...this.messages);
  }
}

/** What both sides agreed on before the keys. */
export interface Agreed {
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly extendedMasterSecret: boolean;
}

/** The master secret; `sessionHash` covers everything up to ClientKeyExchange (RFC 7627 §4). */
export const deriveMaster = (agreed: Agreed, premaster: Uint8Array, sessionHash: Uint8Array): Uint8Array =>
  agreed.extendedMasterSecret
    ? extendedMasterSecret(premaster, sessionHash)
    : masterSecret(premaster, agreed.clientRandom, agreed.serverRandom);
