import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createCoapEndpoint } from '../../../../src/coap/createEndpoint';
import { Codes, printCode } from '../../../../src/coap/code';
import { fromBase64, toBase64 } from '../../../../src/base/bytes';
import { errorText } from '../../../../src/base/errors';
import type { Channel } from '../../../../src/transport/ports';
import { nodeClock } from '../../../../src/transport/nodeClock';
import { nodeHash } from '../../../../src/transport/nodeHash';
import { nodeRandom } from '../../../../src/transport/nodeRandom';
import { udpOpener } from '../../../../src/transport/udp';
import { pattern } from '../pair';

/** A body in a table of what came. */
export interface Handled {
  readonly path: string;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly code: string;
  readonly body: Uint8Array;
}

/**
 * A CoAP implementation under test: server and client on one socket of the loopback. It serves GET /big with 5000 bytes
 * made anew each time, every other GET with "hello", and answers all else with 2.04.
 */
export interface Subject {
  readonly port: number;
  ask(method: 'GET' | 'PUT', port: number, path: string, body?: Uint8Array): Promise<Answer>;
  observe(port: number, path: string): Promise<void>;
  /** The requests its handler saw. */
  handled(): Promise<readonly Handled[]>;
  /** The bodies its observation was told, the first answer included. */
  notified(): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

/** Our endpoint. `custom` gives it a channel that is not UDP's own. */
export async function ours(custom: boolean): Promise<Subject> {
  const udp = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const handled: Handled[] = [];
  const notified: Uint8Array[] = [];
  const channel = custom ? disguised(udp) : udp;
  const endpoint = createCoapEndpoint(
    channel,
    {
      handle: (request) => {
        const path = `/${request.path.join('/')}`;
        handled.push({ path, body: request.body });
        if (request.method !== Codes.GET) return { code: Codes.CHANGED };
        const body = path === '/big' ? pattern(5000) : new TextEncoder().encode('hello');
        return { code: Codes.CONTENT, body };
      },
    },
    { clock: nodeClock, random: nodeRandom, hash: nodeHash },
  );
  const peerAt = (port: number) => channel.peerAt({ host: '127.0.0.1', port });
  return {
    port: channel.local.port,
    ask: async (method, port, path, body) => {
      const request = { method: Codes[method], path: path.slice(1).split('/'), ...(body && { body }) };
      const response = await endpoint.request(peerAt(port), request);
      return { code: printCode(response.code), body: response.body };
    },
    observe: async (port, path) => {
      const request = { method: Codes.GET, path: path.slice(1).split('/') };
      const { response, observation } = await endpoint.observe(peerAt(port), request);
      notified.push(response.body);
      observation?.onNotification((notification) => notified.push(notification.response.body));
    },
    handled: () => Promise.resolve(handled),
    notified: () => Promise.resolve(notified),
    close: () => endpoint.close(),
  };
}

/** A channel of another make, as one that decrypts would be. */
const disguised = (channel: Channel): Channel => ({
  scheme: channel.scheme,
  reliable: false,
  local: channel.local,
  send: (bytes, peer) => channel.send(bytes, peer),
  onMessage: channel.onMessage,
  onFault: channel.onFault,
  peerAt: (address) => channel.peerAt(address),
  close: () => channel.close(),
});

/** node-coap in a process of its own. */
export async function nodeCoap(custom: boolean): Promise<Subject> {
  const child = fork('test/unit/coap/rows/nodeCoapSubject.mjs', custom ? ['custom'] : [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  child.on('message', (message: { id: number; result?: unknown; error?: string }) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(`node-coap failed: ${message.error}`));
  });
  // Not 'close': it doesn't come where this side disconnected first.
  const exited = Promise.all([once(child, 'exit'), child.stderr && once(child.stderr, 'end')]).then(() => {
    const why = /Error: .*/.exec(stderr)?.[0] ?? stderr.slice(-300);
    for (const call of waiting.values()) call.reject(new Error(`node-coap's process ended: ${why}`));
    waiting.clear();
  });
  let calls = 0;
  const call = (op: string, args?: unknown): Promise<unknown> => {
    const id = ++calls;
    const result = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    child.send({ id, op, args }, (error) => {
      if (!error) return;
      waiting
        .get(id)
        ?.reject(new Error(`node-coap's process ended: ${errorText(error)} ${stderr.slice(-300)}`));
      waiting.delete(id);
    });
    return result;
  };
  const port = (await new Promise((resolve, reject) => waiting.set(0, { resolve, reject }))) as number;
  const bytesOf = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array(0);
  return {
    port,
    ask: async (method, to, path, body) => {
      const args = { method, port: to, path, ...(body && { body: toBase64(body) }) };
      const answer = (await call('ask', args)) as { code: string; body: string };
      return { code: answer.code, body: bytesOf(answer.body) };
    },
    observe: async (to, path) => {
      await call('ask', { method: 'GET', port: to, path, observe: true });
    },
    handled: async () =>
      ((await call('handled')) as { path: string; body: string }[]).map(({ path, body }) => ({
        path,
        body: bytesOf(body),
      })),
    notified: async () => ((await call('notified')) as string[]).map(bytesOf),
    close: async () => {
      if (child.connected) child.disconnect();
      child.kill();
      await exited;
    },
  };
}
