import { concatBytes } from '../base/bytes';
import { millis, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import { sentence } from '../base/sentence';
import { captureHeader } from './pcapng';

/** Where a capture's blocks go. */
export interface CaptureSink {
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** The longest file; a capture that was forgotten must not fill the disk. */
const MOST_FILE = 2 ** 30;
/** What waits for the disk: more is left out. */
const MOST_PENDING = 16 * 1024 * 1024;
/** Written at once from here on, else after this long. */
const BATCH = 256 * 1024;
const FLUSH_AFTER = millis(500);

/** Writes blocks of a capture as they come, so that the file can be read after a crash; never keeps its callers waiting. */
export class CaptureWriter {
  private head: Uint8Array[];
  private packets: Uint8Array[] = [];
  private secrets: Uint8Array[] = [];
  private pending = 0;
  private written = 0;
  private leftOut = 0;
  private timer: Timer | undefined;
  private timerSoon = false;
  private writing: Promise<void> = Promise.resolve();
  /** Nothing more is taken. */
  private ended = false;
  private failed = false;
  private reason: string | undefined;

  constructor(
    private readonly sink: CaptureSink,
    private readonly clock: Clock,
    application: string,
    private readonly mostBytes = MOST_FILE,
  ) {
    this.head = [captureHeader(application)];
    this.pending = this.head[0]?.length ?? 0;
    this.arm();
  }

  /** Bytes of the file, with those on their way. */
  get size(): number {
    return this.written + this.pending;
  }

  /** Why the file ended before its capture, or what is not in it. */
  get note(): string | undefined {
    const missing =
      this.leftOut > 0 ? `${this.leftOut} packets came faster than the disk took them.` : undefined;
    return [this.reason, missing].filter((part) => part !== undefined).join(' ') || undefined;
  }

  /** A block of a packet. */
  packet(block: Uint8Array): void {
    if (this.takes(block)) this.packets.push(block);
  }

  /** A block of secrets; it goes before the packets of the same moment, which may be of its session. */
  secret(block: Uint8Array): void {
    if (this.takes(block)) this.secrets.push(block);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.ended = true;
    this.flush();
    await this.writing;
    await this.sink.close().catch((error: unknown) => this.fail(error));
  }

  private takes(block: Uint8Array): boolean {
    if (this.ended) return false;
    if (this.size + block.length > this.mostBytes) {
      this.ended = true;
      this.reason = 'The file reached 1 GiB: what came after is not in it.';
      return false;
    }
    if (this.pending + block.length > MOST_PENDING) {
      this.leftOut++;
      return false;
    }
    this.pending += block.length;
    this.arm();
    return true;
  }

  private arm(): void {
    const soon = this.pending > BATCH;
    if (this.timer && this.timerSoon === soon) return;
    this.timer?.cancel();
    this.timerSoon = soon;
    // Never at once: a secret that is told in this same moment is to go first.
    this.timer = this.clock.after(soon ? millis(0) : FLUSH_AFTER, () => this.flush());
  }

  private flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const batch = concatBytes([...this.head, ...this.secrets, ...this.packets]);
    this.head = [];
    this.secrets = [];
    this.packets = [];
    if (batch.length === 0) return;
    this.writing = this.writing.then(async () => {
      this.pending -= batch.length;
      if (this.failed) return;
      await this.sink.append(batch).then(
        () => void (this.written += batch.length),
        (error: unknown) => this.fail(error),
      );
    });
  }

  private fail(error: unknown): void {
    this.failed = true;
    this.ended = true;
    this.reason = sentence(errorText(error));
  }
}
