import { encodeUtf8 } from '../base/bytes';
import { isConnected } from '../base/scheme';
import { Codes } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import { createCoapEndpoint } from '../coap/createEndpoint';
import type { CoapEndpoint } from '../coap/endpoint';
import type { CoapService, IncomingHead } from '../coap/exchange';
import { createDtlsChannel } from '../dtls/dtlsChannel';
import type { ServedFirmwareOffers } from '../firmware/offers';
import type { MountedLwM2mServer } from '../lwm2m/mountedServer';
import type { HandshakeTrace } from '../security/handshakeTrace';
import type { Channel, HttpListener, Scheme, SocketAddress, TlsEvent, TlsSettings } from '../transport/ports';
import type { Arrivals } from './arrivals';
import type { Captures } from './captures';
import { printUri } from './listenUri';
import type { HostPorts, Listen } from './ports';
import type { Secured } from './secured';

/** A listener that is open. */
export interface OpenListener {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
  /** Hosts that its certificate is for; only where devices look at one. */
  readonly names?: readonly string[];
}

/** What the listeners serve. */
export interface Served {
  readonly server: MountedLwM2mServer;
  readonly firmware: Pick<ServedFirmwareOffers, 'coapServiceFor' | 'handles' | 'http'>;
}

/** Who looks at what passes. */
export interface Watching {
  readonly arrivals: Arrivals;
  readonly captures: Captures;
  readonly handshakes: HandshakeTrace;
}

/** Bytes of the connection IDs that we hand out: enough that two sessions never share one, short for a radio. */
const CID_LENGTH = 8;
/** How a ClientHello begins in DTLS and TLS; no message of CoAP over UDP does (RFC 5246 §6.2.1, RFC 7252 §3). */
const HANDSHAKE_RECORD = 22;

/** Everything of this process that listens. Closing it closes every socket. */
export class Listeners {
  private readonly endpoints: CoapEndpoint[] = [];
  private readonly https: HttpListener[] = [];

  constructor(
    private readonly ports: HostPorts,
    private readonly served: Served,
    private readonly secured: Secured,
    private readonly watching: Watching,
  ) {}

  /** Opens one listener. Throws what {@link HostPorts} channels and http throw (`PORT_IN_USE`, `NO_CERTIFICATE`, …). */
  async open(listen: Listen): Promise<OpenListener> {
    const { scheme, address } = listen;
    if (scheme === 'http' || scheme === 'https') {
      const { firmware } = this.served;
      const tls = scheme === 'https' ? this.tls(scheme) : undefined;
      const listener = await this.ports.http.listen(
        address,
        (request) => firmware.http(request, scheme),
        tls?.settings,
      );
      tls?.listening(listener.local);
      this.https.push(listener);
      return this.told(scheme, listener.local);
    }
    const channel = await this.channelFor({ scheme, address });
    const endpoint = createCoapEndpoint(channel, this.serviceOn(channel), this.ports);
    this.endpoints.push(endpoint);
    this.served.server.attach(endpoint);
    this.watch(endpoint);
    return this.told(scheme, channel.local);
  }

  all(): readonly OpenListener[] {
    return [
      ...this.endpoints.map(({ channel }) => this.told(channel.scheme, channel.local)),
      ...this.https.map(({ scheme, local }) => this.told(scheme, local)),
    ];
  }

  uris(): readonly string[] {
    return this.all().map(({ scheme, address }) => printUri(scheme, address));
  }

  async close(): Promise<void> {
    const open = [...this.endpoints.splice(0), ...this.https.splice(0)];
    await Promise.all(open.map((listener) => listener.close()));
  }

  private told(scheme: Scheme, address: SocketAddress): OpenListener {
    const certified = scheme === 'https' || scheme === 'coaps+tcp';
    return { scheme, address, ...(certified ? { names: this.secured.certifiedHosts } : {}) };
  }

  private async channelFor(listen: Listen): Promise<Channel> {
    const { ports, secured } = this;
    const { captures, handshakes } = this.watching;
    switch (listen.scheme) {
      case 'coap':
      case 'coap+tcp':
        return captures.tapped(await ports.channels.open(listen.scheme, listen.address));
      case 'coaps+tcp': {
        const { settings, listening } = this.tls('coaps+tcp');
        const channel = await ports.channels.open('coaps+tcp', listen.address, settings);
        listening(channel.local);
        return captures.tapped(channel);
      }
      default: {
        const below = await ports.channels.open('coap', listen.address);
        return createDtlsChannel(captures.tapped(below, 'coaps'), {
          clock: ports.clock,
          random: ports.random,
          server: secured.trust.dtls,
          cidLength: CID_LENGTH,
          observer: handshakes.dtls(below.local),
          keyLog: (clientRandom, masterSecret) => captures.secret(clientRandom, masterSecret),
        });
      }
    }
  }

  /** TLS of a listener, whose handshakes are told under the address that it will have taken. */
  private tls(scheme: 'coaps+tcp' | 'https') {
    const { tls } = this.secured.trust;
    let told: (event: TlsEvent) => void = () => undefined;
    const observer = (event: TlsEvent) => told(event);
    // Who fetches by HTTPS proves nothing: the address of an image is all it needs to know.
    const settings: TlsSettings = scheme === 'https' ? { own: tls.own, observer } : { ...tls, observer };
    return {
      settings,
      listening: (local: SocketAddress) => {
        told = this.watching.handshakes.tls(scheme, local);
      },
    };
  }

  private watch({ channel, onWire }: CoapEndpoint): void {
    const { arrivals, captures, handshakes } = this.watching;
    const { scheme, local } = channel;
    const hello = scheme === 'coap' || scheme === 'coap+tcp' ? handshakes.plain(scheme, local) : undefined;
    onWire((message) => {
      arrivals.keep(message, isConnected(scheme));
      if (captures.active) captures.message(channel, message);
      if (hello && message.direction === 'in' && message.bytes[0] === HANDSHAKE_RECORD)
        hello(message.bytes, message.peer.address);
    });
  }

  /** One socket serves all: who serves a request is decided by its path. */
  private serviceOn(channel: Parameters<MountedLwM2mServer['service']>[0]): CoapService {
    const registration = this.served.server.service(channel);
    const firmware = this.served.firmware.coapServiceFor(channel.scheme);
    const serviceFor = ({ path }: IncomingHead) =>
      this.served.firmware.handles(path) ? firmware : registration;
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
