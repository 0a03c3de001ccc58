import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationError } from '../../../src/base/errors';
import { parseListenUri } from '../../../src/host/listenUri';
import { WaitingListeners } from '../../../src/host/waitingListeners';

const WANTED = ['coaps://127.0.0.1:5684', 'coaps+tcp://127.0.0.1:5684', 'https://127.0.0.1:0'];

/** What listens, and what opening it takes: TLS the certificate, DTLS nothing. */
function scene(wanted: readonly string[] = WANTED) {
  const has = { key: false, certificate: false, portTaken: '' };
  const opened: string[] = [];
  const warnings: string[] = [];
  const waiting = new WaitingListeners(wanted.map(parseListenUri), {
    open: (listen) => {
      if (listen.scheme === has.portTaken)
        return Promise.reject(new OperationError('PORT_IN_USE', 'port 5684 is taken'));
      if (listen.scheme !== 'coaps' && !has.certificate)
        return Promise.reject(
          new OperationError(
            listen.scheme === 'https' ? 'NO_CERTIFICATE' : 'TLS_PSK_MISSING',
            'no certificate',
          ),
        );
      const port = listen.address.port === 0 ? 8443 : listen.address.port;
      return Promise.resolve({ ...listen, address: { ...listen.address, port } });
    },
    inUse: () => has.key || has.certificate,
    opened: (uri) => opened.push(uri),
    warn: (message) => warnings.push(message),
  });
  return { has, opened, warnings, waiting };
}

test('without a key nothing is opened; HTTPS, which needs none, is told to lack its certificate', async () => {
  const { opened, warnings, waiting } = scene();
  await waiting.tryAll();
  assert.deepEqual(opened, []);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^https:\/\/127\.0\.0\.1 is not listened on yet: it needs the server's cert/,
  );
  assert.deepEqual(waiting.views(), [
    { uri: 'coaps://127.0.0.1:5684', needs: 'key' },
    { uri: 'coaps+tcp://127.0.0.1:5684', needs: 'key' },
    { uri: 'https://127.0.0.1', needs: 'certificate' },
  ]);
});

test('one that lacks its certificate keeps no other from opening, is told once, and opens with the certificate', async () => {
  const { has, opened, warnings, waiting } = scene([
    'https://127.0.0.1:0',
    'coaps+tcp://127.0.0.1:5684',
    'coaps://127.0.0.1:5684',
  ]);
  has.key = true;
  await waiting.tryAll();
  await waiting.tryAll();
  assert.deepEqual(opened, ['coaps://127.0.0.1:5684']);
  assert.equal(warnings.length, 2);
  has.certificate = true;
  await waiting.tryAll();
  assert.deepEqual(opened.slice(1), ['https://127.0.0.1:8443', 'coaps+tcp://127.0.0.1:5684']);
  assert.deepEqual(waiting.views(), []);
  assert.equal(warnings.length, 2);
});

test('changes that come while one opens do not open it twice', async () => {
  const { has, opened, waiting } = scene();
  has.key = has.certificate = true;
  await Promise.all([waiting.tryAll(), waiting.tryAll(), waiting.tryAll()]);
  assert.equal(opened.length, 3);
  await waiting.settled();
});

test('another failure is told with its reason, and tried again at the next change', async () => {
  const { has, opened, warnings, waiting } = scene(['coaps://127.0.0.1:5684']);
  has.key = true;
  has.portTaken = 'coaps';
  await waiting.tryAll();
  assert.deepEqual(warnings, ['coaps://127.0.0.1:5684 is not listened on: port 5684 is taken']);
  assert.equal(waiting.views()[0]?.needs, 'other');
  has.portTaken = '';
  await waiting.tryAll();
  assert.deepEqual(opened, ['coaps://127.0.0.1:5684']);
});
