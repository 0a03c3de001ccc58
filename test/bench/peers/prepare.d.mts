import type { Command, Prepared } from '../../interop/peers/process.mjs';

/** The command line for `run` or, with the phase `respond` among them, for `startJsonPeer`. */
export type Load = (...args: readonly (string | number)[]) => Command;

export function load(): Promise<Prepared<Load>>;
