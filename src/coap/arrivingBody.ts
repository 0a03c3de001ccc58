import { equalBytes } from '../base/bytes';
import { OperationError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { CollectedBytes } from './collectedBytes';
import { blockSizeOf, type RequestSettings, type Szx } from './exchange';
import type { Message } from './message';
import { OptionNumbers } from './option';
import { findOption, findUint, type Block } from './optionValue';

/** The block that is asked for first: the one that begins after `bytes`, in the largest size that fits. */
export function firstBlock(bytes: number, largest: Szx): Block {
  let szx = largest;
  while (szx > 0 && bytes % blockSizeOf(szx) !== 0) szx = (szx === 7 ? 5 : szx - 1) as Szx;
  return { num: bytes / blockSizeOf(szx), more: false, szx };
}

/** The bytes of a response as they come: into memory up to a limit, or on into a sink. */
export class ArrivingBody {
  bytes = 0;
  total: number | undefined;
  szx: Szx = 7;
  private etag: Uint8Array | undefined;
  private only: Uint8Array | undefined;
  private readonly collected = new CollectedBytes();
  private readonly limit: number;

  constructor(
    private readonly peer: Peer,
    private readonly settings: RequestSettings,
    maxBodyBytes: number,
  ) {
    this.limit = settings.maxBodyBytes ?? maxBodyBytes;
    this.bytes = settings.soFar?.bytes ?? 0;
    this.etag = settings.soFar?.etag;
  }

  /** Whether a block belongs to another state of the resource than those before it (RFC 7959 §2.4). */
  hasChanged(message: Message): boolean {
    const etag = findOption(message.options, OptionNumbers.ETAG);
    this.total ??= findUint(message.options, OptionNumbers.SIZE2);
    if (this.bytes === 0) {
      this.etag = etag;
      if (this.settings.soFar) this.settings.soFar.etag = etag;
      return false;
    }
    return etag === undefined || this.etag === undefined ? etag !== this.etag : !equalBytes(etag, this.etag);
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    const { sink, soFar } = this.settings;
    if (sink) {
      await sink.write(bytes);
      if (soFar) soFar.bytes = this.bytes;
      return;
    }
    if (this.bytes > this.limit) throw tooLarge(this.peer, this.limit);
    // Most responses are one message, whose payload needs no copy.
    if (this.bytes === bytes.length) this.only = bytes;
    else {
      if (this.only) this.collected.append(this.only);
      this.only = undefined;
      this.collected.append(bytes);
    }
  }

  whole(): Uint8Array {
    return this.only ?? this.collected.whole();
  }
}

const tooLarge = (peer: Peer, limit: number): OperationError =>
  new OperationError('BODY_TOO_LARGE', `the response of ${peer.key} is longer than ${limit} bytes`, {
    details: { peer: peer.key, limit },
  });
