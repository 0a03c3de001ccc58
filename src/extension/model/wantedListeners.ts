import { isEncrypted, SCHEMES } from '../../base/scheme';
import type { Listen } from '../../host/ports';
import type { Scheme } from '../../transport/ports';
import { ownPort, type OwnPorts } from './ownPorts';

/** What the settings say of listening. Port 0 takes a free one. */
export interface ListeningSettings {
  readonly addresses: readonly string[];
  readonly transports: readonly Scheme[];
  /** Of `coap` and `coap+tcp`. */
  readonly port: number;
  /** Of `coaps` and `coaps+tcp`. */
  readonly securedPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** In place of CoAP's ports. */
  readonly own?: OwnPorts | undefined;
}

/** What a server is to listen on: at once, and once there is a key or certificate. */
export interface WantedListeners {
  readonly listen: readonly Listen[];
  readonly securedListen: readonly Listen[];
}

/** The listeners that settings ask for, each scheme at each address. */
export function wantedListeners(settings: ListeningSettings): WantedListeners {
  const { port, securedPort, httpPort, httpsPort, own } = settings;
  const ports: Readonly<Record<Scheme, number>> = {
    coap: port,
    'coap+tcp': port,
    coaps: securedPort,
    'coaps+tcp': securedPort,
    http: httpPort,
    https: httpsPort,
  };
  const portFor = (scheme: Scheme, host: string): number =>
    own && scheme.startsWith('coap') ? ownPort(own, scheme, host) : ports[scheme];
  const all = settings.addresses.flatMap((host) =>
    SCHEMES.filter((scheme) => settings.transports.includes(scheme)).map((scheme) => ({
      scheme,
      address: { host, port: portFor(scheme, host) },
    })),
  );
  return {
    listen: all.filter(({ scheme }) => !isEncrypted(scheme)),
    securedListen: all.filter(({ scheme }) => isEncrypted(scheme)),
  };
}
