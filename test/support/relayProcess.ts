/**
 * {@link LossyRelay} as a process of its own: `node relayProcess.cjs '{"server":{…},"link":{…},"front":{…}}'`. Prints its port as a
 * line; a line on stdin moves the clients (`move`), asks for the counts (`counts`), or ends it (`end`, or the end of stdin).
 */
import { createInterface } from 'node:readline';
import type { SocketAddress } from '../../src/transport/ports';
import { LossyRelay, type LossyLink } from './relay';

const { server, link, front } = JSON.parse(process.argv[2] ?? '{}') as {
  server: SocketAddress;
  link: LossyLink;
  front?: SocketAddress;
};

async function main(): Promise<void> {
  const relay = await LossyRelay.open(server, link, front);
  console.log(relay.address.port);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'move') await relay.moveClients();
    if (line === 'counts') console.log(JSON.stringify(relay.seen));
    if (line === 'end') break;
  }
  relay.close();
}

void main();
