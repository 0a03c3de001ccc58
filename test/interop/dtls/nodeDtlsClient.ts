import { createRequire } from 'node:module';
import path from 'node:path';
import { preparedFolder, runWell, type Prepared } from '../peers/process.mjs';

/** The last versions that run on Node 20: the peer, and what it is built on. */
const PACKAGES = ['node-dtls-client@1.1.1', 'debug@4.4.3', 'semver@7.7.2'];

/** What of node-dtls-client is used. */
export interface NodeDtlsClient {
  readonly dtls: {
    createSocket(options: {
      readonly type: 'udp4';
      readonly address: string;
      readonly port: number;
      readonly psk: Readonly<Record<string, string>>;
      readonly ciphers: readonly string[];
      readonly timeout: number;
    }): NodeDtlsSocket;
  };
}

export interface NodeDtlsSocket {
  on(event: 'connected', listener: () => void): void;
  on(event: 'message', listener: (bytes: Uint8Array) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  send(bytes: Uint8Array): void;
  close(closed: () => void): void;
}

/** A DTLS client in JavaScript, installed once from npm beside the project, or what is missing. */
export async function nodeDtlsClient(): Promise<Prepared<NodeDtlsClient>> {
  try {
    const folder = await preparedFolder('node-dtls-client', PACKAGES, async (fresh) => {
      const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
      await runWell(
        { file: 'npm', args: ['install', '--prefix', fresh, ...quiet, ...PACKAGES] },
        { timeoutMs: 120_000 },
      );
    });
    const load = createRequire(path.join(folder, 'index.js'));
    return { peer: load('node-dtls-client') as NodeDtlsClient };
  } catch (error) {
    return { missing: `node-dtls-client could not be installed: ${String(error)}` };
  }
}
