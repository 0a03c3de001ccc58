/** A host that a server's certificate may name. */
export interface OfferedHost {
  readonly host: string;
  readonly why: string;
  readonly preselected: boolean;
}

/** What is known of how this machine is reached. */
export interface Reached {
  /** Hosts that a verdict asks for. */
  readonly wanted: readonly string[];
  /** URIs that the server listens at. */
  readonly listening: readonly string[];
  readonly advertised: string | undefined;
  readonly hostName: string;
  readonly interfaces: readonly { readonly address: string; readonly internal: boolean }[];
}

/** Hosts for the server's certificate, each once: those in use are preselected, others of this machine only offered. */
export function certificateHosts(reached: Reached): readonly OfferedHost[] {
  const offered = new Map<string, OfferedHost>();
  const offer = (host: string, why: string, preselected: boolean) => {
    if (host !== '' && !offered.has(host)) offered.set(host, { host, why, preselected });
  };
  const listening = reached.listening.map(hostOf);
  for (const host of reached.wanted) offer(host, 'a device asked for it', true);
  for (const host of listening) offer(host, 'listened on', true);
  if (reached.advertised !== undefined)
    offer(hostOf(`//${reached.advertised}`), 'advertised to devices', true);
  if (listening.some((host) => /^127\.|^::1$/.test(host)))
    offer('localhost', 'programs on this machine', true);
  offer(reached.hostName.toLowerCase(), "this machine's name", isHostName(reached.hostName));
  for (const { address, internal } of reached.interfaces)
    if (!internal && !address.toLowerCase().startsWith('fe80:')) offer(address, 'of this machine', false);
  return [...offered.values()];
}

/** The host of a URI, IPv6 without brackets. */
const hostOf = (uri: string): string => {
  const [, six, other] = /^(?:[\w+]+:)?\/\/(?:\[([^\]]*)\]|([^/:]*))/.exec(uri) ?? [];
  return six ?? other ?? '';
};

/** A name that a certificate can carry: no device asks for one with blanks in it. */
const isHostName = (name: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name);
