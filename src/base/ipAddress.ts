import { concatBytes } from './bytes';

/**
 * The 4 or 16 bytes of an IP address as text (RFC 4291 §2.2), without brackets, prefix length or zone; `undefined`
 * where it is none. IPv4 is dotted decimal without leading zeros.
 */
export const ipAddressBytes = (text: string): Uint8Array | undefined =>
  text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return Uint8Array.from(parts, Number);
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  const [first = '', second] = halves;
  if (halves.length > 2) return undefined;
  const head = groupBytes(first, second === undefined);
  const tail = groupBytes(second ?? '', true);
  if (!head || !tail) return undefined;
  const gap = 16 - head.length - tail.length;
  if (second === undefined ? gap !== 0 : gap < 2) return undefined;
  return concatBytes([head, new Uint8Array(gap), tail]);
}

/** Groups of 16 bits; the last of the address may be an IPv4 address, which is two of them. */
function groupBytes(text: string, last: boolean): Uint8Array | undefined {
  if (text === '') return new Uint8Array(0);
  const groups = text.split(':');
  const parts: Uint8Array[] = [];
  for (const [index, group] of groups.entries()) {
    const ipv4 = last && index === groups.length - 1 ? ipv4Bytes(group) : undefined;
    const value = /^[0-9a-f]{1,4}$/i.test(group) ? parseInt(group, 16) : undefined;
    if (ipv4) parts.push(ipv4);
    else if (value !== undefined) parts.push(Uint8Array.of(value >> 8, value & 0xff));
    else return undefined;
  }
  return concatBytes(parts);
}
