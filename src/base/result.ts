/** What is wrong with foreign input: a sentence, where it begins (byte or character offset), and a stable code where callers need one. */
export interface Problem {
  readonly message: string;
  readonly offset: number;
  readonly code?: string;
}

/** Foreign input, decoded: the value, or the problem that kept it from being one. Decoders never throw. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** A decoded value. */
export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value });

/** A problem at `offset`. */
export const problem = (message: string, offset: number, code?: string): Decoded<never> => ({
  ok: false,
  problem: code === undefined ? { message, offset } : { message, offset, code },
});
