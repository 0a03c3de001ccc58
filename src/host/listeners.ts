import { OperationError } from '../base/errors';
import { Codes } from '../coap/code';
import { createCoapEndpoint } from '../coap/createEndpoint';
import type { CoapEndpoint } from '../coap/endpoint';
import type { CoapService, IncomingHead } from '../coap/exchange';
import { encodeUtf8 } from '../base/bytes';
import { ContentFormats } from '../coap/contentFormat';
import type { MountedLwM2mServer } from '../lwm2m/createServer';
import type { HttpListener, HttpRequest, HttpResponse, Scheme, SocketAddress } from '../transport/ports';
import type { Arrivals } from './arrivals';
import { printUri } from './listenUri';
import type { HostPorts, Listen } from './ports';

/** A listener that is open. */
export interface OpenListener {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
}

/** What the listeners serve. */
export interface Served {
  readonly server: MountedLwM2mServer;
  /** `/f/…` */
  readonly firmware: CoapService;
  readonly http: (request: HttpRequest) => Promise<HttpResponse>;
}

/** The firmware server's first path segment; the LwM2M server has `rd` and `dp`. */
const FIRMWARE = 'f';

/** Everything of this process that listens. Closing it closes every socket. */
export class Listeners {
  private readonly endpoints: CoapEndpoint[] = [];
  private readonly https: HttpListener[] = [];

  constructor(
    private readonly ports: HostPorts,
    private readonly served: Served,
    private readonly arrivals: Arrivals,
  ) {}

  /** Opens one listener. Throws what {@link HostPorts} channels and http throw (`PORT_IN_USE`, …). */
  async open({ scheme, address }: Listen): Promise<OpenListener> {
    if (scheme === 'http') {
      const listener = await this.ports.http.listen(address, this.served.http);
      this.https.push(listener);
      return { scheme, address: listener.local };
    }
    if (scheme !== 'coap') throw new OperationError('UNSUPPORTED_SCHEME', `${scheme} is being built`);
    const channel = await this.ports.channels.open(scheme, address);
    const endpoint = createCoapEndpoint(channel, this.serviceOn(channel), this.ports);
    this.endpoints.push(endpoint);
    this.served.server.attach(endpoint);
    endpoint.onWire((message) => this.arrivals.keep(message));
    return { scheme, address: channel.local };
  }

  all(): readonly OpenListener[] {
    return [
      ...this.endpoints.map(({ channel }) => ({ scheme: channel.scheme, address: channel.local })),
      ...this.https.map(({ scheme, local }) => ({ scheme, address: local })),
    ];
  }

  uris(): readonly string[] {
    return this.all().map(({ scheme, address }) => printUri(scheme, address));
  }

  async close(): Promise<void> {
    const open = [...this.endpoints.splice(0), ...this.https.splice(0)];
    await Promise.all(open.map((listener) => listener.close()));
  }

  /** One socket serves all: who serves a request is decided by its first path segment. */
  private serviceOn(channel: Parameters<MountedLwM2mServer['service']>[0]): CoapService {
    const registration = this.served.server.service(channel);
    const { firmware } = this.served;
    const serviceFor = ({ path }: IncomingHead) => (path[0] === FIRMWARE ? firmware : registration);
    return {
      receiveBody: (head) => serviceFor(head).receiveBody?.(head),
      handle: (request) =>
        request.path.length === 0
          ? {
              code: Codes.NOT_FOUND,
              contentFormat: ContentFormats.TEXT,
              body: encodeUtf8('this is LwM2M Workbench: devices register at /rd'),
            }
          : serviceFor(request).handle(request),
    };
  }
}
