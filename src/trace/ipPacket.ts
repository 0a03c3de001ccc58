import { concatBytes } from '../base/bytes';
import { ipAddressBytes } from '../base/ipAddress';

const TCP = 6;
const UDP = 17;
const UDP_HEADER = 8;
const TCP_HEADER = 20;
/** PSH and ACK (RFC 9293 §3.1). */
const TCP_FLAGS = 0x18;
const HOP_LIMIT = 64;

/** Bytes of payload that fit an IPv4 UDP datagram (RFC 768, RFC 791). */
export const MAX_UDP_PAYLOAD = 65_507;
/** The same for a TCP segment without options (RFC 9293 §3.1). */
export const MAX_TCP_PAYLOAD = 65_495;

/**
 * The bytes of an address on the wire, 4 or 16: an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 one, a zone
 * (`%eth0`) is left away. `undefined` where it is no address.
 */
export function wireAddress(host: string): Uint8Array | undefined {
  const bytes = ipAddressBytes(host.replace(/%.*$/, ''));
  return bytes?.length === 16 && isMapped(bytes) ? bytes.slice(12) : bytes;
}

const isMapped = (bytes: Uint8Array): boolean =>
  bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** An IPv4 or IPv6 packet with a UDP datagram in it, checksums right; `undefined` where there can be none. */
export function udpPacket(
  source: Uint8Array | undefined,
  sourcePort: number,
  destination: Uint8Array | undefined,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array | undefined {
  if (!source || !destination || source.length !== destination.length || payload.length > MAX_UDP_PAYLOAD)
    return undefined;
  const length = UDP_HEADER + payload.length;
  const udp = concatBytes([be16(sourcePort), be16(destinationPort), be16(length), be16(0), payload]);
  const sum = transportChecksum(source, destination, UDP, udp);
  // RFC 768: a sum of zero is sent as ones, zero would mean none.
  udp.set(be16(sum === 0 ? 0xffff : sum), 6);
  return ipPacket(source, destination, UDP, udp);
}

/** Where a segment stands in its two streams, each counted modulo 2³² (RFC 9293 §3.4). */
export interface TcpPosition {
  readonly sequence: number;
  readonly acknowledged: number;
}

/** An IPv4 or IPv6 packet with a TCP segment in it, checksums right; `undefined` where there can be none. */
export function tcpPacket(
  source: Uint8Array | undefined,
  sourcePort: number,
  destination: Uint8Array | undefined,
  destinationPort: number,
  position: TcpPosition,
  payload: Uint8Array,
): Uint8Array | undefined {
  if (!source || !destination || source.length !== destination.length || payload.length > MAX_TCP_PAYLOAD)
    return undefined;
  const tcp = concatBytes([
    be16(sourcePort),
    be16(destinationPort),
    be32(position.sequence),
    be32(position.acknowledged),
    Uint8Array.of((TCP_HEADER / 4) << 4, TCP_FLAGS),
    be16(0xffff),
    be16(0),
    be16(0),
    payload,
  ]);
  tcp.set(be16(transportChecksum(source, destination, TCP, tcp)), 16);
  return ipPacket(source, destination, TCP, tcp);
}

/** RFC 768, RFC 9293 §3.1 and RFC 8200 §8.1: the sum covers addresses, protocol and length too. */
const transportChecksum = (
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  segment: Uint8Array,
): number => checksum(concatBytes([source, destination, be16(protocol), be16(segment.length), segment]));

const ipPacket = (
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  segment: Uint8Array,
): Uint8Array =>
  concatBytes([
    (source.length === 4 ? ipv4Header : ipv6Header)(source, destination, protocol, segment.length),
    segment,
  ]);

function ipv4Header(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  const header = concatBytes([
    Uint8Array.of(0x45, 0),
    be16(20 + length),
    be16(0),
    be16(0),
    Uint8Array.of(HOP_LIMIT, protocol),
    be16(0),
    source,
    destination,
  ]);
  header.set(be16(checksum(header)), 10);
  return header;
}

const ipv6Header = (
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array =>
  concatBytes([
    Uint8Array.of(0x60, 0, 0, 0),
    be16(length),
    Uint8Array.of(protocol, HOP_LIMIT),
    source,
    destination,
  ]);

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

const be16 = (value: number): Uint8Array => Uint8Array.of((value >>> 8) & 0xff, value & 0xff);

const be32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
