import { seconds, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import { Emitter } from '../base/event';
import { NO_LOG, type Logger } from '../base/log';
import type { LwM2mPath } from '../objects/path';
import type { SocketAddress } from '../transport/ports';
import { DeviceChannel } from './deviceChannel';
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
import { DeviceSession } from './deviceSession';
import { download } from './download';
import { firmwareObject } from './firmwareObject';
import { FirmwareUpdate } from './firmwareUpdate';
import { ObjectTree } from './objectTree';
import { registeredLinks } from './discovery';
import { containerObject, sensorObjects } from './sensors';
import { connectivityObject, deviceObject, serverObject, type ServerAccount } from './standardObjects';

/**
 * An LwM2M device in software: objects 1, 3, 4, 5, 19 and sensors; registers, is managed, observed and updated, restarts
 * into the new image, and fails on demand. Over any channel and clock, so that it runs over UDP as well as in a test.
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
  private channel: DeviceChannel | undefined;
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
    const protocols = this.plan.protocols ?? (ports.fetch ? [0, 2] : [0]);
    this.firmware = new FirmwareUpdate({
      clock,
      hash,
      log: { log: (level, message) => this.log.log(level, `${this.endpointName}: ${message}`) },
      tree: this.tree,
      plan: this.plan,
      protocols,
      installTime: options.installTime ?? DEVICE_DEFAULTS.installTime,
      transferTimeout: options.transferTimeout ?? DEVICE_DEFAULTS.transferTimeout,
      imageSink: ports.imageSink,
      download: (uri, target, signal) => {
        if (!this.session) return Promise.resolve('ended');
        const stallTimeout = options.transferTimeout ?? DEVICE_DEFAULTS.transferTimeout;
        const { endpoint } = this.session;
        return download(
          { clock, log: this.log, endpoint, fetch: ports.fetch, stallTimeout },
          uri,
          target,
          signal,
        );
      },
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
    return this.session ? this.channel?.local : undefined;
  }

  /** Opens a socket and begins to register. Throws what the channel's opening throws. */
  async start(): Promise<void> {
    const channel = await this.ports.openChannel();
    if (this.stopped) return channel.close();
    this.begin(channel);
  }

  /** De-registers, and closes its socket. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.starting?.cancel();
    const { session, channel } = this;
    if (session && !channel?.silent && (await session.registration.deregister())) {
      this.tell({ kind: 'deregistered' });
    }
    this.firmware.dispose();
    await session?.end();
    this.session = undefined;
  }

  /** Sends values to the server unasked (LwM2M 1.1). */
  send(paths: readonly LwM2mPath[]): Promise<boolean> {
    return this.session ? this.session.send(paths) : Promise.resolve(false);
  }

  /** Goes on from a new address, as a modem after losing its network: the server learns it from an Update. */
  async rebind(): Promise<void> {
    const { channel, session } = this;
    try {
      const next = await this.ports.openChannel();
      if (this.stopped || session !== this.session || !channel) return await next.close();
      await channel.moveTo(next);
      session?.registration.update();
    } catch (error) {
      this.log.log('warn', `${this.endpointName}: no new address: ${errorText(error)}`);
    }
  }

  /** Falls silent for ever: neither sends nor hears. */
  hang(): void {
    if (this.channel) this.channel.silent = true;
  }

  /** Restarts: silent at once, back after the time a restart takes, with a new socket and without observations. */
  reboot(reason: RebootReason, version?: string): void {
    const { session } = this;
    if (this.stopped || !session) return;
    this.session = undefined;
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

  private begin(inner: ConstructorParameters<typeof DeviceChannel>[0]): void {
    const { clock, random, hash } = this.ports;
    const channel = new DeviceChannel(inner, clock, random, this.plan.impairment);
    this.channel = channel;
    this.session = new DeviceSession({
      clock,
      random,
      hash,
      log: this.log,
      channel,
      server: {
        ...this.options.serverAddress,
        host: this.options.serverAddress.host === 'localhost' ? '127.0.0.1' : this.options.serverAddress.host,
      },
      facts: {
        endpointName: this.endpointName,
        lwm2mVersion: this.version,
        lifetime: () => this.account.lifetime,
        queueMode: this.options.queueMode !== undefined,
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
          address: channel.local,
          firmwareVersion: this.firmwareVersion,
        }),
    });
    this.session.start();
  }

  private fillTree(protocols: readonly number[]): void {
    const { clock, random } = this.ports;
    const queueMode = this.options.queueMode !== undefined;
    const phase = random.unit() * 2 * Math.PI;
    const later = (run: () => void) => void clock.after(seconds(0.2), run);
    const actions = {
      update: () => this.session?.registration.update({ lifetime: true }),
      disable: (forSeconds: number) => later(() => void this.disable(forSeconds)),
      // the answer to Execute goes out first
      reboot: () => later(() => this.reboot('requested')),
    };
    const { tree, version, account } = this;
    tree.add(serverObject(version, queueMode, account, actions));
    tree.add(
      deviceObject(version, queueMode, this.endpointName, clock, () => this.firmwareVersion, tree, actions),
    );
    tree.add(connectivityObject(clock, phase, () => this.channel?.local.host ?? '0.0.0.0'));
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
    await session.end();
    this.startAfter(seconds(forSeconds), () => undefined);
  }

  private tell(event: UnnamedEvent): void {
    this.events.fire({ ...event, endpointName: this.endpointName } as SimulatorEvent);
  }
}
