import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printUri } from '../../../src/host/listenUri';
import type { StatusView } from '../../../src/contract/workbench';
import { standingIn } from '../../../src/extension/model/ownPorts';
import { inMemory } from '../../../src/extension/remembered';
import { DeviceModel } from '../../../src/extension/model/deviceModel';
import { serverRow } from '../../../src/extension/model/serverRow';
import { statusText } from '../../../src/extension/model/statusText';
import { SCHEMES } from '../../../src/base/scheme';
import {
  wantedListeners,
  type ListeningSettings,
  type WantedListeners,
} from '../../../src/extension/model/wantedListeners';

const settings = (more: Partial<ListeningSettings> = {}): ListeningSettings => ({
  addresses: ['127.0.0.1'],
  transports: ['coap', 'coaps', 'http'],
  port: 5683,
  securedPort: 5684,
  httpPort: 0,
  httpsPort: 0,
  ...more,
});

const uris = ({ listen, securedListen }: WantedListeners) => ({
  atOnce: listen.map(({ scheme, address }) => printUri(scheme, address)),
  withKeys: securedListen.map(({ scheme, address }) => printUri(scheme, address)),
});

describe('what the settings have the server listen on', () => {
  test('ports taken in place of theirs: each address its own, a new one that of the others, no key yet a free one', () => {
    const own = ['coap://127.0.0.1:40001', 'coap://192.168.1.20:40002', 'coaps://127.0.0.1'];
    const addresses = ['127.0.0.1', '192.168.1.20', '::1'];
    assert.deepEqual(uris(wantedListeners(settings({ addresses, transports: ['coap', 'coaps'], own }))), {
      atOnce: ['coap://127.0.0.1:40001', 'coap://192.168.1.20:40002', 'coap://[::1]:40001'],
      withKeys: ['coaps://127.0.0.1:0', 'coaps://192.168.1.20:0', 'coaps://[::1]:0'],
    });
    const tcp = settings({ transports: ['coap+tcp', 'http'], own, httpPort: 8080 });
    assert.deepEqual(uris(wantedListeners(tcp)).atOnce, [
      'coap+tcp://127.0.0.1:40001',
      'http://127.0.0.1:8080',
    ]);
  });

  test('the default: CoAP and HTTP at once, coaps with the first key', () => {
    assert.deepEqual(uris(wantedListeners(settings())), {
      atOnce: ['coap://127.0.0.1:5683', 'http://127.0.0.1:0'],
      withKeys: ['coaps://127.0.0.1:5684'],
    });
  });

  test('every transport: TCP takes the numbers of UDP, HTTPS its own', () => {
    assert.deepEqual(uris(wantedListeners(settings({ transports: SCHEMES, httpsPort: 8443 }))), {
      atOnce: ['coap://127.0.0.1:5683', 'coap+tcp://127.0.0.1:5683', 'http://127.0.0.1:0'],
      withKeys: ['coaps://127.0.0.1:5684', 'coaps+tcp://127.0.0.1:5684', 'https://127.0.0.1:8443'],
    });
  });

  test('at each address, in the order of the schemes however they were written', () => {
    assert.deepEqual(
      uris(wantedListeners(settings({ addresses: ['127.0.0.1', '::1'], transports: ['coap+tcp', 'coap'] }))),
      {
        atOnce: [
          'coap://127.0.0.1:5683',
          'coap+tcp://127.0.0.1:5683',
          'coap://[::1]:5683',
          'coap+tcp://[::1]:5683',
        ],
        withKeys: [],
      },
    );
  });
});

describe('the addresses in the views', () => {
  const model = new DeviceModel(() => '/3/0/3');
  const status = (more: Partial<StatusView>): StatusView => ({
    owner: 'editor',
    pid: 1,
    startedAt: 0,
    listening: [],
    ...more,
  });
  const row = (more: Partial<StatusView>) => serverRow(model, { status: status(more), joined: false });

  test('the row tells the first, and by what else and where the server is reached', () => {
    const { label, description } = row({
      listening: [
        'coap://127.0.0.1:5683',
        'coap+tcp://127.0.0.1:5683',
        'http://127.0.0.1:80',
        'coap://[::1]:5683',
      ],
    });
    assert.equal(label, 'coap://127.0.0.1:5683');
    assert.equal(description, 'this machine only · 0 devices · also coap+tcp · at 2 addresses');
  });

  test('its hover and the status bar’s tell all, and what those that are not open wait for', () => {
    const told = {
      listening: ['coap://192.0.2.1:5683', 'http://192.0.2.1:8080'],
      waiting: [
        { uri: 'coaps://192.0.2.1:5684', needs: 'key' },
        { uri: 'https://192.0.2.1', needs: 'certificate' },
      ],
    } as const;
    const { tooltip = '' } = row(told);
    for (const text of [tooltip, statusText('running', model, status(told)).tooltip]) {
      assert.match(text, /coap:\/\/192\.0\.2\.1:5683\n {2}http:\/\/192\.0\.2\.1:8080\n/);
      assert.match(text, /coaps:\/\/192\.0\.2\.1:5684 \(opens with the first credential\)/);
      assert.match(text, /https:\/\/192\.0\.2\.1 \(needs the server's certificate\)/);
    }
    assert.equal(row(told).description, '0 devices');
  });

  test('a firmware server alone is told as well', () => {
    assert.equal(row({ listening: ['http://127.0.0.1:8080'] }).label, 'http://127.0.0.1:8080');
  });
});

describe('ports taken in place of the settings’', () => {
  const own = ['coap://127.0.0.1:40001', 'coaps://127.0.0.1:5684'];

  test('are kept until those of the settings change, in whichever window', () => {
    let now = { coap: 5683, coaps: 5684 };
    const ports = standingIn(inMemory(), () => now);
    assert.equal(ports.get(), undefined);
    ports.set(own);
    assert.deepEqual(ports.get(), own);
    now = { coap: 5690, coaps: 5684 };
    assert.equal(ports.get(), undefined);
  });

  test('are not kept where they are the same', () => {
    const ports = standingIn(inMemory(), () => ({ coap: 40001, coaps: 5684 }));
    ports.set(own);
    assert.equal(ports.get(), undefined);
  });
});
