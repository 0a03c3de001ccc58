import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { printPath } from '../../../src/objects/path';
import type { Peer } from '../../../src/transport/ports';
import { OBJECTS, Setting } from './scriptedClient';

describe('a registration', () => {
  test('keeps what the client told, and answers 2.01 with a location', async () => {
    const setting = new Setting();
    const client = setting.client();
    const reply = await client.register(
      ['b=U', 'lwm2m=1.1', 'lt=300', 'ep=urn:imei:1', 'Q', 'sms=+4917'],
      '</>;rt="oma.lwm2m";ct="60 110 112",</1/0>,</3>;ver=1.2,</3/0>,</5/0>;ver="1.1",</33000/7>',
    );
    assert.match(reply.location, /^rd\/[A-Za-z0-9_-]{10}$/);
    assert.equal(reply.code, '2.01');
    const registration = setting.server.registration('urn:imei:1');
    assert.ok(registration);
    assert.equal(`rd/${registration.location}`, reply.location);
    assert.equal(registration.lifetime, 300);
    assert.equal(registration.lwm2mVersion, '1.1');
    assert.equal(registration.queueMode, true);
    assert.equal(registration.smsNumber, '+4917');
    assert.deepEqual(registration.contentFormats, [60, 110, 112]);
    assert.deepEqual(
      registration.objectLinks.map(({ path, version }) => printPath(path) + (version ? ` ${version}` : '')),
      ['/1/0', '/3 1.2', '/3/0', '/5/0 1.1', '/33000/7'],
    );
    assert.deepEqual(registration.local, {
      scheme: 'coap',
      address: { host: '192.0.2.1', port: 5683 },
    });
    assert.deepEqual(setting.told, ['registered urn:imei:1']);
  });

  test('lives by its lifetime, not a moment less, and an Update after it gets 4.04', async () => {
    const setting = new Setting();
    const client = setting.client();
    const location = await client.registered('dev', 'lt=60');
    await setting.clock.advance(59_999);
    assert.ok(setting.server.registration('dev'));
    assert.equal((await client.update(location)).code, '2.04');
    await setting.clock.advance(59_000);
    assert.ok(setting.server.registration('dev'));
    await setting.clock.advance(1_001);
    assert.equal(setting.server.registration('dev'), undefined);
    assert.equal((await client.update(location)).code, '4.04');
    assert.deepEqual(setting.told, ['registered dev', 'updated dev', 'removed dev expired']);
    assert.equal(setting.clock.timers < 3, true, 'no timer is left of it');
  });

  test('is kept for the grace time beyond', async () => {
    const setting = new Setting({ grace: 5000 as never });
    const client = setting.client();
    const location = await client.registered('dev', 'lt=60');
    await setting.clock.advance(64_000);
    assert.equal((await client.update(location)).code, '2.04');
  });

  test('with lt=0 has no end; a shorter lifetime by Update counts at once', async () => {
    const setting = new Setting();
    const client = setting.client();
    const location = await client.registered('dev', 'lt=0');
    await setting.clock.advance(400 * 86_400_000);
    assert.ok(setting.server.registration('dev'));
    await client.update(location, ['lt=30']);
    await setting.clock.advance(31_000);
    assert.equal(setting.server.registration('dev'), undefined);
  });

  test('of a known name is replaced under a new location', async () => {
    const setting = new Setting();
    const client = setting.client();
    const first = await client.registered('dev');
    const second = await client.registered('dev');
    assert.notEqual(first, second);
    assert.equal((await client.update(first)).code, '4.04');
    assert.equal((await client.update(second)).code, '2.04');
    assert.equal(setting.server.registrations().length, 1);
    assert.deepEqual(setting.told.slice(0, 3), [
      'registered dev',
      'removed dev replaced',
      'registered dev again',
    ]);
  });

  test('ends with De-register', async () => {
    const setting = new Setting();
    const client = setting.client();
    const location = await client.registered('dev');
    const bye = { code: Codes.DELETE, path: `/${location}` };
    assert.equal((await client.request(bye)).code, '2.02');
    assert.equal((await client.request(bye)).code, '4.04');
    assert.deepEqual(setting.told, ['registered dev', 'removed dev deregistered']);
  });

  test('an Update with a list replaces the whole list, one without leaves it', async () => {
    const setting = new Setting();
    const client = setting.client();
    const location = await client.registered('dev');
    await client.update(location, [], '</3/0>,</3303/0>');
    await client.update(location, ['b=UT']);
    const registration = setting.server.registration('dev');
    assert.deepEqual(
      registration?.objectLinks.map(({ path }) => printPath(path)),
      ['/3/0', '/3303/0'],
    );
    assert.equal(registration?.contentFormats, undefined);
    assert.equal(registration?.binding, 'UT');
    assert.equal(registration?.lifetime, 300);
  });

  test('with another root keeps the paths below it', async () => {
    const setting = new Setting();
    const client = setting.client();
    await client.register(
      ['ep=dev', 'lwm2m=1.0', 'lt=60'],
      '</oma/dev>;rt="oma.lwm2m";ct=11543,</oma/dev/1/0>,</oma/dev/3/0>',
    );
    const registration = setting.server.registration('dev');
    assert.deepEqual(registration?.rootPath, ['oma', 'dev']);
    assert.deepEqual(
      registration?.objectLinks.map(({ path }) => printPath(path)),
      ['/1/0', '/3/0'],
    );
    assert.deepEqual(registration?.contentFormats, [11543]);
  });

  test('equal lists are one list in memory', async () => {
    const setting = new Setting();
    for (const name of ['a', 'b']) await setting.client().registered(name);
    const [a, b] = setting.server.registrations();
    assert.ok(a && b);
    assert.equal(a.objectLinks, b.objectLinks);
    assert.equal(a.local, b.local);
  });

  test('is taken up after a restart as far as its lifetime has not passed', async () => {
    const before = new Setting();
    await before.client().registered('short', 'lt=60');
    const client = before.client();
    const location = await client.registered('long', 'lt=600');
    const stored = JSON.parse(JSON.stringify(before.server.registrations())) as ReturnType<
      typeof before.server.registrations
    >;
    const after = new Setting();
    await after.clock.advance(120_000);
    after.server.restore(stored);
    const again = after.client();
    assert.equal((await again.update(location)).code, '2.04');
    assert.equal(after.server.registration('long')?.peer.key, again.key);
    assert.equal(after.server.registration('short'), undefined);
    assert.deepEqual(after.told, ['removed short expired', 'updated long']);
    await after.clock.advance(599_000);
    assert.ok(after.server.registration('long'));
    await after.clock.advance(2_000);
    assert.equal(after.server.registration('long'), undefined);
  });
});

describe('registering leniently', () => {
  const cases: readonly (readonly [string, readonly string[], string, string, RegExp | undefined])[] = [
    ['no lt: 86,400 s', ['ep=a', 'lwm2m=1.1'], OBJECTS, '2.01', /without lt/],
    ['1.2', ['ep=a', 'lwm2m=1.2', 'lt=60', 'b=M'], OBJECTS, '2.01', undefined],
    ['a vendor parameter', ['ep=a', 'lwm2m=1.1', 'lt=60', 'x=1'], OBJECTS, '2.01', /parameter x is none/],
    ['a parameter twice', ['ep=a', 'ep=b', 'lwm2m=1.1', 'lt=60'], OBJECTS, '2.01', /given twice/],
    ['no list', ['ep=a', 'lwm2m=1.1', 'lt=60'], '', '2.01', /without an object list/],
    ['a foreign link', ['ep=a', 'lwm2m=1.1', 'lt=60'], '</3/0>,</temp>', '2.01', /\/temp .* no object/],
    ['no ep', ['lwm2m=1.1', 'lt=60'], OBJECTS, '4.00', /ep is missing/],
    ['an empty ep', ['ep=', 'lwm2m=1.1', 'lt=60'], OBJECTS, '4.00', /ep is empty/],
    ['an ep that turns text round', ['ep=a\u202eb', 'lwm2m=1.1'], OBJECTS, '4.00', /unprintable/],
    ['no lwm2m', ['ep=a', 'lt=60'], OBJECTS, '4.00', /lwm2m is missing/],
    ['lwm2m=2.0', ['ep=a', 'lwm2m=2.0', 'lt=60'], OBJECTS, '4.12', /1.0, 1.1 and 1.2/],
    ['lwm2m=1.3', ['ep=a', 'lwm2m=1.3', 'lt=60'], OBJECTS, '4.12', /1.0, 1.1 and 1.2/],
    ['lwm2m=one', ['ep=a', 'lwm2m=one', 'lt=60'], OBJECTS, '4.00', /no version/],
    ['lt=-5', ['ep=a', 'lwm2m=1.1', 'lt=-5'], OBJECTS, '4.00', /no number of seconds/],
    ['a binding that is none', ['ep=a', 'lwm2m=1.1', 'lt=60', 'b=u;'], OBJECTS, '4.00', /no binding/],
    ['a broken list', ['ep=a', 'lwm2m=1.1', 'lt=60'], '</3/0>,<<', '4.00', /character 7/],
    ['a profile', ['ep=a', 'lwm2m=1.2', 'lt=60', 'pid=7'], '', '4.09', /profile/],
    ['a list over 16 KiB', ['ep=a', 'lwm2m=1.1', 'lt=60'], '</3/0>,'.repeat(2400), '4.13', /16 KiB|bytes/],
  ];
  for (const [name, query, body, code, warning] of cases) {
    test(`${name}: ${code}`, async () => {
      const setting = new Setting();
      const reply = await setting.client().register(query, body);
      assert.equal(reply.code, code);
      const warnings = setting.told.filter((line) => line.startsWith('warning'));
      if (warning) assert.match(warnings.join('\n'), warning);
      else assert.deepEqual(warnings, []);
      assert.equal(setting.server.registrations().length, code === '2.01' ? 1 : 0);
    });
  }

  test('1.0 tells queue mode in its binding', async () => {
    const setting = new Setting();
    await setting.client().register(['ep=a', 'lwm2m=1.0', 'b=UQ', 'lt=60']);
    assert.equal(setting.server.registration('a')?.queueMode, true);
  });

  test('what nobody asked of /rd and /dp', async () => {
    const client = new Setting().client();
    for (const [code, path, answer] of [
      [Codes.GET, '/rd', '4.05'],
      [Codes.PUT, '/rd/x', '4.05'],
      [Codes.POST, '/rd/x/y', '4.04'],
      [Codes.POST, '/nowhere', '4.04'],
      [Codes.GET, '/dp', '4.05'],
      [Codes.POST, '/dp', '4.04'],
    ] as const)
      assert.equal((await client.request({ code, path })).code, answer, path);
  });
});

describe('a full table', () => {
  test('refuses new names with 5.03, yet known ones register again', async () => {
    const setting = new Setting({ maxRegistrations: 2 });
    await setting.client().registered('a');
    await setting.client().registered('b');
    const third = setting.client();
    for (let i = 0; i < 3; i++)
      assert.equal((await third.register(['ep=c', 'lwm2m=1.1', 'lt=60'])).code, '5.03');
    assert.equal(
      setting.told.filter((line) => /all 2 registrations that are kept are taken/.test(line)).length,
      1,
    );
    await setting.client().registered('a');
    assert.equal(setting.server.registrations().length, 2);
  });
});

describe('a full list of objects', () => {
  test('refuses lists beyond what is kept for all clients together, with 5.03', async () => {
    const setting = new Setting();
    const service = setting.server.service({ scheme: 'coap', local: { host: '192.0.2.1', port: 1 } });
    const list = encodeUtf8(Array.from({ length: 2000 }, (_, id) => `</${id}>`).join(','));
    const codes = new Map<number, number>();
    for (let i = 0; i < 1010; i++) {
      const peer = { key: `p${i}`, address: { host: '192.0.2.9', port: i + 1 } };
      const response = service.handle({
        peer,
        method: Codes.POST,
        confirmable: true,
        path: ['rd'],
        query: [`ep=d${i}`, 'lwm2m=1.1', 'lt=60'],
        accept: undefined,
        contentFormat: 40,
        observe: undefined,
        options: [],
        size1: undefined,
        body: list,
        observed: () => undefined,
      });
      assert.ok('code' in response);
      codes.set(response.code, (codes.get(response.code) ?? 0) + 1);
    }
    assert.deepEqual(
      [...codes],
      [
        [Codes.CREATED, 1000],
        [Codes.SERVICE_UNAVAILABLE, 10],
      ],
    );
  });
});

describe('a proven identity', () => {
  const secure = (identity: string) => ({
    key: `session ${identity}`,
    address: { host: '192.0.2.9', port: 1 },
    identity,
  });
  const post = (
    setting: Setting,
    peer: Peer,
    path: string,
    query: readonly string[],
    [contentFormat, text]: readonly [number, string],
  ) => {
    const service = setting.server.service({ scheme: 'coaps', local: { host: '192.0.2.1', port: 5684 } });
    const request = { peer, method: Codes.POST, confirmable: true, path: [path], query, contentFormat };
    const rest = { accept: undefined, observe: undefined, options: [], size1: undefined };
    const response = service.handle({
      ...request,
      ...rest,
      body: encodeUtf8(text),
      observed: () => undefined,
    });
    assert.ok('code' in response);
    return response;
  };
  const register = (setting: Setting, peer: Peer, query: readonly string[]) =>
    post(setting, peer, 'rd', query, [40, '</3/0>']);
  const send = (setting: Setting, peer: Peer) =>
    post(setting, peer, 'dp', [], [110, '[{"n":"/3303/0/5700","v":42}]']);

  test('must be the name, and is the name where none is given', () => {
    const setting = new Setting();
    const rest = ['lwm2m=1.1', 'lt=60'];
    assert.equal(register(setting, secure('a'), ['ep=b', ...rest]).code, Codes.BAD_REQUEST);
    assert.equal(register(setting, secure('a'), ['ep=a', ...rest]).code, Codes.CREATED);
    assert.equal(register(setting, secure('c'), rest).code, Codes.CREATED);
    assert.ok(setting.server.registration('c'));
  });

  test('says whose a Send is, whatever the session’s key was in the process before', async () => {
    const before = new Setting();
    const inSession = (key: string, identity: string) => ({ ...secure(identity), key });
    register(before, inSession('dtls:1', 'a'), ['ep=a', 'lwm2m=1.1', 'lt=60']);
    register(before, inSession('dtls:2', 'b'), ['ep=b', 'lwm2m=1.1', 'lt=60']);
    const after = new Setting();
    after.server.restore(before.server.registrations());
    assert.equal(send(after, inSession('dtls:1', 'b')).code, Codes.CHANGED);
    assert.equal(send(after, inSession('dtls:2', 'c')).code, Codes.NOT_FOUND);
    await after.clock.advance(0);
    assert.deepEqual(
      after.told.filter((one) => !one.startsWith('updated')),
      ['send b 1'],
    );
    const channel = { scheme: 'coaps', local: { host: '192.0.2.1', port: 5684 } } as const;
    assert.equal(after.server.endpointAt(channel, inSession('dtls:1', 'b')), 'b');
    assert.equal(after.server.endpointAt(channel, inSession('dtls:2', 'c')), undefined);
  });

  test('in a new session, without an Update: its Send is taken, and it is spoken to there', async () => {
    const setting = new Setting();
    register(setting, secure('a'), ['ep=a', 'lwm2m=1.1', 'lt=60']);
    const resumed = { ...secure('a'), key: 'resumed' };
    assert.equal(send(setting, resumed).code, Codes.CHANGED);
    await setting.clock.advance(0);
    assert.equal(setting.server.registration('a')?.peer.key, 'resumed');
  });

  test('is bound as the owner’s hook says', () => {
    const setting = new Setting({
      authorize: ({ identity }, name) =>
        identity === `psk-${name}` || { code: Codes.FORBIDDEN, reason: 'not yours' },
    });
    const rest = ['lwm2m=1.1', 'lt=60'];
    assert.equal(register(setting, secure('psk-a'), ['ep=a', ...rest]).code, Codes.CREATED);
    assert.equal(register(setting, secure('psk-b'), ['ep=a', ...rest]).code, Codes.FORBIDDEN);
  });

  test('keeps its registration from who knows the location but isn’t it', async () => {
    const setting = new Setting();
    register(setting, secure('a'), ['ep=a', 'lwm2m=1.1', 'lt=60']);
    const location = `rd/${setting.server.registration('a')?.location}`;
    assert.equal((await setting.client().update(location)).code, '4.00');
  });
});
