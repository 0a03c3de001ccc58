/** How much a line matters: `trace` wire messages · `debug` steps · `info` what a user wants to know · `warn`, `error` what a user must know. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Where log lines go. One line an event, the endpoint's name first where there is one; never a key, never a raw control character. */
export interface Logger {
  log(level: LogLevel, message: string): void;
}

/** A logger that keeps nothing: for tests, and where the owner gave none. */
export const NO_LOG: Logger = { log: () => undefined };
