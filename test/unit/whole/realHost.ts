import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NO_LOG } from '../../../src/base/log';
import type { UpdateStart, Workbench } from '../../../src/contract/workbench';
import type { UpdateEnd, UpdateEvent } from '../../../src/fota/run';
import { memorySecrets } from '../../../src/host/memorySecrets';
import { nodePorts } from '../../../src/host/nodePorts';
import { startHost, type WorkbenchHost } from '../../../src/host/workbenchHost';
import type { SocketAddress } from '../../../src/transport/ports';

/** A host as a terminal or the editor runs it, over real sockets and with a state folder of its own. */
export class RealHost {
  private constructor(
    private readonly host: WorkbenchHost,
    private readonly folder: string,
    /** Where devices register. */
    readonly address: SocketAddress,
    readonly httpAddress: SocketAddress,
  ) {}

  static async open(options: { readonly advertisedHost?: string } = {}): Promise<RealHost> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lwm2m-whole-'));
    const ports = await nodePorts({
      stateFolder: path.join(folder, 'state'),
      log: NO_LOG,
      registryFile: path.resolve('media/registry/objects.json'),
      pid: process.pid,
      secrets: memorySecrets(),
    });
    const loopback = { host: '127.0.0.1', port: 0 };
    const host = await startHost(ports, {
      owner: 'test',
      listen: [
        { scheme: 'coap', address: loopback },
        { scheme: 'http', address: loopback },
      ],
      ...options,
    });
    const { listening } = await host.workbench.status();
    const at = (scheme: string): SocketAddress => {
      const uri = listening.find((one) => one.startsWith(`${scheme}://`)) ?? '';
      return { host: loopback.host, port: Number(uri.split(':').at(-1)) };
    };
    return new RealHost(host, folder, at('coap'), at('http'));
  }

  get workbench(): Workbench {
    return this.host.workbench;
  }

  /** An image as a file. */
  file(name: string, image: Uint8Array): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, image);
    return file;
  }

  /** A whole update: what happened, and how it ended. */
  async update(
    start: UpdateStart,
  ): Promise<{ readonly end: UpdateEnd; readonly events: readonly UpdateEvent[] }> {
    const events: UpdateEvent[] = [];
    return new Promise((resolve, reject) => {
      const listening = this.workbench.onEvent((event) => {
        if (event.kind !== 'update' || event.endpoint !== start.endpoint) return;
        events.push(event.event);
        if (event.event.kind !== 'end') return;
        listening.dispose();
        resolve({ end: event.event.end, events });
      });
      this.workbench.startUpdate(start).catch(reject);
    });
  }

  async close(): Promise<void> {
    await this.host.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
