/** An IP address and port as they stand in a URI: `127.0.0.1:5683`, IPv6 in brackets (RFC 3986 §3.2.2). */
export const printAuthority = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Whether an IP address stands for every address of its kind (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2). */
export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Whether only programs of the same machine reach an IP address (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');
