import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes, printCode } from '../../../src/coap/code';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import type { Peer } from '../../../src/transport/ports';
import { settle } from '../../support/virtualClock';
import { Setting } from './scriptedClient';

/** A session as its channel numbers it: from 1 in every process. */
const session = (count: number, identity: string): Peer => ({
  key: `dtls:${count}`,
  address: { host: '192.0.2.9', port: 40_000 + count },
  identity,
  identityKind: 'psk',
});

/** A server at a secured listener. */
class Secured extends Setting {
  register = (peer: Peer, name: string) =>
    this.post(peer, 'rd', [`ep=${name}`, 'lwm2m=1.1', 'lt=300'], 40, '</3/0>');
  update = (peer: Peer, name: string) =>
    this.post(peer, `rd/${this.server.registration(name)?.location}`, [], 40, '');
  send = (peer: Peer) => this.post(peer, 'dp', [], 110, '[{"n":"/3303/0/5700","v":1}]');

  /** Another process with what this one stored. */
  restarted(): Secured {
    const after = new Secured();
    const stored = JSON.stringify(this.server.registrations());
    after.server.restore(JSON.parse(stored) as readonly Registration[]);
    return after;
  }

  private async post(peer: Peer, path: string, query: readonly string[], format: number, body: string) {
    const service = this.server.service({ scheme: 'coaps', local: { host: '192.0.2.1', port: 5684 } });
    const response = await service.handle({
      peer,
      method: Codes.POST,
      confirmable: true,
      path: path.split('/'),
      query,
      accept: undefined,
      contentFormat: format,
      observe: undefined,
      options: [],
      size1: undefined,
      body: encodeUtf8(body),
      observed: () => undefined,
    });
    await settle();
    return printCode(response.code);
  }
}

describe('after a restart of the server', () => {
  test('an Update over a session of the number the device had before is told as a move', async () => {
    const before = new Secured();
    await before.register(session(1, 'devA'), 'devA');
    const after = before.restarted();
    const moves: boolean[] = [];
    after.server.onUpdated(({ registration, previous }) =>
      moves.push(registration.peer.key !== previous.peer.key),
    );
    assert.equal(await after.update(session(1, 'devA'), 'devA'), '2.04');
    assert.equal(await after.update(session(1, 'devA'), 'devA'), '2.04');
    assert.deepEqual(moves, [true, false]);
    const again = after.restarted().restarted();
    again.server.onUpdated(({ registration, previous }) =>
      moves.push(registration.peer.key !== previous.peer.key),
    );
    await again.update(session(1, 'devA'), 'devA');
    assert.deepEqual(moves, [true, false, true]);
  });

  test('two devices that exchanged their numbers share none, and no warning says so', async () => {
    const before = new Secured();
    await before.register(session(1, 'devA'), 'devA');
    await before.register(session(2, 'devB'), 'devB');
    const after = before.restarted();
    await after.update(session(1, 'devB'), 'devB');
    await after.send(session(1, 'devB'));
    await after.update(session(2, 'devA'), 'devA');
    await after.send(session(2, 'devA'));
    assert.deepEqual(after.told, ['updated devB', 'send devB 1', 'updated devA', 'send devA 1']);
  });
});

test('a Send in a new session moves its device there, and renews no lifetime', async () => {
  const setting = new Secured();
  await setting.register(session(1, 'devA'), 'devA');
  await setting.clock.advance(299_000);
  assert.equal(await setting.send(session(2, 'devA')), '2.04');
  assert.equal(setting.server.registration('devA')?.peer.key, 'dtls:2');
  await setting.clock.advance(2_000);
  assert.equal(setting.server.registration('devA'), undefined);
});
