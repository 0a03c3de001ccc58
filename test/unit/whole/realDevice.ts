import { millis } from '../../../src/base/clock';
import { SimulatedDevice } from '../../../src/simulator/simulatedDevice';
import type {
  SimulatedDeviceOptions,
  SimulatedDevicePorts,
  SimulatorEvent,
} from '../../../src/simulator/deviceOptions';
import { nodeFetch } from '../../../src/transport/httpFetch';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import type { SocketAddress } from '../../../src/transport/ports';
import { udpOpener } from '../../../src/transport/udp';

/** A simulated device over real sockets, with its events and a way to wait for one. */
export class RealDevice {
  readonly events: SimulatorEvent[] = [];
  readonly device: SimulatedDevice;
  private readonly waiting = new Set<() => void>();

  constructor(
    server: SocketAddress,
    options: Partial<SimulatedDeviceOptions> = {},
    ports: Partial<SimulatedDevicePorts> = {},
  ) {
    this.device = new SimulatedDevice(
      {
        clock: nodeClock,
        random: nodeRandom,
        hash: nodeHash,
        fetch: nodeFetch,
        openChannel: () => udpOpener().open('coap', { host: '127.0.0.1', port: 0 }),
        ...ports,
      },
      {
        endpointName: 'sim',
        serverAddress: server,
        installTime: millis(50),
        rebootTime: millis(50),
        ...options,
      },
    );
    this.device.onEvent((event) => {
      this.events.push(event);
      for (const look of this.waiting) look();
    });
  }

  /** The first event, past or to come, that is meant. */
  event<K extends SimulatorEvent['kind']>(
    kind: K,
    meant: (event: Extract<SimulatorEvent, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<SimulatorEvent, { kind: K }>> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.events.find(
          (one): one is Extract<SimulatorEvent, { kind: K }> =>
            one.kind === kind && meant(one as Extract<SimulatorEvent, { kind: K }>),
        );
        if (!found) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  state(state: number, updateResult: number): Promise<unknown> {
    return this.event('state', (one) => one.state === state && one.updateResult === updateResult);
  }
}
