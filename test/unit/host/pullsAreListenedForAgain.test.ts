import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationError } from '../../../src/base/errors';
import type { RunRecord } from '../../../src/fota/run';
import { parseListenUri, printUri } from '../../../src/host/listenUri';
import { reopenForPulls } from '../../../src/host/reopen';

const pull = (packageUri: string, more: Partial<RunRecord> = {}): RunRecord => ({
  id: 'a',
  endpointName: 'dev1',
  startedAt: 1000,
  file: '/build/zephyr.signed.bin',
  image: { kind: 'mcuboot', size: 3, sha256: '00', sendable: true, problems: [] },
  phase: 'transferring',
  offerId: 'id',
  plan: { method: 'pull', protocol: 'http', why: '', versionBefore: '1', instanceId: 0, packageUri },
  events: [],
  bytes: 0,
  interrupted: true,
  ...more,
});

/** What is opened for what history has, newest first; `taken` is a port of another program. */
async function opened(runs: readonly RunRecord[], chosen: readonly string[] = [], taken?: number) {
  const open = chosen.map(parseListenUri);
  const asked: string[] = [];
  const told: string[] = [];
  await reopenForPulls({
    history: { list: () => runs },
    listeners: {
      all: () => open,
      open: (listen) => {
        if (listen.address.port === taken) throw new OperationError('PORT_IN_USE', 'taken');
        asked.push(printUri(listen.scheme, listen.address));
        open.push(listen);
        return Promise.resolve(listen);
      },
    },
    chosen: chosen.map(parseListenUri),
    localOf: () => ({ host: '127.0.0.1', port: 5683 }),
    log: (message) => told.push(message),
  });
  return { asked, told };
}
const askedFor = async (...about: Parameters<typeof opened>) => (await opened(...about)).asked;

test('a pull by HTTP finds its old port, on loopback and on an address that was chosen', async () => {
  assert.deepEqual(await askedFor([pull('http://127.0.0.1:40999/f/id')]), ['http://127.0.0.1:40999']);
  assert.deepEqual(await askedFor([pull('https://[::1]:40999/f/id')]), ['https://[::1]:40999']);
  assert.deepEqual(await askedFor([pull('http://192.0.2.1:40999/f/id')], ['coap://192.0.2.1:5683']), [
    'http://192.0.2.1:40999',
  ]);
});

test('an address that nobody chose, and a name, are not listened on: another port is', async () => {
  for (const host of ['192.0.2.1', '127.evil.example'])
    assert.deepEqual(await askedFor([pull(`http://${host}:40999/f/id`)]), ['http://127.0.0.1:0']);
});

test('a port that another program has by now gives another', async () => {
  const { asked, told } = await opened([pull('http://127.0.0.1:40999/f/id')], [], 40_999);
  assert.deepEqual(asked, ['http://127.0.0.1:0']);
  assert.match(told.join(), /40999 is not listened on again/);
});

test('nothing opens for what listens already, is CoAP’s or another server’s, has ended, or was overtaken', async () => {
  const uri = 'http://127.0.0.1:40999/f/id';
  assert.deepEqual(await askedFor([pull(uri)], ['http://127.0.0.1:40999']), []);
  assert.deepEqual(await askedFor([pull('coap://127.0.0.1:40999/f/id'), pull('/fw/x')]), []);
  const { offerId: _, ...external } = pull(uri);
  const { interrupted: __, ...underWay } = pull(uri);
  for (const run of [external, underWay, pull(uri, { phase: 'downloaded' })])
    assert.deepEqual(await askedFor([run]), []);
  assert.deepEqual(await askedFor([pull(uri, { id: 'newer', phase: 'ended' }), pull(uri)]), []);
});
