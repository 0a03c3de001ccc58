/** A SHA-256 computation under way (FIPS 180-4). */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The 32 bytes; called once, at the end. */
  digest(): Uint8Array;
}

/** Makes {@link Hasher}s; given, so that the layers above need no crypto of their own. */
export interface HashPort {
  sha256(): Hasher;
}
