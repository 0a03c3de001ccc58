import type { Command, Prepared } from '../process.mjs';

/** Command lines to give to `startJsonPeer`; the options stand above the class of each program. */
export interface Leshan {
  /** `ForeignDevice --server URI --endpoint NAME …`. */
  device(...args: readonly (string | number)[]): Command;
  /** `ForeignServer --port P …`. */
  server(...args: readonly (string | number)[]): Command;
}

export function leshan(): Promise<Prepared<Leshan>>;
