import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../../src/coap/endpoint';
import type { CoapService, OutgoingResponse } from '../../../src/coap/exchange';
import { decodeMessage, encodeMessage } from '../../../src/coap/message';
import { nodeHash } from '../../../src/transport/nodeHash';
import type { Peer } from '../../../src/transport/ports';
import { seededRandom } from '../../support/seededRandom';
import { Scene, serverPeer } from '../dtls/pair';
import { pattern, within } from './pair';
import { block2, block2Of, con, path } from './rows/scriptedPeer';

const image = pattern(5000);

/** A server and a device that takes records of 512 bytes. */
class ShortRecords {
  readonly scene = new Scene();
  readonly server: CoapEndpoint;
  readonly device: CoapEndpoint;
  /** What the device was sent and sent itself. */
  readonly wire: { readonly out: boolean; readonly bytes: Uint8Array }[] = [];
  private peer: Peer | undefined;

  constructor(ofDevice: CoapService['handle'] = () => ({ code: Codes.CHANGED })) {
    const server = this.scene.server();
    const client = this.scene.client({ maxFragmentLength: 512 });
    const ports = (seed: number) => ({ clock: this.scene.clock, random: seededRandom(seed), hash: nodeHash });
    this.server = createCoapEndpoint(
      server.channel,
      {
        handle: (request): OutgoingResponse => {
          this.peer = request.peer;
          return { code: Codes.CONTENT, body: request.path[0] === 'fw' ? image : Uint8Array.of(1) };
        },
      },
      ports(1),
    );
    this.device = createCoapEndpoint(client.channel, { handle: ofDevice }, ports(2));
    this.device.onWire(({ direction, bytes }) => void this.wire.push({ out: direction === 'out', bytes }));
    this.toServer = serverPeer(client);
  }

  readonly toServer: Peer;

  done<T>(promise: Promise<T>): Promise<T> {
    return within(this.scene.clock, 200_000, promise, 100);
  }

  /** The device, once it has come. */
  async toDevice(): Promise<Peer> {
    await this.done(this.device.request(this.toServer, { method: Codes.GET, path: ['x'] }));
    return this.peer ?? assert.fail('it never came');
  }

  /** Block2 of each message that was received, or sent, with one. */
  blocks(out: boolean) {
    return this.wire.flatMap((one) => {
      const message = one.out === out ? decodeMessage(one.bytes) : undefined;
      const block = message?.ok ? block2Of(message.value) : undefined;
      return block ? [block] : [];
    });
  }
}

describe('over a session of records of 512 bytes', () => {
  test('a body goes out in blocks that fit', async () => {
    let got: Uint8Array | undefined;
    const s = new ShortRecords(({ body }) => {
      got = body;
      return { code: Codes.CHANGED };
    });
    const peer = await s.toDevice();
    const answer = await s.done(
      s.server.request(peer, { method: Codes.PUT, path: ['5', '0', '0'], body: image }),
    );
    assert.equal(answer.code, Codes.CHANGED);
    assert.deepEqual(got, image);
    // of the answer to the device's own request: a Write asks for no blocks
    assert.deepEqual(s.blocks(false), [{ num: 0, more: false, szx: 4 }]);
  });

  test('a Block2 request for larger blocks is answered with smaller ones', async () => {
    const s = new ShortRecords();
    await s.toDevice();
    const { channel } = s.device;
    channel.send(encodeMessage(con(Codes.GET, 1, [1], [path('fw'), block2(1, false, 6)])), s.toServer);
    await s.scene.clock.advance(10);
    assert.deepEqual(s.blocks(false).at(-1), { num: 4, more: true, szx: 4 });
  });

  test('what we read is asked for in blocks that the device can send', async () => {
    const s = new ShortRecords(() => ({ code: Codes.CONTENT, body: image }));
    const peer = await s.toDevice();
    const answer = await s.done(s.server.request(peer, { method: Codes.GET, path: ['3'] }));
    assert.deepEqual(answer.body, image);
    assert.deepEqual(s.blocks(false)[0], { num: 0, more: false, szx: 4 });
  });

  test('a message that fits in none fails at once, and no other with it', async () => {
    const s = new ShortRecords();
    const peer = await s.toDevice();
    const began = s.scene.clock.now();
    const long = s.server.request(peer, {
      method: Codes.GET,
      path: ['x'],
      query: ['q'.repeat(250), 'r'.repeat(250)],
    });
    const other = s.server.request(peer, { method: Codes.GET, path: ['3'] });
    await assert.rejects(s.done(long), { code: 'MESSAGE_TOO_LONG' });
    assert.equal((await s.done(other)).code, Codes.CHANGED);
    assert.ok(s.scene.clock.now() - began < 1000);
  });
});
