/** 32 bits that tell two byte strings apart by their length and first `limit` bytes (FNV-1a). Not against an adversary. */
export function fingerprint(bytes: Uint8Array, limit: number): number {
  let hash = 0x811c9dc5 ^ bytes.length;
  const end = Math.min(bytes.length, limit);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
