import { isConnected } from '../base/scheme';
import { seconds, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import { Emitter } from '../base/event';
import { NO_LOG, type Logger } from '../base/log';
import type { LwM2mPath } from '../objects/path';
import { createCoapEndpoint } from '../coap/createEndpoint';
import { Codes } from '../coap/code';
import type { SocketAddress } from '../transport/ports';
import { DeviceNetwork, type DeviceLine } from './deviceNetwork';
import {
  DEVICE_DEFAULTS,
  planFaults,
  type FaultPlan,
  type RebootReason,
  type SimulatedDeviceOptions,
  type SimulatedDevicePorts,
  type SimulatorEvent,
  type UnnamedEvent,
} from './deviceOptions';
import type { DeviceSecurity, HandshakeMaterial } from './deviceSecurity';
import { DeviceSession } from './deviceSession';
import { download, type ImageSource } from './download';
import { firmwareObject } from './firmwareObject';
import { FirmwareUpdate } from './firmwareUpdate';
import { ObjectTree } from './objectTree';
import { registeredLinks } from './discovery';
import { isRegisteredAt, type PackageUri, type RegisteredAt } from './packageUri';
import { securityObject } from './securityObject';
import { containerObject, sensorObjects } from './sensors';
import { connectivityObject, deviceObject, serverObject, type ServerAccount } from './standardObjects';

/**
 * An LwM2M device in software: objects 1, 3, 4, 5, 19 and sensors; registers, is managed, observed and updated, restarts
 * into the new image, and fails on demand. Over UDP, DTLS, TCP and TLS, by any channel and clock, so that it runs on a
 * network as well as in a test.
 */
export class SimulatedDevice {
  readonly endpointName: string;
  private readonly events = new Emitter<SimulatorEvent>();
  readonly onEvent = this.events.event;
  private readonly log: Logger;
  private readonly plan: FaultPlan;
  private readonly tree = new ObjectTree();
  private readonly account: ServerAccount;
  private readonly firmware: FirmwareUpdate;
  private readonly version: '1.0' | '1.1';
  private firmwareVersion: string;
  private session: DeviceSession | undefined;
  private line: DeviceLine | undefined;
  private readonly network: DeviceNetwork;
  private readonly server: RegisteredAt;
  private readonly security: DeviceSecurity;
  private readonly binding: string;
  private starting: Timer | undefined;
  private stopped = false;

  constructor(
    private readonly ports: SimulatedDevicePorts,
    private readonly options: SimulatedDeviceOptions,
  ) {
    const { clock, hash } = ports;
    this.endpointName = options.endpointName;
    this.log = ports.log ?? NO_LOG;
    this.plan = planFaults(options.faults ?? []);
    this.version = options.lwm2mVersion ?? DEVICE_DEFAULTS.lwm2mVersion;
    this.firmwareVersion = options.firmwareVersion ?? DEVICE_DEFAULTS.firmwareVersion;
    this.account = {
      lifetime: options.lifetime ?? DEVICE_DEFAULTS.lifetime,
      minimumPeriod: 0,
      maximumPeriod: 0,
      muteSend: false,
    };
    const { serverAddress: address, scheme = DEVICE_DEFAULTS.scheme } = options;
    this.server = {
      scheme,
      address: { ...address, host: address.host === 'localhost' ? '127.0.0.1' : address.host },
    };
    this.security = options.security ?? {};
    const queued = this.version === '1.0' && options.queueMode !== undefined;
    this.binding = (isConnected(scheme) ? 'T' : 'U') + (queued ? 'Q' : '');
    this.network = new DeviceNetwork({
      clock,
      random: ports.random,
      log: this.log,
      plan: this.plan,
      cidLength: options.cidLength ?? 0,
      maxFragmentLength: options.maxFragmentLength,
      openChannel: ports.openChannel,
      ...(ports.connect ? { connect: ports.connect } : {}),
    });
    const protocols = this.plan.protocols ?? this.protocols();
    this.firmware = new FirmwareUpdate({
      clock,
      hash,
      log: { log: (level, message) => this.log.log(level, `${this.endpointName}: ${message}`) },
      tree: this.tree,
      plan: this.plan,
      protocols,
      registeredAt: this.server,
      installTime: options.installTime ?? DEVICE_DEFAULTS.installTime,
      transferTimeout: options.transferTimeout ?? DEVICE_DEFAULTS.transferTimeout,
      imageSink: ports.imageSink,
      download: (uri, target, signal) =>
        download(
          {
            clock,
            log: this.log,
            reach: (image) => this.reach(image),
            fetch: ports.fetch,
            tls: this.downloads(uri.address).https,
            stallTimeout: options.transferTimeout ?? DEVICE_DEFAULTS.transferTimeout,
          },
          uri,
          target,
          signal,
        ),
      restart: (reason, version) => this.reboot(reason, version),
      rebind: () => void this.rebind(),
      hang: () => this.hang(),
      tell: (event) => this.tell(event),
    });
    this.fillTree(protocols);
  }

  /** What 3/0/3 says. */
  get runningVersion(): string {
    return this.firmwareVersion;
  }

  /** The address of the moment; `undefined` while it restarts. */
  get localAddress(): SocketAddress | undefined {
    return this.session ? this.line?.channel.local : undefined;
  }

  /** What it holds for images at an address. */
  private downloads(address: SocketAddress): HandshakeMaterial {
    return this.security.download?.(address) ?? this.security;
  }

  /** Numbers of 5/0/8: whatever it has the means for. */
  private protocols(): readonly number[] {
    const { fetch, connect } = this.ports;
    const { dtls, tls, https } = this.downloads(this.server.address);
    return [true, dtls, fetch, fetch && https, connect, connect && tls].flatMap((able, protocol) =>
      able ? [protocol] : [],
    );
  }

  /** Opens a socket and begins to register. Throws what the channel's opening throws, `UNSUPPORTED_SCHEME` without TCP. */
  async start(): Promise<void> {
    const line = await this.network.open(this.server.scheme, this.security);
    if (this.stopped) return line.channel.close();
    this.begin(line);
  }

  /** De-registers, and closes its socket. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.starting?.cancel();
    const { session, line } = this;
    if (session && !line?.radio.silent && (await session.registration.deregister())) {
      this.tell({ kind: 'deregistered' });
    }
    this.firmware.dispose();
    await session?.end('in order');
    this.session = undefined;
  }

  /** Sends values to the server unasked (LwM2M 1.1). */
  send(paths: readonly LwM2mPath[]): Promise<boolean> {
    return this.session ? this.session.send(paths) : Promise.resolve(false);
  }

  /**
   * Goes on from a new address, as a modem after losing its network: the server learns it from an Update, in the same
   * DTLS session or over a new connection.
   */
  async rebind(): Promise<void> {
    const { session } = this;
    await this.network.move();
    if (!this.stopped && session === this.session) session?.registration.update();
  }

  /** Falls silent for ever: neither sends nor hears. */
  hang(): void {
    this.network.silence();
  }

  /** Restarts: silent at once, back after the time a restart takes, with a new socket and without observations. */
  reboot(reason: RebootReason, version?: string): void {
    const { session } = this;
    if (this.stopped || !session) return;
    this.session = undefined;
    this.network.silence();
    this.network.restarted();
    session.end().catch((error: unknown) => this.log.log('debug', errorText(error)));
    if (version !== undefined) this.firmwareVersion = version;
    this.firmware.restarted(reason === 'update');
    this.startAfter(this.options.rebootTime ?? DEVICE_DEFAULTS.rebootTime, () =>
      this.tell({ kind: 'rebooted', reason, firmwareVersion: this.firmwareVersion }),
    );
  }

  private startAfter(
    delay: Parameters<SimulatedDevicePorts['clock']['after']>[0],
    started: () => void,
  ): void {
    this.starting = this.ports.clock.after(delay, () => {
      started();
      this.start().catch((error: unknown) => {
        this.log.log('warn', `${this.endpointName}: no socket: ${errorText(error)}`);
        if (!this.stopped) this.startAfter(seconds(5), () => undefined);
      });
    });
  }

  /**
   * A way to an image: over the session with its server where it is that server's, over the same UDP socket where
   * neither is secured, else over one of its own.
   */
  private async reach(uri: PackageUri & Pick<RegisteredAt, 'scheme'>): Promise<ImageSource> {
    const { clock, random, hash } = this.ports;
    const { session, server, log } = this;
    if (session && (isRegisteredAt(uri, server) || (uri.scheme === 'coap' && server.scheme === 'coap')))
      return { endpoint: session.endpoint, close: () => Promise.resolve() };
    const { channel } = await this.network.open(uri.scheme, this.downloads(uri.address));
    const service = { handle: () => ({ code: Codes.NOT_FOUND }) };
    const endpoint = createCoapEndpoint(channel, service, { clock, random, hash, log });
    return { endpoint, close: () => endpoint.close() };
  }

  private begin(line: DeviceLine): void {
    const { clock, random, hash } = this.ports;
    this.line = line;
    this.session = new DeviceSession({
      clock,
      random,
      hash,
      log: this.log,
      line,
      server: this.server.address,
      facts: {
        endpointName: this.endpointName,
        lwm2mVersion: this.version,
        lifetime: () => this.account.lifetime,
        queueMode: this.options.queueMode !== undefined,
        binding: this.binding,
        links: () => registeredLinks(this.tree, this.version),
      },
      tree: this.tree,
      account: this.account,
      firmware: this.firmware,
      awake: this.options.queueMode?.awake,
      sendEvery: this.plan.sendEvery,
      onRegistered: (location) =>
        this.tell({
          kind: 'registered',
          location: '/' + location.join('/'),
          scheme: this.server.scheme,
          address: line.channel.local,
          firmwareVersion: this.firmwareVersion,
        }),
    });
    this.session.start();
  }

  private fillTree(protocols: readonly number[]): void {
    const { clock, random } = this.ports;
    const phase = random.unit() * 2 * Math.PI;
    const later = (run: () => void) => void clock.after(seconds(0.2), run);
    const actions = {
      update: () => this.session?.registration.update({ lifetime: true }),
      disable: (forSeconds: number) => later(() => void this.disable(forSeconds)),
      // the answer to Execute goes out first
      reboot: () => later(() => this.reboot('requested')),
    };
    const { tree, version, account, binding, server } = this;
    tree.add(securityObject(version, server.scheme, server.address, this.security));
    tree.add(serverObject(version, binding, account, actions));
    tree.add(
      deviceObject(version, binding, this.endpointName, clock, () => this.firmwareVersion, tree, actions),
    );
    tree.add(connectivityObject(clock, phase, () => this.line?.channel.local.host ?? '0.0.0.0'));
    tree.add(firmwareObject(version, this.plan, protocols, this.firmware));
    for (const one of sensorObjects(clock, phase)) tree.add(one);
    tree.add(containerObject());
  }

  private async disable(forSeconds: number): Promise<void> {
    const { session } = this;
    if (!session || this.stopped) return;
    if (await session.registration.deregister()) this.tell({ kind: 'deregistered' });
    if (session !== this.session || this.stopped) return;
    this.session = undefined;
    await session.end('in order');
    this.startAfter(seconds(forSeconds), () => undefined);
  }

  private tell(event: UnnamedEvent): void {
    this.events.fire({ ...event, endpointName: this.endpointName } as SimulatorEvent);
  }
}
