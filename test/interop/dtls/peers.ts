import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { cipherSuite, type CipherSuite } from '../../../src/dtls/cipherSuite';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { HandshakeEvent } from '../../../src/dtls/handshakeEvents';
import type { DtlsSettings } from '../../../src/dtls/settings';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import type { Channel } from '../../../src/transport/ports';
import { udpOpener } from '../../../src/transport/udp';
import { findProgram, type Prepared } from '../peers/process.mjs';

export const KEY = encodeUtf8('sixteen byte key');
export const KEY_HEX = toHex(KEY);
export const IDENTITY = 'device-1';
export const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The suite of a number, as a setting. */
export const only = (id: number): readonly CipherSuite[] => {
  const suite = cipherSuite(id);
  return suite ? [suite] : [];
};

/** A program, or what is missing. */
export function program(name: string, debianPackage: string): Prepared<string> {
  const file = findProgram(name);
  return file === undefined
    ? { missing: `${name} is not here: apt-get install ${debianPackage}` }
    : { peer: file };
}

/** Our channel on a loopback port, closed with the test. */
export async function openDtls(
  t: TestContext,
  settings: Omit<DtlsSettings, 'clock' | 'random' | 'observer'>,
): Promise<{ readonly channel: Channel; readonly events: HandshakeEvent[] }> {
  const events: HandshakeEvent[] = [];
  const below = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const channel = createDtlsChannel(below, {
    clock: nodeClock,
    random: nodeRandom,
    observer: (event) => void events.push(event),
    ...settings,
  });
  t.after(() => channel.close());
  return { channel, events };
}

/** A server's side with the one key. */
export const serverWithKey = {
  server: {
    psk: (identity: Uint8Array) => (toHex(identity) === toHex(encodeUtf8(IDENTITY)) ? KEY : undefined),
  },
};

/** A client's side with that key. */
export const clientWithKey = { client: { psk: { identity: encodeUtf8(IDENTITY), key: KEY } } };

/** A running program whose output is read as it comes. */
export class Talker {
  private readonly child: ChildProcess;
  private text = '';
  private readonly exited: Promise<void>;

  constructor(t: TestContext, file: string, args: readonly string[]) {
    this.child = spawn(file, [...args], { stdio: 'pipe' });
    this.child.stdout?.on('data', (bytes: Buffer) => (this.text += bytes.toString('latin1')));
    this.child.stderr?.on('data', (bytes: Buffer) => (this.text += bytes.toString('latin1')));
    this.child.stdin?.on('error', () => {
      // it has ended; what waits for its output says so
    });
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.text += error.message;
        resolve();
      });
      this.child.once('close', () => resolve());
    });
    t.after(() => this.end());
  }

  get output(): string {
    return this.text;
  }

  say(line: string): void {
    this.child.stdin?.write(line);
  }

  /** Waits for the output to match; throws with all of it after `timeoutMs`. */
  async hears(pattern: RegExp, timeoutMs = 15_000): Promise<RegExpExecArray> {
    return eventually(
      () => pattern.exec(this.text) ?? undefined,
      () => `${pattern} in:\n${this.text}`,
      timeoutMs,
    );
  }

  /** Waits for it to end by itself. */
  ended(): Promise<void> {
    return this.exited;
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** Asks each 10 ms until there is something; throws with `what` otherwise. */
export async function eventually<T>(
  look: () => T | undefined,
  what: () => string,
  timeoutMs = 15_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A folder that goes with the test. */
export function temporary(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dtls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
