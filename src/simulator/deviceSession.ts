import type { Disposable } from '../base/disposable';
import { seconds, type Clock, type Duration, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import { Codes } from '../coap/code';
import { ContentFormats } from '../coap/contentFormat';
import { createCoapEndpoint } from '../coap/createEndpoint';
import type { CoapEndpoint } from '../coap/endpoint';
import type { CoapService, IncomingHead } from '../coap/exchange';
import type { Channel, Peer, SocketAddress } from '../transport/ports';
import { encodeContent } from '../lwm2m/content/content';
import { pathOf, ROOT, type LwM2mPath } from '../objects/path';
import { AttributeStore } from './attributes';
import type { DeviceLine } from './deviceNetwork';
import type { FirmwareUpdate } from './firmwareUpdate';
import { Management } from './management';
import { Observations } from './observations';
import type { ObjectTree } from './objectTree';
import { RegistrationClient, type RegistrationFacts } from './registrationClient';
import { MOVING_PATHS } from './sensors';
import { SAMPLE_PERIOD, type ServerAccount } from './standardObjects';

/** What lasts from one start of the device to its next restart. */
export interface SessionPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log: Logger;
  readonly line: DeviceLine;
  readonly server: SocketAddress;
  readonly facts: RegistrationFacts;
  readonly tree: ObjectTree;
  readonly account: ServerAccount;
  readonly firmware: FirmwareUpdate;
  /** Queue mode: how long the radio stays on after a message. */
  readonly awake: Duration | undefined;
  readonly sendEvery: Duration | undefined;
  readonly onRegistered: (location: readonly string[]) => void;
}

const isPackage = (head: IncomingHead): boolean =>
  head.method === Codes.PUT && head.path.join('/') === '5/0/0' && head.query.length === 0;

/** Formats in which a Package comes as it is. */
const isRaw = (format: number | undefined): boolean =>
  format === undefined || format === ContentFormats.OPAQUE || format === ContentFormats.OLD_OPAQUE;

/** One run of the device between two restarts: its socket, registration, observations and written attributes. */
export class DeviceSession {
  readonly endpoint: CoapEndpoint;
  readonly registration: RegistrationClient;
  private readonly observations: Observations;
  private readonly subscriptions: readonly Disposable[];
  private sampling: Timer | undefined;
  private sending: Timer | undefined;
  private sleeping: Timer | undefined;
  private ended = false;

  constructor(private readonly ports: SessionPorts) {
    const { clock, random, hash, log, tree, account, facts } = ports;
    const { channel } = ports.line;
    const attributes = new AttributeStore(tree);
    this.observations = new Observations({ clock, log, tree, attributes, account });
    const management = new Management({
      version: facts.lwm2mVersion,
      tree,
      attributes,
      observations: this.observations,
    });
    const service: CoapService = {
      receiveBody: (head) =>
        isPackage(head) && isRaw(head.contentFormat) ? ports.firmware.receiveBody(head) : undefined,
      handle: (request) =>
        isPackage(request) && isRaw(request.contentFormat)
          ? ports.firmware.writePackage(request)
          : management.handle(request),
    };
    this.endpoint = createCoapEndpoint(channel, service, { clock, random, hash, log });
    this.registration = new RegistrationClient({
      clock,
      log,
      endpoint: this.endpoint,
      server: () => this.server,
      facts,
      onRegistered: ports.onRegistered,
    });
    this.subscriptions = [
      tree.onInstances(() => this.registration.update({ list: true })),
      // after the endpoint's own: what waited for an answer has failed by now
      channel.onFault(({ peer, lasting }) => {
        if (lasting && endsSession(channel) && peer && isAt(peer, ports.server))
          this.registration.connectionLost();
      }),
    ];
  }

  private get server(): Peer {
    return this.ports.line.channel.peerAt(this.ports.server);
  }

  start(): void {
    const { awake, sendEvery } = this.ports;
    const { radio } = this.ports.line;
    if (awake !== undefined) {
      radio.onSending = radio.onReceived = () => this.stayAwake(awake);
      this.stayAwake(awake);
    }
    this.registration.run().catch((error: unknown) => {
      this.ports.log.log('error', `${this.ports.facts.endpointName}: ${errorText(error)}`);
    });
    this.sample();
    if (sendEvery !== undefined) this.sendRegularly(sendEvery);
  }

  /** Send (§6.4.6): values of these paths to the server. False where it didn't take them, or sending is muted. */
  async send(paths: readonly LwM2mPath[]): Promise<boolean> {
    const { tree, account, facts } = this.ports;
    if (account.muteSend || !this.registration.isRegistered || facts.lwm2mVersion === '1.0') return false;
    const leaves = paths.flatMap((path) => {
      const found = tree.read(path);
      return typeof found === 'number' ? [] : found;
    });
    const body = encodeContent(ContentFormats.SENML_CBOR, ROOT, leaves);
    if (!body.ok) return false;
    const response = await this.endpoint.request(
      this.server,
      { method: Codes.POST, path: ['dp'], contentFormat: ContentFormats.SENML_CBOR, body: body.value },
      { stallTimeout: seconds(20) },
    );
    return response.code === Codes.CHANGED;
  }

  /** Ends as by loss of power, nobody is told; or in order, with its DTLS session closed. */
  async end(how: 'power lost' | 'in order' = 'power lost'): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    for (const one of this.subscriptions) one.dispose();
    this.sampling?.cancel();
    this.sending?.cancel();
    this.sleeping?.cancel();
    if (how === 'power lost') this.ports.line.radio.silent = true;
    this.registration.dispose();
    this.observations.dispose();
    await this.endpoint.close();
  }

  private stayAwake(awake: Duration): void {
    const { line, clock } = this.ports;
    line.radio.deaf = false;
    this.sleeping?.cancel();
    this.sleeping = clock.after(awake, () => {
      line.radio.deaf = true;
    });
  }

  private sample(): void {
    const { tree, clock } = this.ports;
    this.sampling = clock.after(SAMPLE_PERIOD, () => {
      for (const ids of MOVING_PATHS) {
        const path = pathOf(...ids);
        if (this.observations.sees(path)) tree.changed(path);
      }
      this.sample();
    });
  }

  private sendRegularly(period: Duration): void {
    this.sending = this.ports.clock.after(period, () => {
      this.send([pathOf(3303, 0, 5700), pathOf(3304, 0, 5700), pathOf(3315, 0, 5700)]).catch(
        (error: unknown) => this.ports.log.log('debug', `Send was not answered: ${errorText(error)}`),
      );
      this.sendRegularly(period);
    });
  }
}

/** On plain UDP nothing lasts that a fault could end. */
const endsSession = ({ reliable, scheme }: Channel): boolean => reliable || scheme === 'coaps';

const isAt = ({ address }: Peer, { host, port }: SocketAddress): boolean =>
  address.host === host && address.port === port;
