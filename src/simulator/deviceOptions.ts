import { millis, seconds, type Clock, type Duration } from '../base/clock';
import type { ByteSink } from '../base/files';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { Channel, HttpFetch, SocketAddress, TlsSettings } from '../transport/ports';
import type { DeviceScheme, DeviceSecurity } from './deviceSecurity';
import type { Fault, FaultResult, HandshakeFault, Quirk } from './fault';
import type { Impairment } from './deviceChannel';

/** The outside world of a simulated device. */
export interface SimulatedDevicePorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log?: Logger;
  /** Opens a UDP socket of its own on a free port: at the start, and again after each restart or change of address. */
  readonly openChannel: () => Promise<Channel>;
  /** A channel of connections that it begins; without it the device has no TCP. */
  readonly connect?: (scheme: 'coap+tcp' | 'coaps+tcp', tls: TlsSettings | undefined) => Promise<Channel>;
  /** For pulling by HTTP; without it the device doesn't say that it can. */
  readonly fetch?: HttpFetch;
  /** Where an arriving image's bytes go; without it they are hashed and counted only. Asked once for each image. */
  readonly imageSink?: () => ImageStore;
}

/** A place for one arriving image. */
export interface ImageStore {
  readonly sink: ByteSink;
  /** Told in the `image` event. */
  readonly file?: string;
}

/** What a simulated device is. */
export interface SimulatedDeviceOptions {
  readonly endpointName: string;
  /** The server's address; an IP address, or `localhost`. */
  readonly serverAddress: SocketAddress;
  /** How it reaches the server. Default `coap`. */
  readonly scheme?: DeviceScheme;
  /** Needed for a secured scheme, and for what it can pull by one. */
  readonly security?: DeviceSecurity;
  /**
   * Length of the DTLS connection IDs that it hands out itself. Default 0: it offers the extension and sends the
   * server's, as Mbed TLS and Zephyr do.
   */
  readonly cidLength?: number;
  /** Asks DTLS servers for records of this length at most: 512, 1024, 2048 or 4096, as Zephyr does. Default: asks nothing. */
  readonly maxFragmentLength?: number;
  /** Default 1.1. */
  readonly lwm2mVersion?: '1.0' | '1.1';
  /** What 3/0/3 says before any update. Default 1.0.0. */
  readonly firmwareVersion?: string;
  /** Seconds. Default 300. */
  readonly lifetime?: number;
  /** Queue mode: how long it listens after the last message. */
  readonly queueMode?: { readonly awake: Duration };
  readonly faults?: readonly Fault[];
  /** From Execute to the restart. Default 1.5 s. */
  readonly installTime?: Duration;
  /** How long a restart takes. Default 1.5 s. */
  readonly rebootTime?: Duration;
  /** A transfer without a byte for so long has lost its connection (result 4). Default 93 s. */
  readonly transferTimeout?: Duration;
}

/** Faults by what they touch. */
export interface FaultPlan {
  readonly result: FaultResult | undefined;
  readonly defer: Duration | undefined;
  readonly impairment: Impairment;
  readonly atPercent: readonly { readonly kind: 'reboot' | 'rebind' | 'hang'; readonly percent: number }[];
  readonly quirks: ReadonlySet<Quirk>;
  readonly method: 'push' | 'pull' | 'both';
  readonly protocols: readonly number[] | undefined;
  readonly sendEvery: Duration | undefined;
  readonly handshake: ReadonlySet<HandshakeFault>;
}

/** The plan that a list of faults makes; of two of a kind the later counts, save those at a percentage, which all do. */
export function planFaults(faults: readonly Fault[]): FaultPlan {
  const plan: {
    -readonly [K in keyof FaultPlan]: FaultPlan[K];
  } = {
    result: undefined,
    defer: undefined,
    impairment: { loss: 0, duplicate: 0, delay: undefined },
    atPercent: [],
    quirks: new Set(),
    method: 'both',
    protocols: undefined,
    sendEvery: undefined,
    handshake: new Set(),
  };
  for (const fault of faults) {
    switch (fault.kind) {
      case 'result':
        plan.result = fault.result;
        break;
      case 'defer':
        plan.defer = fault.time;
        break;
      case 'loss':
      case 'duplicate':
        plan.impairment = { ...plan.impairment, [fault.kind]: fault.probability };
        break;
      case 'delay':
        plan.impairment = { ...plan.impairment, delay: [fault.least, fault.most] };
        break;
      case 'reboot':
      case 'rebind':
      case 'hang':
        plan.atPercent = [...plan.atPercent, { kind: fault.kind, percent: fault.percent }];
        break;
      case 'quirk':
        plan.quirks = new Set([...plan.quirks, fault.quirk]);
        break;
      case 'handshake':
        plan.handshake = new Set([...plan.handshake, fault.handshake]);
        break;
      case 'method':
        plan.method = fault.method;
        break;
      case 'protocols':
        plan.protocols = fault.protocols;
        break;
      case 'send':
        plan.sendEvery = fault.period;
        break;
    }
  }
  return plan;
}

/** Defaults of {@link SimulatedDeviceOptions}. */
export const DEVICE_DEFAULTS = {
  scheme: 'coap',
  lwm2mVersion: '1.1',
  firmwareVersion: '1.0.0',
  lifetime: 300,
  installTime: millis(1500),
  rebootTime: millis(1500),
  transferTimeout: seconds(93),
} as const;

/** Why a device restarted. */
export type RebootReason = 'update' | 'requested' | 'fault';

/** What happens to a simulated device, for whoever watches. */
export type SimulatorEvent =
  | {
      readonly kind: 'registered';
      readonly endpointName: string;
      /** `/rd/x`, as the server named it. */
      readonly location: string;
      /** How it reaches the server. */
      readonly scheme: DeviceScheme;
      /** The device's own address. */
      readonly address: SocketAddress;
      readonly firmwareVersion: string;
    }
  | { readonly kind: 'deregistered'; readonly endpointName: string }
  | {
      readonly kind: 'state';
      readonly endpointName: string;
      /** 5/0/3: 0–3. */
      readonly state: UpdateStateNumber;
      /** 5/0/5. */
      readonly updateResult: number;
    }
  | {
      readonly kind: 'image';
      readonly endpointName: string;
      readonly size: number;
      readonly sha256: string;
      readonly file?: string;
    }
  | {
      readonly kind: 'rebooted';
      readonly endpointName: string;
      readonly reason: RebootReason;
      /** What runs now. */
      readonly firmwareVersion: string;
    }
  /** A fault came to pass: a sentence. */
  | { readonly kind: 'fault'; readonly endpointName: string; readonly text: string };

/** 5/0/3: 0 idle, 1 downloading, 2 downloaded, 3 updating. */
export type UpdateStateNumber = 0 | 1 | 2 | 3;

/** An event before the device puts its name to it. */
export type UnnamedEvent = SimulatorEvent extends infer E
  ? E extends SimulatorEvent
    ? Omit<E, 'endpointName'>
    : never
  : never;
