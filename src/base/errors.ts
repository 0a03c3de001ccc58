/** Facts about a failure that a reader of a log or a JSON line may want; never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Something that could not be done (no answer, port in use, aborted, unreadable file). A peer's refusal is a value,
 * and so is wrong foreign input: neither is thrown.
 *
 * `code` is stable (`PORT_IN_USE`, `TIMEOUT`, `ABORTED`, …) and is what callers switch on; `message` says what happened
 * and to what; `next` says what the user can do about it.
 */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly next: string | undefined;
  readonly details: ErrorDetails;

  constructor(
    readonly code: string,
    message: string,
    options: { readonly next?: string; readonly cause?: unknown; readonly details?: ErrorDetails } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.next = options.next;
    this.details = options.details ?? {};
  }
}

/**
 * Whether `error` is an {@link OperationError}, of the given code if one is given. Known by its name: the extension is
 * bundled in two files, each with a class of its own.
 */
export function isOperationError(error: unknown, code?: string): error is OperationError {
  return error instanceof Error && error.name === 'OperationError' && hasCode(error, code);
}

const hasCode = (error: Error, code: string | undefined): boolean =>
  'code' in error && (code === undefined || error.code === code);

/** What a cancelled operation throws: code `ABORTED`, or the signal's own {@link OperationError} reason. */
export function abortError(signal?: { readonly reason?: unknown }): OperationError {
  const reason: unknown = signal?.reason;
  return reason instanceof OperationError
    ? reason
    : new OperationError('ABORTED', 'the operation was cancelled', { cause: reason });
}

/** A mistake of our own: a state that cannot be. Reported, never hidden. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Ends a switch over a union: the compiler refuses it while a member is not handled. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected ${JSON.stringify(value)}`);
}

/** The text of whatever was thrown, bounded to 500 characters. */
export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
