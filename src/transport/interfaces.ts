import os from 'node:os';

/** The addresses of this machine's network interfaces. */
export const interfaceAddresses = (): readonly {
  readonly name: string;
  readonly address: string;
  readonly internal: boolean;
}[] =>
  Object.entries(os.networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address, internal }) => ({ name, address, internal })),
  );

/** This machine's name. */
export const hostName = (): string => os.hostname();
