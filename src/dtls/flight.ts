import { concatBytes } from '../base/bytes';
import { millis, type Timer } from '../base/clock';
import { fragmentsOf, handshakeName, type HandshakeMessage } from './handshakeMessage';
import { ContentTypes } from './record';
import type { RecordLayer } from './recordLayer';
import type { FullSettings } from './settings';

/** A step of a flight: a message with the epoch it is sent in, or the change of the cipher. */
export type FlightStep =
  { readonly message: HandshakeMessage; readonly epoch: 0 | 1 } | { readonly message: undefined };

/** The change of the cipher (RFC 5246 §7.1): no handshake message, and no part of its hash. */
export const CHANGE_CIPHER_SPEC: FlightStep = { message: undefined };

/** What a flight tells its owner. */
export interface FlightOwner {
  transmit(datagram: Uint8Array): void;
  flightSent(flight: readonly string[], transmission: number): void;
  flightUnanswered(flight: readonly string[], transmissions: number): void;
}

const CCS_BODY = Uint8Array.of(1);

/** Sends flights of one association, again and again until the peer answers (RFC 6347 §4.2.4). */
export class FlightSender {
  private steps: readonly FlightStep[] = [];
  private transmissions = 0;
  /** Those of the timer alone: a peer that repeats on a slow link is there, and spends nothing of our patience. */
  private timed = 0;
  private sentAt = 0;
  private timer: Timer | undefined;
  private wait = 0;
  private answering = false;

  constructor(
    private readonly layer: RecordLayer,
    private readonly settings: FullSettings,
    private readonly owner: FlightOwner,
    /** Longest text of a record, as agreed. */
    public maxFragment: number,
  ) {}

  /** Sends a flight in place of the one before. `awaits`: it is repeated by itself until it is answered. */
  send(steps: readonly FlightStep[], awaits: boolean): void {
    this.stop();
    this.steps = steps;
    this.transmissions = 0;
    this.timed = 1;
    this.answering = false;
    this.wait = this.settings.initialTimeout;
    this.transmit();
    if (awaits) this.arm();
  }

  /** The peer's answer has begun to arrive. */
  answerBegun(): void {
    this.answering = true;
  }

  /**
   * The peer repeats what this flight answers: it has not heard it, or not yet. Once in half of the first wait: no sender
   * waits less, and an answer is longer than what asks for it.
   */
  repeat(): void {
    if (this.answering || this.steps.length === 0) return;
    const { clock, initialTimeout } = this.settings;
    if (clock.now() - this.sentAt >= initialTimeout / 2) this.transmit();
  }

  /** No more by itself; {@link repeat} still can. */
  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    this.timer = this.settings.clock.after(millis(this.wait), () => {
      if (this.timed >= this.settings.maxTransmissions) {
        this.owner.flightUnanswered(this.names(), this.transmissions);
        return;
      }
      this.wait = Math.min(this.wait * 2, this.settings.maxTimeout);
      this.timed++;
      this.transmit();
      this.arm();
    });
  }

  private names(): string[] {
    return this.steps.map(({ message }) => (message ? handshakeName(message.type) : 'ChangeCipherSpec'));
  }

  private transmit(): void {
    this.transmissions++;
    this.sentAt = this.settings.clock.now();
    this.owner.flightSent(this.names(), this.transmissions);
    let datagram: Uint8Array[] = [];
    let length = 0;
    const flush = () => {
      if (length > 0) this.owner.transmit(concatBytes(datagram));
      datagram = [];
      length = 0;
    };
    for (const record of this.records()) {
      if (length + record.length > this.settings.maxDatagram) flush();
      datagram.push(record);
      length += record.length;
    }
    flush();
  }

  private *records(): Iterable<Uint8Array> {
    for (const step of this.steps) {
      const epoch = step.message ? step.epoch : 0;
      const room = Math.min(this.maxFragment, this.settings.maxDatagram - this.layer.overhead(epoch));
      const [type, texts] = step.message
        ? ([ContentTypes.HANDSHAKE, fragmentsOf(step.message, room)] as const)
        : ([ContentTypes.CHANGE_CIPHER_SPEC, [CCS_BODY]] as const);
      for (const text of texts) {
        const record = this.layer.seal(epoch, type, text);
        if (record) yield record;
      }
    }
  }
}
