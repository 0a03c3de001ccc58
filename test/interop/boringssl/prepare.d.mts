import type { Prepared } from '../peers/process.mjs';

/** A program that runs JavaScript as Node does, with BoringSSL for its cryptography. */
export function boringSslRuntime(): Promise<Prepared<string>>;
