import { concatBytes, NO_BYTES } from '../base/bytes';
import {
  ContentTypes,
  DTLS_1_2,
  encodeRecord,
  headerLength,
  putHeader,
  type DtlsRecord,
  type RecordHeader,
} from './record';
import type { RecordProtection } from './recordProtection';
import { ReplayWindow } from './replayWindow';
import { uint8 } from './wire';

/** A record that was opened. */
export interface OpenedRecord {
  readonly type: number;
  readonly epoch: number;
  readonly plaintext: Uint8Array;
  /** It has the highest number of its epoch so far. */
  readonly newest: boolean;
}

/** Why a record was not opened. `unready`: its epoch has no keys yet. */
export type Unopened = 'replayed' | 'unverified' | 'unready' | 'malformed';

interface ReadEpoch {
  readonly protection: RecordProtection;
  readonly window: ReplayWindow;
}

/** Sequence numbers end here; an association that sends so much has ended (RFC 6347 §4.1). */
const MAX_SEQUENCE = 2 ** 48 - 1;

/** Epochs 0 (the handshake, in clear) and 1 (protected) of one association, both directions. */
export class RecordLayer {
  private reading: ReadEpoch | undefined;
  private readonly sequences = [0, 0];
  private writeProtection: RecordProtection | undefined;
  /** The peer's connection ID, which its records of epoch 1 carry. */
  private peerCid: Uint8Array = NO_BYTES;
  private expectCid = false;

  /** `first`: the number of the first record, which a server takes from the ClientHello (RFC 6347 §4.2.1). */
  constructor(first = 0) {
    this.sequences[0] = first;
  }

  /** Keys of what the peer sends in epoch 1; `expectCid` where we gave it a connection ID (RFC 9146 §3). */
  readWith(protection: RecordProtection, expectCid: boolean): void {
    this.reading = { protection, window: new ReplayWindow() };
    this.expectCid = expectCid;
  }

  /** Keys of what we send in epoch 1. */
  writeWith(protection: RecordProtection, peerCid: Uint8Array): void {
    this.writeProtection = protection;
    this.peerCid = peerCid;
  }

  get canRead(): boolean {
    return this.reading !== undefined;
  }

  get canWrite(): boolean {
    return this.writeProtection !== undefined;
  }

  /** What a record adds to its text, in bytes. */
  overhead(epoch: number): number {
    if (epoch === 0) return 13;
    const cid = this.peerCid.length > 0 ? this.peerCid.length + 1 : 0;
    return 13 + cid + (this.writeProtection?.overhead ?? 0);
  }

  /** The bytes of the next record, or `undefined` where the epoch has no keys or no numbers left. */
  seal(epoch: 0 | 1, type: number, text: Uint8Array): Uint8Array | undefined {
    const sequence = this.sequences[epoch] ?? 0;
    if (sequence > MAX_SEQUENCE) return undefined;
    if (epoch === 0) {
      this.sequences[0] = sequence + 1;
      return encodeRecord({ type, version: DTLS_1_2, epoch, sequence, cid: NO_BYTES }, text);
    }
    if (!this.writeProtection) return undefined;
    this.sequences[1] = sequence + 1;
    const withCid = this.peerCid.length > 0;
    const header: RecordHeader = {
      type: withCid ? ContentTypes.TLS12_CID : type,
      version: DTLS_1_2,
      epoch,
      sequence,
      cid: this.peerCid,
    };
    const inner = withCid ? concatBytes([text, uint8(type)]) : text;
    const record = this.writeProtection.seal(header, inner, headerLength(header.cid));
    putHeader(record, header);
    return record;
  }

  /** Opens a record; the window moves only for one that verifies. */
  open({ header, fragment }: DtlsRecord): OpenedRecord | Unopened {
    const { epoch, sequence, type } = header;
    // A window over numbers that anyone can forge would shut the real peer out.
    if (epoch === 0) return { type, epoch, plaintext: fragment, newest: false };
    if (epoch !== 1) return 'malformed';
    const { reading } = this;
    if (!reading) return 'unready';
    if (!reading.window.fresh(sequence)) return 'replayed';
    const newest = reading.window.newest(sequence);
    // A record without the ID that was agreed could be moved to another association (RFC 9146 §3).
    if ((type === ContentTypes.TLS12_CID) !== this.expectCid) return 'unverified';
    const text = reading.protection.open(header, fragment);
    if (!text) return 'unverified';
    reading.window.accept(sequence);
    if (!this.expectCid) return { type, epoch, plaintext: text, newest };
    const inner = innerText(text);
    return inner ? { ...inner, epoch, newest } : 'malformed';
  }
}

/** DTLSInnerPlaintext: the text, its real type, and zeros (RFC 9146 §4). */
function innerText(text: Uint8Array): { type: number; plaintext: Uint8Array } | undefined {
  let end = text.length;
  while (end > 0 && text[end - 1] === 0) end--;
  if (end === 0) return undefined;
  return { type: text[end - 1] ?? 0, plaintext: text.subarray(0, end - 1) };
}
