import { decodeUtf8, encodeUtf8, fromHex, toHex } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';

/** Bytes a pre-shared key may have (RFC 4279 §5.3 asks implementations for 64). */
export const MAX_KEY_BYTES = 64;

/** Bytes of a key that is generated: AES-128's strength. */
export const GENERATED_KEY_BYTES = 16;

/** A key from hexadecimal digits; blanks, colons between bytes and a leading `0x` are allowed. */
export function keyFromHex(text: string): Decoded<Uint8Array> {
  const digits = text.trim().replace(/^0x/i, '');
  const wrong = digits.search(/[^0-9a-f\s:]/i);
  if (wrong >= 0) return problem('the key is no hexadecimal: give it as text, if that is what it is', wrong);
  const bytes = fromHex(digits.replace(/:/g, ''));
  return bytes ? bounded(bytes) : problem('the key has an odd number of hexadecimal digits', digits.length);
}

/** A key whose bytes are the UTF-8 of a text, as it stands. */
export function keyFromText(text: string): Decoded<Uint8Array> {
  if (/[\r\n]$/.test(text)) return problem('the key ends with a line break', text.length - 1);
  const lone = text.search(/\p{Surrogate}/u);
  return lone < 0 ? bounded(encodeUtf8(text)) : problem('the key is no Unicode text', lone);
}

/**
 * A key from a file: hexadecimal digits where it holds nothing else (a line break at its end is allowed), else its
 * bytes as they are. Text that ends with a line break is refused: nobody means that to be part of a key.
 */
export function keyFromFile(bytes: Uint8Array): Decoded<Uint8Array> {
  const text = decodeUtf8(bytes.subarray(0, 4 * MAX_KEY_BYTES + 1));
  if (text !== undefined && text.trim() !== '') {
    if (/^(0x)?[0-9a-f\s:]+$/i.test(text)) return keyFromHex(text);
    if (/[\r\n]$/.test(text)) return keyFromText(text);
  }
  return bounded(bytes);
}

const bounded = (bytes: Uint8Array): Decoded<Uint8Array> => {
  if (bytes.length === 0) return problem('the key is empty', 0);
  return bytes.length > MAX_KEY_BYTES
    ? problem(`the key has ${bytes.length} bytes, ${MAX_KEY_BYTES} are the most`, MAX_KEY_BYTES)
    : decoded(new Uint8Array(bytes));
};

/** Keys that samples and documentation ship with, in lower-case hexadecimal, and what each is. */
export const DEMO_KEYS: ReadonlyMap<string, string> = new Map([
  ['000102030405060708090a0b0c0d0e0f', "the key of nRF Connect SDK's sample"],
  [toHex(encodeUtf8('psk')), "the key of Anjay's sample"],
  [toHex(encodeUtf8('secretPSK')), 'a key from documentation'],
  [toHex(encodeUtf8('sesame')), 'a key from documentation'],
]);

/** What a user should know about a key, as sentences that don't tell it. */
export function keyWarnings(key: Uint8Array): readonly string[] {
  const warnings: string[] = [];
  const demo = DEMO_KEYS.get(toHex(key));
  if (demo !== undefined) warnings.push(`The key is ${demo}: everybody knows it.`);
  else if (key.every((byte) => byte === key[0])) warnings.push('The key is one byte over and over.');
  if (key.length < GENERATED_KEY_BYTES)
    warnings.push(`The key has ${key.length} bytes: fewer than ${GENERATED_KEY_BYTES} can be guessed.`);
  if (key.length > 32)
    warnings.push(`The key has ${key.length} bytes: Nordic's modems and their library take 32 at most.`);
  return warnings;
}
