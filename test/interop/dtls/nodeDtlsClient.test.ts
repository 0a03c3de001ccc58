import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test, type TestContext } from 'node:test';
import { decodeUtf8Lenient, encodeUtf8, toHex } from '../../../src/base/bytes';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { MessageTypes, decodeMessage, encodeMessage } from '../../../src/coap/message';
import { textOption } from '../../../src/coap/optionValue';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import { requirePeer } from '../peers/required';
import { nodeDtlsClient, type NodeDtlsClient, type NodeDtlsSocket } from './nodeDtlsClient';
import { IDENTITY, KEY, eventually, openDtls, serverWithKey } from './peers';

/** Connects, and has what comes. */
async function connect(
  t: TestContext,
  { dtls }: NodeDtlsClient,
  port: number,
  cipher: string,
): Promise<{ readonly socket: NodeDtlsSocket; readonly heard: Uint8Array[] }> {
  const heard: Uint8Array[] = [];
  const socket = dtls.createSocket({
    type: 'udp4',
    address: '127.0.0.1',
    port,
    psk: { [IDENTITY]: decodeUtf8Lenient(KEY) },
    ciphers: [cipher],
    timeout: 10_000,
  });
  t.after(() => new Promise<void>((closed) => socket.close(() => closed())));
  socket.on('message', (bytes) => void heard.push(Uint8Array.from(bytes)));
  await new Promise<void>((connected, failed) => {
    socket.on('connected', connected);
    socket.on('error', failed);
  });
  return { socket, heard };
}

describe('node-dtls-client', () => {
  for (const [cipher, id] of [
    ['TLS_PSK_WITH_AES_128_CCM_8', 0xc0a8],
    ['TLS_PSK_WITH_AES_128_CCM', 0xc0a4],
    ['TLS_PSK_WITH_AES_128_GCM_SHA256', 0x00a8],
    ['TLS_PSK_WITH_AES_128_CBC_SHA256', 0x00ae],
  ] as const) {
    test(`${cipher}: a handshake, and an echo`, async (t) => {
      const peer = requirePeer(t, await nodeDtlsClient());
      if (!peer) return;
      const { channel, events } = await openDtls(t, serverWithKey);
      channel.onMessage(({ bytes, peer: to }) => {
        assert.equal(to.identity, IDENTITY);
        channel.send(encodeUtf8(`echo ${decodeUtf8Lenient(bytes)}`), to);
      });
      const { socket, heard } = await connect(t, peer, channel.local.port, cipher);
      for (const text of ['hello', 'x'.repeat(1000)]) {
        socket.send(Buffer.from(text));
        await eventually(
          () => heard.find((bytes) => decodeUtf8Lenient(bytes) === `echo ${text}`),
          () => JSON.stringify(events),
        );
      }
      const facts = events.flatMap((e) => (e.kind === 'established' ? [e.facts] : []));
      assert.deepEqual(
        facts.map(({ suite, extendedMasterSecret, ownCid }) => [
          suite.id,
          extendedMasterSecret,
          ownCid.length,
        ]),
        [[id, false, 0]],
      );
    });
  }

  test('fetches over CoAP', async (t) => {
    const peer = requirePeer(t, await nodeDtlsClient());
    if (!peer) return;
    const body = new Uint8Array(randomBytes(700));
    const { channel } = await openDtls(t, serverWithKey);
    const endpoint = createCoapEndpoint(
      channel,
      { handle: () => ({ code: Codes.CONTENT, contentFormat: 42, body: bytesSource(body) }) },
      { clock: nodeClock, random: nodeRandom, hash: nodeHash },
    );
    t.after(() => endpoint.close());
    const { socket, heard } = await connect(t, peer, channel.local.port, 'TLS_PSK_WITH_AES_128_CCM_8');
    socket.send(
      Buffer.from(
        encodeMessage({
          type: MessageTypes.CON,
          code: Codes.GET,
          messageId: 7,
          token: Uint8Array.of(1, 2),
          options: [textOption(11, 'image')],
          payload: new Uint8Array(0),
        }),
      ),
    );
    const answer = decodeMessage(
      await eventually(
        () => heard[0],
        () => 'an answer',
      ),
    );
    assert.ok(answer.ok);
    assert.deepEqual([answer.value.code, answer.value.messageId], [Codes.CONTENT, 7]);
    assert.equal(toHex(answer.value.payload), toHex(body));
  });
});
