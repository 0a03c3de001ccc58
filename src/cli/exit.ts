/** Exit codes of the terminal program; scripts rely on them. */
export const ExitCodes = {
  DONE: 0,
  /** Done, and the answer is no: update failed, device refused, lint found errors. */
  NO: 1,
  /** The command line is wrong. */
  USAGE: 2,
  /** It could not be done: no such device, no answer, port in use, unreadable file. */
  NOT_DONE: 3,
  INTERRUPTED: 130,
} as const;

/** An exit code. */
export type ExitCode = (typeof ExitCodes)[keyof typeof ExitCodes];

/** Codes of `OperationError` that mean the command line, not the world, is at fault. */
export const USAGE_CODES: ReadonlySet<string> = new Set([
  'USAGE',
  'BAD_LISTEN_URI',
  'BAD_FAULT',
  'BAD_HOST',
  'BAD_URI_TEMPLATE',
  'NAME_TOO_LONG',
]);
