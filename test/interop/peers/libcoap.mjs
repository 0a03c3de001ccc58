/** libcoap's example client and server, as Debian packages them: independent C peers that take a new token for each block. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram, run } from './process.mjs';

/** For plain CoAP neither DTLS variant is wanted, but either speaks that as well. */
const anyVariant = ['notls', 'openssl', 'gnutls'];

/** The two programs, of the first variant that is here, or what is missing. */
export function libcoap(variants = anyVariant) {
  for (const variant of variants) {
    const client = findProgram(`coap-client-${variant}`);
    const server = findProgram(`coap-server-${variant}`);
    if (client !== undefined && server !== undefined) {
      return {
        peer: { get: get.bind(null, client), put: put.bind(null, client), serve: serve.bind(null, server) },
      };
    }
  }
  return {
    missing: 'libcoap is not here: apt-get install libcoap3-bin (coap-client-notls, coap-server-notls)',
  };
}

const clientArguments = ({ blockSize, waitSeconds = 60, more = [] }) => [
  ...(blockSize === undefined ? [] : ['-b', String(blockSize)]),
  '-B',
  String(waitSeconds),
  ...more,
];

/** The client says nothing about a success and prints a refusal's code; its exit code is 0 in both cases. */
const refusalOf = (stderr) => /^[45]\.\d\d.*$/m.exec(stderr)?.[0];

async function get(client, uri, options = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'libcoap-'));
  const file = path.join(folder, 'body');
  try {
    const args = ['-m', 'get', ...clientArguments(options), '-o', file, uri];
    const ended = await run({ file: client, args }, { timeoutMs: 300_000 });
    const refusal = refusalOf(ended.stderr);
    return { refusal, body: readOrEmpty(file), ms: ended.ms, stderr: ended.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The client makes the file with the first byte, so that there is none when nothing came. */
function readOrEmpty(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

async function put(client, uri, file, options = {}) {
  const args = [
    '-m',
    'put',
    ...clientArguments(options),
    '-t',
    String(options.contentFormat ?? 42),
    '-f',
    file,
    uri,
  ];
  const ended = await run({ file: client, args }, { timeoutMs: 300_000 });
  return { refusal: refusalOf(ended.stderr), ms: ended.ms, stderr: ended.stderr };
}

/** Starts the server, which keeps what is PUT to any path and gives it back; resolves once it answers. */
async function serve(server, port, host = '127.0.0.1', more = []) {
  const child = spawn(server, ['-A', host, '-p', String(port), '-d', '100', ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr = (stderr + bytes).slice(-4096);
  });
  const exited = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  const close = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await exited;
    clearTimeout(timer);
  };
  if (!(await answersPing(host, port, () => child.exitCode !== null))) {
    await close();
    throw new Error(`coap-server did not answer on ${host}:${port}: ${stderr}`);
  }
  return {
    uri: (name) => `coap://${host}:${port}/${name}`,
    securedUri: (name) => `coaps://${host}:${port + 1}/${name}`,
    pid: child.pid,
    close,
  };
}

/** Sends a CoAP ping each 20 ms until the reset comes; false after five seconds or when `ended` says so. */
function answersPing(host, port, ended) {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    let left = 250;
    const finish = (answered) => {
      clearInterval(timer);
      socket.close();
      resolve(answered);
    };
    const timer = setInterval(() => {
      if (left-- === 0 || ended()) finish(false);
      else socket.send(Uint8Array.of(0x40, 0, 0x70, left), port, host);
    }, 20);
    socket.once('message', () => finish(true));
    socket.on('error', () => finish(false));
  });
}
