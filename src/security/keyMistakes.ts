import { decodeUtf8, encodeUtf8, fromHex, toHex } from '../base/bytes';
import { DEMO_KEYS } from './pskKey';
import type { PskCredential } from './credential';

/** What a device may have made of a key on its way into it. */
export type KeyMistake =
  | 'hexTakenAsText'
  | 'textTakenAsHex'
  | 'lineBreakAdded'
  | 'otherLetterCase'
  | 'cutShort'
  | 'zeroFilled'
  | 'demoKey'
  | 'otherEndpoint';

/** A key that a device may hold in place of the right one. `key` is secret. */
export interface LikelyKey {
  readonly mistake: KeyMistake;
  readonly key: Uint8Array;
  /** What happened, as a sentence that tells no key. */
  readonly message: string;
  readonly next: string;
}

/** Sizes of the buffers that keys are cut to or filled up to. */
const BUFFERS = [8, 16, 24, 32, 48, 64] as const;
/** Other endpoints' keys that are tried. */
const MAX_OTHERS = 256;

/**
 * Keys that a device may hold where it should hold `credential`'s, likeliest first and each once: a record that does not
 * verify with the right key is tried with these, and the one that verifies names the mistake.
 */
export function likelyKeys(
  credential: PskCredential,
  others: Iterable<PskCredential> = [],
): readonly LikelyKey[] {
  const seen = new Set([toHex(credential.key)]);
  const likely: LikelyKey[] = [];
  const add = (mistake: KeyMistake, key: Uint8Array | undefined, message: string, next: string) => {
    if (!key || key.length === 0 || seen.has(toHex(key))) return;
    seen.add(toHex(key));
    likely.push({ mistake, key, message, next });
  };
  const { key } = credential;
  const hex = toHex(key);
  const text = printable(key);
  const again = 'Write the key into the device again.';

  for (const digits of [hex, hex.toUpperCase()])
    add(
      'hexTakenAsText',
      encodeUtf8(digits),
      "The device took the key's hexadecimal digits for text.",
      'Give the device the bytes that the digits stand for.',
    );
  add(
    'textTakenAsHex',
    text === undefined ? undefined : fromHex(text),
    'The device took the text of the key for hexadecimal digits.',
    'Store the key as hexadecimal here, or give the device the text itself.',
  );
  for (const end of ['\n', '\r\n', '\r', '\0', ' '])
    for (const body of [key, encodeUtf8(hex)])
      add(
        'lineBreakAdded',
        encodeUtf8(end).reduce((bytes, byte) => Uint8Array.of(...bytes, byte), body),
        "A line break, blank or NUL was added to the device's key.",
        'Write it without, for example with `printf` in place of `echo`.',
      );
  if (text !== undefined)
    for (const cased of [text.toLowerCase(), text.toUpperCase()])
      add('otherLetterCase', encodeUtf8(cased), "The device's key has other letter case.", again);
  for (const length of [...BUFFERS, key.length - 1])
    if (length < key.length)
      add(
        'cutShort',
        key.slice(0, Math.max(0, length)),
        `The device's key is cut short to ${length} of ${key.length} bytes.`,
        "Make room for the whole key: Zephyr's CONFIG_LWM2M_SECURITY_KEY_SIZE.",
      );
  for (const length of BUFFERS)
    if (length > key.length) {
      const filled = new Uint8Array(length);
      filled.set(key);
      add('zeroFilled', filled, `The device's key is filled with zeros to ${length} bytes.`, again);
    }
  for (const [demo, whose] of DEMO_KEYS)
    add('demoKey', fromHex(demo), `The device holds ${whose}.`, 'Build the device with its own key.');
  let tried = 0;
  for (const other of others) {
    if (other.endpointName === credential.endpointName) continue;
    if (++tried > MAX_OTHERS) break;
    add('otherEndpoint', other.key, `The device holds the key of ${other.endpointName}.`, again);
  }
  return likely;
}

const printable = (key: Uint8Array): string | undefined =>
  key.every((byte) => byte >= 0x20 && byte !== 0x7f) ? decodeUtf8(key) : undefined;

/**
 * The known identity nearest to one that isn't known, where it is near enough to be meant (a third of its letters at
 * most are other ones); `undefined` where none is.
 */
export function nearestIdentity(identity: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(Math.min(identity.length, 200) / 3) + 1;
  for (const one of known) {
    const distance = editDistance(identity.slice(0, 200), one.slice(0, 200), least);
    if (distance < least) [nearest, least] = [one, distance];
  }
  return nearest;
}

/** Letters to change, add or take away between two texts (Levenshtein); `limit` where there are that many or more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? limit) + 1,
          (next[j - 1] ?? limit) + 1,
          (row[j - 1] ?? limit) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
}
