/**
 * A short mark of a prose, to tell whether another one says the same without keeping it: FNV-1a over the UTF-16 units,
 * blanks and line ends run together, none at either end. Eight hex digits: good against accidents, not against forgery.
 */
export function textDigest(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  let hash = 0x811c9dc5;
  for (let i = 0; i < plain.length; i++) {
    const unit = plain.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
