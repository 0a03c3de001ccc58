import { NO_BYTES, toHex } from '../base/bytes';
import { seconds, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { ByteSink } from '../base/files';
import type { Logger } from '../base/log';
import type { Peer } from '../transport/ports';
import { ByPeer } from './byPeer';
import { Codes, type Code } from './code';
import { CollectedBytes } from './collectedBytes';
import type { CoapService, OutgoingResponse, Szx } from './exchange';
import type { Incoming } from './incoming';
import { OptionNumbers, type CoapOption } from './option';
import { blockOffset, blockOption, holds, uintOption, type Block } from './optionValue';
import { resourceName, type RequestHead } from './requestHead';

/** Bodies that strangers may have under way at once, and the memory they may take together. */
const MAX_TRANSFERS = 4096;
const MAX_TOTAL_BYTES = 32 << 20;
/** EXCHANGE_LIFETIME (RFC 7959 §2.5): how long the next block may keep us waiting. */
const TRANSFER_LIFETIME = 247_000;
const SWEEP_EVERY = seconds(30);

/** What happens with a body that has arrived whole. */
export interface BodyUser {
  readonly service: CoapService;
  /** All of the body is there (empty where it went to a sink). */
  complete(incoming: Incoming, head: RequestHead, body: Uint8Array): void;
  /** A response of the service's, before the body came. */
  refuse(incoming: Incoming, head: RequestHead, response: OutgoingResponse): void;
}

/**
 * Puts together the bodies of requests that come in blocks (RFC 7959 §2.5). Found by peer, resource and Request-Tag and
 * not by token: senders may take a new token for every block, and many do.
 */
export class BodyReceiver {
  private readonly transfers = new ByPeer<string, Transfer>();
  private totalBytes = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly szx: Szx,
    private readonly maxBodyBytes: number,
    private readonly user: BodyUser,
  ) {}

  receive(incoming: Incoming, head: RequestHead, block: Block): void {
    const { payload } = incoming.message;
    if (!holds(block, payload.length)) {
      return refuse(incoming, Codes.BAD_REQUEST, [blockOption(OptionNumbers.BLOCK1, block)]);
    }
    const key = head.requestTag ? `${resourceName(head)}@${toHex(head.requestTag)}` : resourceName(head);
    let transfer = this.transfers.get(head.peer, key);
    if (block.num === 0) {
      if (transfer) this.abort(transfer, 'begun anew');
      transfer = this.begin(incoming, head, block, key);
      if (!transfer) return;
    }
    const offset = blockOffset(block);
    // Nor is one taken that would repeat some bytes and bring others: no sender in step does that.
    const overlaps = transfer && offset < transfer.received && offset + payload.length > transfer.received;
    if (!transfer || offset > transfer.received || overlaps) {
      return refuse(incoming, Codes.REQUEST_ENTITY_INCOMPLETE, [blockOption(OptionNumbers.BLOCK1, block)]);
    }
    if (transfer.writing) return incoming.drop();
    transfer.expires = this.clock.now() + TRANSFER_LIFETIME;
    if (offset < transfer.received) {
      // Came before, in another message: its acknowledgement was lost on the way.
      return this.next(incoming, block);
    }
    this.append(incoming, transfer, head, block);
  }

  /** Throws away what has come from a peer so far. */
  forget(peer: Peer): void {
    for (const transfer of this.transfers.of(peer)) this.abort(transfer, 'peer forgotten');
  }

  dispose(): void {
    this.timer?.cancel();
    for (const transfer of this.transfers.all()) this.abort(transfer, 'endpoint closed');
  }

  private begin(incoming: Incoming, head: RequestHead, block: Block, key: string): Transfer | undefined {
    const target = this.user.service.receiveBody?.(head);
    if (target && 'code' in target) {
      this.user.refuse(incoming, head, target);
      return undefined;
    }
    if (!target && (head.size1 ?? 0) > this.maxBodyBytes) {
      this.tooLarge(incoming, block);
      return undefined;
    }
    if (this.transfers.size >= MAX_TRANSFERS) {
      if (target) void this.ended(target.abort());
      refuse(incoming, Codes.SERVICE_UNAVAILABLE, [uintOption(OptionNumbers.MAX_AGE, 30)]);
      return undefined;
    }
    const transfer = new Transfer(key, head, target);
    this.transfers.set(head.peer, key, transfer);
    this.timer ??= this.clock.after(SWEEP_EVERY, this.sweep);
    return transfer;
  }

  private append(incoming: Incoming, transfer: Transfer, last: RequestHead, block: Block): void {
    const { payload } = incoming.message;
    if (transfer.sink) {
      let written: Promise<void> | undefined;
      try {
        written = transfer.sink.write(payload);
      } catch (error) {
        return this.unwritable(incoming, transfer, error);
      }
      transfer.received += payload.length;
      if (written) {
        transfer.writing = true;
        incoming.acknowledgeSoon();
        written.then(
          () => {
            transfer.writing = false;
            if (this.isCurrent(transfer)) this.appended(incoming, transfer, last, block);
          },
          (error: unknown) => this.unwritable(incoming, transfer, error),
        );
        return;
      }
    } else {
      if (transfer.received + payload.length > this.maxBodyBytes) {
        this.remove(transfer);
        return this.tooLarge(incoming, block);
      }
      if (this.totalBytes + payload.length > MAX_TOTAL_BYTES) {
        this.remove(transfer);
        return refuse(incoming, Codes.SERVICE_UNAVAILABLE, [uintOption(OptionNumbers.MAX_AGE, 30)]);
      }
      this.totalBytes += payload.length;
      transfer.received += payload.length;
      transfer.collected.append(payload);
    }
    this.appended(incoming, transfer, last, block);
  }

  private appended(incoming: Incoming, transfer: Transfer, last: RequestHead, block: Block): void {
    if (block.more) return this.next(incoming, block);
    const { sink, collected } = transfer;
    this.remove(transfer);
    // What is asked of the answer may stand in the first message, or in the last, which the answer comes to (RFC 7959 §3.3).
    const block2 = last.block2 ?? transfer.head.block2;
    const wantsSize2 = last.wantsSize2 || transfer.head.wantsSize2;
    const head = { ...transfer.head, block1: block, block2, wantsSize2 };
    if (!sink) return this.user.complete(incoming, head, collected.whole());
    incoming.acknowledgeSoon();
    sink
      .close()
      .then(() => this.user.complete(incoming, head, NO_BYTES))
      .catch((error: unknown) => this.unwritable(incoming, transfer, error));
  }

  /** Asks for the block after this one, in our size where the sender's is larger. */
  private next(incoming: Incoming, block: Block): void {
    const szx = Math.min(block.szx, this.szx) as Szx;
    incoming.respond(Codes.CONTINUE, [blockOption(OptionNumbers.BLOCK1, { ...block, szx })]);
  }

  private tooLarge(incoming: Incoming, block: Block): void {
    const szx = Math.min(block.szx, this.szx) as Szx;
    refuse(incoming, Codes.REQUEST_ENTITY_TOO_LARGE, [
      blockOption(OptionNumbers.BLOCK1, { ...block, szx }),
      uintOption(OptionNumbers.SIZE1, this.maxBodyBytes),
    ]);
  }

  private unwritable(incoming: Incoming, transfer: Transfer, error: unknown): void {
    this.log.log('error', `${transfer.head.peer.key}: a body could not be stored: ${errorText(error)}`);
    this.abort(transfer, 'not stored');
    refuse(incoming, Codes.INTERNAL_SERVER_ERROR, []);
  }

  private isCurrent(transfer: Transfer): boolean {
    return this.transfers.get(transfer.head.peer, transfer.key) === transfer;
  }

  private remove(transfer: Transfer): void {
    if (!this.isCurrent(transfer)) return;
    this.transfers.delete(transfer.head.peer, transfer.key);
    if (!transfer.sink) this.totalBytes -= transfer.received;
  }

  private abort(transfer: Transfer, why: string): void {
    if (!this.isCurrent(transfer)) return;
    const { head, received, sink } = transfer;
    this.log.log(
      'debug',
      `${head.peer.key}: body of /${head.path.join('/')} dropped at ${received} bytes: ${why}`,
    );
    this.remove(transfer);
    if (sink) void this.ended(sink.abort());
  }

  private async ended(abort: Promise<void>): Promise<void> {
    try {
      await abort;
    } catch (error) {
      this.log.log('warn', `a partial body could not be removed: ${errorText(error)}`);
    }
  }

  private readonly sweep = (): void => {
    const now = this.clock.now();
    for (const transfer of this.transfers.all()) {
      if (transfer.expires <= now) this.abort(transfer, 'the next block never came');
    }
    this.timer = this.transfers.size > 0 ? this.clock.after(SWEEP_EVERY, this.sweep) : undefined;
  };
}

/** A body under way. */
class Transfer {
  received = 0;
  expires = 0;
  /** The sink has not taken the last block yet. */
  writing = false;
  readonly collected = new CollectedBytes();

  constructor(
    readonly key: string,
    readonly head: RequestHead,
    readonly sink: ByteSink | undefined,
  ) {}
}

const refuse = (incoming: Incoming, code: Code, options: readonly CoapOption[]): void =>
  incoming.respond(code, options);
