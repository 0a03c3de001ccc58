/** Ports of CoAP that a server took in place of the settings' own: 0 takes a free one. */
export interface OwnPorts {
  /** Of `coap` and `coap+tcp`. */
  readonly coap: number;
  /** Of `coaps` and `coaps+tcp`. */
  readonly coaps: number;
}

/** Free ones, where a stranger holds those of the settings. */
export const FREE_PORTS: OwnPorts = { coap: 0, coaps: 0 };

/** The ports of a server that listens at these URIs: devices are pointed there from now on. */
export function takenPorts(listening: readonly string[], asked: OwnPorts): OwnPorts {
  const portOf = (scheme: string, otherwise: number): number => {
    const uri = listening.find((one) => one.startsWith(`${scheme}://`) || one.startsWith(`${scheme}+tcp://`));
    return Number(/:(\d+)$/.exec(uri ?? '')?.[1] ?? otherwise);
  };
  return { coap: portOf('coap', asked.coap), coaps: portOf('coaps', asked.coaps) };
}
