import { isConnected } from '../base/scheme';
import { seconds, type Clock } from '../base/clock';
import { OperationError, errorText } from '../base/errors';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import { createDtlsChannel } from '../dtls/dtlsChannel';
import { SessionCache } from '../dtls/sessionCache';
import type { Channel } from '../transport/ports';
import { DeviceChannel } from './deviceChannel';
import type { FaultPlan, SimulatedDevicePorts } from './deviceOptions';
import { spoiled, type DeviceScheme, type HandshakeMaterial } from './deviceSecurity';

/** A way to the network: what CoAP speaks over, and the socket below it, where datagrams are lost and addresses change. */
export interface DeviceLine {
  readonly channel: Channel;
  readonly radio: DeviceChannel;
}

/** What a device's network is made with. */
export interface DeviceNetworkPorts extends Pick<SimulatedDevicePorts, 'openChannel' | 'connect'> {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly plan: FaultPlan;
  readonly cidLength: number;
  readonly maxFragmentLength: number | undefined;
}

/** A session is taken up again within a day, as servers allow (RFC 5246 §F.1.4). */
const RESUMABLE_FOR = seconds(24 * 3600);
const RESUMABLE = 8;
/** A device begins anew sooner than a flight that nobody answers is repeated for the last time. */
const LONGEST_FLIGHT_WAIT = seconds(8);

/**
 * Every socket of a device. DTLS sessions outlive them: they are taken up again after a restart. Impairments and changes
 * of address act below DTLS, on datagrams; on TCP a change of address ends the connections.
 */
export class DeviceNetwork {
  private readonly lines = new Map<DeviceChannel, DeviceScheme>();
  private readonly material = new Map<DeviceChannel, HandshakeMaterial>();
  private readonly sessions;

  constructor(private readonly ports: DeviceNetworkPorts) {
    this.sessions = new SessionCache(ports.clock, RESUMABLE, RESUMABLE_FOR);
  }

  /** Opens a way for a scheme. Throws what opening throws, and `UNSUPPORTED_SCHEME` where it has no TCP. */
  async open(scheme: DeviceScheme, material: HandshakeMaterial): Promise<DeviceLine> {
    const { clock, random, plan, cidLength, maxFragmentLength } = this.ports;
    const held = spoiled(material, plan.handshake);
    const inner = await this.openBelow(scheme, held);
    const radio = new DeviceChannel(inner, clock, random, plan.impairment);
    this.lines.set(radio, scheme);
    this.material.set(radio, held);
    radio.onClosed = () => {
      this.lines.delete(radio);
      this.material.delete(radio);
    };
    if (scheme !== 'coaps') return { channel: radio, radio };
    const channel = createDtlsChannel(radio, {
      clock,
      random,
      client: held.dtls ?? {},
      clientSessions: this.sessions,
      maxTimeout: LONGEST_FLIGHT_WAIT,
      ...(plan.handshake.has('no-cid') ? {} : { cidLength }),
      ...(maxFragmentLength === undefined ? {} : { maxFragmentLength }),
    });
    return { channel, radio };
  }

  /** All goes on from new addresses. */
  async move(): Promise<void> {
    for (const [radio, scheme] of [...this.lines]) {
      try {
        const next = await this.openBelow(scheme, this.material.get(radio) ?? {});
        if (this.lines.has(radio)) await radio.moveTo(next);
        else await next.close();
      } catch (error) {
        this.ports.log.log('warn', `no new address: ${errorText(error)}`);
      }
    }
  }

  /** Neither sends nor hears any more. */
  silence(): void {
    for (const radio of this.lines.keys()) radio.silent = true;
  }

  /** Power was lost: whether its DTLS sessions are still known depends on where it kept them. */
  restarted(): void {
    if (this.ports.plan.handshake.has('no-resumption')) this.sessions.clear();
  }

  private openBelow(scheme: DeviceScheme, { tls }: HandshakeMaterial): Promise<Channel> {
    const { openChannel, connect } = this.ports;
    if (!isConnected(scheme)) return openChannel();
    if (connect) return connect(scheme, scheme === 'coaps+tcp' ? tls : undefined);
    throw new OperationError('UNSUPPORTED_SCHEME', `this device has no ${scheme}`);
  }
}
