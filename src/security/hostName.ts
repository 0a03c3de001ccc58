/** Whether a host is an IPv4 or IPv6 address as text (RFC 4291 §2.2), without brackets, prefix or zone. */
export const isIpAddress = (host: string): boolean => isIpv4(host) || isIpv6(host);

/** Whether a host is an IPv4 address in dotted decimal, without leading zeros. */
export const isIpv4 = (host: string): boolean => {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
};

function isIpv6(host: string): boolean {
  const halves = host.split('::');
  if (halves.length > 2 || !/^[0-9a-f:.]+$/i.test(host)) return false;
  const counts = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (counts.includes(undefined)) return false;
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return halves.length === 2 ? total <= 7 : total === 8;
}

/** Groups of 16 bits in a part of an address; `undefined` where it is none. An IPv4 tail counts for two. */
function groupsOf(part: string, last: boolean): number | undefined {
  if (part === '') return 0;
  const groups = part.split(':');
  const tail = groups.at(-1) ?? '';
  const mapped = last && tail.includes('.');
  if (mapped && !isIpv4(tail)) return undefined;
  const plain = mapped ? groups.slice(0, -1) : groups;
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? plain.length + (mapped ? 2 : 0) : undefined;
}
