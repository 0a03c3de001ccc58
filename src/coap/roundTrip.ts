/**
 * How long to wait for an acknowledgement before a message is sent again, learnt from one peer's round trips
 * (draft-ietf-core-cocoa-03 §4): a strong estimator from exchanges that needed no retransmission, a weak one from those
 * answered after one or two. The answer to an exchange counts once, however often the message or its answer came.
 */
export class RoundTrip {
  private readonly strong = new Estimator(4);
  private readonly weak = new Estimator(1);
  private overall = INITIAL_RTO;
  private updatedAt: number | undefined;

  /** An exchange was answered `roundTrip` milliseconds after its *first* sending, with so many retransmissions. */
  measured(roundTrip: number, retransmissions: number, now: number): void {
    // What came after more than two says more about the back-off than about the link.
    if (retransmissions > 2) return;
    const certain = retransmissions === 0;
    const first = certain && !this.strong.isKnown;
    const estimate = certain ? this.strong.add(roundTrip) : this.weak.addBound(roundTrip);
    const weight = certain ? STRONG_WEIGHT : WEAK_WEIGHT;
    // The first certain answer says all there is to know (RFC 6298 §2.2): no mean with what was a guess.
    this.overall = first ? estimate : weight * estimate + (1 - weight) * this.overall;
    this.overall = Math.min(this.overall, MAX_RTO);
    this.updatedAt = now;
  }

  /** The retransmission time-out at `now`, in milliseconds, before dithering. */
  timeout(now: number): number {
    this.age(now);
    return Math.max(MIN_RTO, this.overall);
  }

  /** An estimate nobody confirms moves back towards the default, step by step (§4.3): a device that slept wakes slowly. */
  private age(now: number): void {
    if (this.updatedAt === undefined) return;
    for (;;) {
      const rto = Math.max(MIN_RTO, this.overall);
      const period = rto < 1000 ? 16 * rto : rto > 3000 ? 4 * rto : Infinity;
      if (now - this.updatedAt <= period) return;
      this.overall = rto < 1000 ? 2 * rto : 1000 + rto / 2;
      this.updatedAt += period;
    }
  }
}

/** ACK_TIMEOUT (RFC 7252 §4.8): what holds before anything was measured. */
const INITIAL_RTO = 2000;
/**
 * @chosen Above what an answer waits for in our own queues, and for one page of flash. A device whose answers are often
 * later raises its estimate by them; one that is late once gets one datagram too many, which it knows as a duplicate. More
 * would be felt on the fast links people develop on: at 200 ms a transfer on loopback with a tenth lost took two minutes.
 */
export const MIN_RTO = 60;
/** §4.2.1 */
export const MAX_RTO = 32_000;
const STRONG_WEIGHT = 0.5;
const WEAK_WEIGHT = 0.25;

/** ACK_RANDOM_FACTOR (RFC 7252 §4.8): the first time-out is drawn from [RTO, 1.5 RTO), `unit` in [0, 1). */
export const dithered = (rto: number, unit: number): number => rto * (1 + 0.5 * unit);

/**
 * The variable back-off factor (§4.2.1): how much longer the next time-out is, given the first and the last. Three only
 * below a second: from there on five losses in a row would be half a minute of silence on a link that answers in 0.1 s.
 */
export const backOff = (first: number, last: number): number => (first > 3000 ? 1.5 : last < 1000 ? 3 : 2);

/** How far above a round trip that never varies a time-out stays, in milliseconds: no timer fires to the point (RFC 6298 §2.3). */
const GRANULARITY = 50;

/** RFC 6298's smoothed round trip and variation, with a weight for the variation. */
class Estimator {
  private smoothed: number | undefined;
  private variation = 0;

  constructor(private readonly variationWeight: number) {}

  /** Whether there was a sample. */
  get isKnown(): boolean {
    return this.smoothed !== undefined;
  }

  /** The time-out that follows from this sample and those before it. */
  add(sample: number): number {
    if (this.smoothed === undefined) {
      this.smoothed = sample;
      this.variation = sample / 2;
    } else {
      this.variation += (Math.abs(this.smoothed - sample) - this.variation) / 4;
      this.smoothed += (sample - this.smoothed) / 8;
    }
    return this.smoothed + Math.max(GRANULARITY, this.variationWeight * this.variation);
  }

  /**
   * The same for a sample that the round trip is no longer than. A lower bound takes the place of a higher one at once:
   * the higher one was mostly our own time-out, and would else come back with every loss for the rest of a transfer.
   */
  addBound(sample: number): number {
    if (this.smoothed !== undefined && sample < this.smoothed) this.smoothed = undefined;
    return this.add(sample);
  }
}
