import { fromHex } from '../base/bytes';
import { millis, type Clock, type Timer } from '../base/clock';
import { errorText, OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import type { ByteSource } from '../base/files';
import type { Logger } from '../base/log';
import type { Peer, Scheme, SocketAddress } from '../transport/ports';
import type { Offer, OfferActivity } from './offer';
import type { StagedImage } from './stagedImage';

/** `went-on` is told no more often than this. */
const TOLD_EVERY_MS = 250;
/** Bytes of the ETag: the first of the image's SHA-256 (at most 8 in CoAP, RFC 7252 §5.10.6). */
const ETAG_LENGTH = 8;
/** Fetching sides remembered of one offer; the oldest is forgotten. */
const MAX_TRANSFERS = 256;
/** A CoAP transfer without a question for this long is no longer under way (MAX_TRANSMIT_WAIT, RFC 7252 §4.8.2). */
const UNDER_WAY_MS = 93_000;

/** How far one side came with fetching the image. */
interface Transfer {
  readonly key: string;
  readonly protocol: Scheme;
  /** A secured session may move to another address. */
  from: SocketAddress;
  /** End of the furthest byte sent. */
  furthest: number;
  complete: boolean;
  cut: boolean;
  askedAt: number;
}

/** One request's bytes going out; `end` is the offset in the image after the last one. */
export interface Fetch {
  sent(end: number): void;
  /** The connection ended before all that was asked for had gone out. */
  cut(end: number): void;
}

/** Who asks for an image. `key` is of a CoAP peer; HTTP has none. */
export interface Asking extends Pick<Peer, 'address' | 'identity'> {
  readonly key?: string;
}

/**
 * Whom a download is of: by CoAP each peer, which is a session where it is secured and a connection over TCP; by HTTP
 * each host, since one download may take many connections.
 */
const keyOf = (protocol: Scheme, { key, address }: Asking): string => `${protocol} ${key ?? address.host}`;

/** An offer while it lasts: its bytes, opened once for all who fetch, and who fetches them how far. */
export class LiveOffer implements Offer {
  readonly path: string;
  /** First bytes of the SHA-256: the same in both protocols and after a restart. */
  readonly etag: Uint8Array;
  /** The image's bytes; reading fails with `WITHDRAWN` after the end, which cuts whoever still fetches. */
  readonly bytes: ByteSource;
  private readonly activity = new Emitter<OfferActivity>();
  readonly onActivity = this.activity.event;
  private readonly transfers = new Map<string, Transfer>();
  private toldAt = -Infinity;
  /** Tells how far a side came whose last bytes came too soon after those told before. */
  private withheld: Timer | undefined;
  private withdrawn = false;

  constructor(
    readonly id: string,
    readonly image: StagedImage,
    private readonly source: ByteSource,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly ended: (offer: LiveOffer) => void,
    readonly served?: readonly string[],
    readonly endpointName?: string,
  ) {
    this.path = `/f/${id}`;
    this.etag = (fromHex(image.facts.sha256) ?? new Uint8Array(ETAG_LENGTH)).slice(0, ETAG_LENGTH);
    this.bytes = {
      size: source.size,
      read: (offset, length) => {
        if (this.withdrawn) return Promise.reject(withdrawnError(this.path));
        return source.read(offset, length);
      },
      readNow: (offset, length) => (this.withdrawn ? undefined : source.readNow(offset, length)),
      // shared: the offer closes it
      close: () => Promise.resolve(),
    };
  }

  /** A request for bytes from `offset` on, before the first is sent; what it returns is told how it goes on. */
  asked(protocol: Scheme, asking: Asking, offset: number): Fetch {
    const key = keyOf(protocol, asking);
    const from = asking.address;
    const before = this.transfers.get(key);
    // A download in ranges, or after a forgotten block, goes on; only a jump or a broken connection is a resumption.
    if (before && !before.cut && offset > 0 && before.furthest === offset) {
      before.askedAt = this.clock.now();
      before.from = from;
      return this.fetchOf(before);
    }
    const transfer: Transfer = {
      key,
      protocol,
      from,
      furthest: offset,
      complete: false,
      cut: false,
      askedAt: this.clock.now(),
    };
    this.transfers.delete(key);
    const [oldest] = this.transfers.keys();
    if (this.transfers.size >= MAX_TRANSFERS && oldest !== undefined) this.transfers.delete(oldest);
    this.transfers.set(key, transfer);
    this.tell(transfer, offset, offset > 0 ? 'resumed' : 'begun');
    return this.fetchOf(transfer);
  }

  private fetchOf(transfer: Transfer): Fetch {
    return {
      sent: (end) => {
        transfer.askedAt = this.clock.now();
        transfer.furthest = Math.max(transfer.furthest, end);
        if (transfer.furthest < this.bytes.size) return this.tell(transfer, transfer.furthest, 'went-on');
        if (transfer.complete) return;
        transfer.complete = true;
        this.tell(transfer, this.bytes.size, 'complete');
      },
      cut: (end) => {
        // The end of an old connection may be noticed after the device resumed by a new one.
        if (this.transfers.get(transfer.key) === transfer) this.cut(transfer, end);
      },
    };
  }

  private cut(transfer: Transfer, end: number): void {
    if (transfer.cut || transfer.complete) return;
    transfer.cut = true;
    this.tell(transfer, end, 'cut');
  }

  withdraw(): void {
    if (this.withdrawn) return;
    this.withdrawn = true;
    this.withheld?.cancel();
    this.ended(this);
    const all = [...this.transfers.values()];
    const since = this.clock.now() - UNDER_WAY_MS;
    // An image that was fetched whole is what its device wanted, by whatever earlier address it began.
    if (!all.some(({ complete }) => complete))
      for (const transfer of all) if (transfer.askedAt >= since) this.cut(transfer, transfer.furthest);
    this.source
      .close()
      .catch((error: unknown) =>
        this.log.log('warn', `${this.image.copy} could not be closed: ${errorText(error)}`),
      );
  }

  private tell(transfer: Transfer, bytes: number, kind: OfferActivity['kind']): void {
    const { protocol, from } = transfer;
    const now = this.clock.now();
    if (kind === 'went-on' && now - this.toldAt < TOLD_EVERY_MS) {
      this.withheld ??= this.clock.after(millis(this.toldAt + TOLD_EVERY_MS - now), () => {
        this.withheld = undefined;
        this.tell(transfer, transfer.furthest, kind);
      });
      return;
    }
    this.withheld?.cancel();
    this.withheld = undefined;
    this.toldAt = now;
    try {
      this.activity.fire({ protocol, from, bytes, total: this.bytes.size, kind });
    } catch (error) {
      // who listens must not break the device's download
      this.log.log('error', `following the download of ${this.path} failed: ${errorText(error)}`);
    }
  }
}

const withdrawnError = (path: string): OperationError =>
  new OperationError('WITHDRAWN', `${path} is not offered any more`);
