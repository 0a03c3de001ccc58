/**
 * Clients that make handshakes, one after another and each from a port of its own: `--port P --secured psk|FOLDER
 * --count N`. Tells `{"event":"handshakes","perSecond":…,"p50Us":…}` and ends.
 */
import { udpOpener } from '../../src/transport/udp';
import { securedChannel } from './securedChannel';

const option = (name: string): string => {
  const value = process.argv[process.argv.indexOf(`--${name}`) + 1];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const port = Number(option('port'));
const count = Number(option('count'));
const secured = option('secured');

/** From the first ClientHello to the verified Finished, in milliseconds. */
async function handshake(): Promise<{ readonly ms: number; readonly suite: string }> {
  const below = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const started = performance.now();
  let channel: ReturnType<typeof securedChannel> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      channel = securedChannel(below, secured, {
        resumable: false,
        observer: (event) => {
          if (event.kind === 'established')
            resolve({ ms: performance.now() - started, suite: event.facts.suite.name });
          if (event.kind === 'failed') reject(new Error(JSON.stringify(event.failure)));
        },
      });
      // an empty message asks for nothing but the handshake
      channel.send(Uint8Array.of(0x40, 0, 0, 1), channel.peerAt({ host: '127.0.0.1', port }));
    });
  } finally {
    await (channel ?? below).close();
  }
}

async function main(): Promise<void> {
  // the first ones find everything cold
  for (let n = 0; n < Math.min(50, count); n++) await handshake();
  const times: number[] = [];
  let suite = '';
  const started = performance.now();
  for (let n = 0; n < count; n++) {
    const { ms, suite: agreed } = await handshake();
    times.push(ms);
    suite = agreed;
  }
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  console.log(
    JSON.stringify({
      event: 'handshakes',
      suite,
      count,
      perSecond: count / seconds,
      p50Us: (times[times.length >> 1] ?? NaN) * 1000,
    }),
  );
}

void main();
