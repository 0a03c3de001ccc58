import { createHash } from 'node:crypto';
import type { HashPort } from '../base/hash';

/** SHA-256 by Node's crypto library. */
export const nodeHash: HashPort = {
  sha256: () => {
    const hash = createHash('sha256');
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.digest()),
    };
  },
};
