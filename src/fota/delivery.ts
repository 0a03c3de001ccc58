import type { Answer } from '../lwm2m/server';

/** An image on its way: by push or by pull, the wait for Downloaded is the same. */
export interface Delivery {
  readonly total: number;
  /** Someone else's server makes it, so that nothing of it is seen here. */
  readonly unseen?: true;
  /** The end of the furthest byte that went. */
  bytes(): number;
  /** Whether the device asked for, or acknowledged, anything. */
  begun(): boolean;
  /** All of it went and was acknowledged. */
  complete(): boolean;
  /** The device says that it has all, whether or not it acknowledged the last of it. */
  arrived?(): void;
  /** What ended it early, where something did. */
  failure(): { readonly answer: Answer } | { readonly error: unknown } | undefined;
  /** Ends it on our side; tells the device nothing. */
  stop(): void;
}
