import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeviceAbilities } from '../../../src/fota/abilities';
import { planUpdate } from '../../../src/fota/plan';
import type { Listening, PlanWish } from '../../../src/fota/planPull';
import type { Scheme } from '../../../src/transport/ports';

const PORTS: Readonly<Record<Scheme, number>> = {
  coap: 5683,
  coaps: 5684,
  'coap+tcp': 5693,
  'coaps+tcp': 5694,
  http: 8080,
  https: 8443,
};
const SCHEMES = Object.keys(PORTS) as Scheme[];
const HOST = '192.0.2.1';
const at = (scheme: Scheme, host = HOST) => ({ host, port: PORTS[scheme] });
const listens = (...schemes: Scheme[]): readonly Listening[] =>
  schemes.map((scheme) => ({ scheme, address: at(scheme) }));

interface Case {
  readonly by?: Scheme;
  /** 5/0/8 and 5/0/9. */
  readonly offers?: readonly Scheme[] | undefined;
  readonly takes?: number | undefined;
  readonly queueMode?: boolean;
  readonly listening?: readonly Listening[];
  readonly wish?: Partial<PlanWish>;
}

function planOf({ by = 'coap', listening = listens(...SCHEMES), wish = {}, ...device }: Case) {
  const abilities: DeviceAbilities = {
    endpointName: 'dev1',
    objectIds: [1, 3, 5],
    instanceId: 0,
    objectVersion: '1.0',
    deliveryMethod: 'takes' in device ? device.takes : 2,
    protocols: 'offers' in device ? device.offers : SCHEMES,
    queueMode: device.queueMode ?? false,
    local: { scheme: by, address: at(by) },
    versionBefore: '1.0.0',
  };
  const image = { version: '1.1.0', sha256: 'ab'.repeat(32) };
  return planUpdate(abilities, image, listening, { method: 'auto', ...wish });
}
const planned = (asked: Case) => {
  const made = planOf(asked);
  assert.ok(made.ok, JSON.stringify(made));
  return made;
};
const refused = (asked: Case) => {
  const made = planOf(asked);
  assert.ok(!made.ok, JSON.stringify(made));
  assert.ok(made.refusal.next);
  return made.refusal;
};
const PULL = { method: 'pull' } as const;

const ROWS: readonly (readonly [situation: string, asked: Case, way: string, why: RegExp])[] = [
  // a device is pulled to where it registered
  ...(['coap', 'coaps', 'coap+tcp', 'coaps+tcp'] as const).map(
    (by) =>
      [`registered by ${by}`, { by }, `pull ${by} ${HOST}:${PORTS[by]}`, /address it registered at/] as const,
  ),
  // and pushed to by the way it registered
  ...(['coap', 'coaps', 'coap+tcp', 'coaps+tcp'] as const).map(
    (by) =>
      [`push asked, by ${by}`, { by, wish: { method: 'push' } as const }, `push ${by}`, /as asked/] as const,
  ),
  ...(['coap', 'coaps', 'coap+tcp', 'coaps+tcp'] as const).map(
    (by) => [`queue mode by ${by}`, { by, queueMode: true }, `push ${by}`, /queue mode/] as const,
  ),
  // every protocol when asked
  ...SCHEMES.map(
    (protocol) =>
      [
        `${protocol} asked for`,
        { wish: { ...PULL, protocol } },
        `pull ${protocol} ${HOST}:${PORTS[protocol]}`,
        new RegExp(`By ${protocol.replace('+', '\\+')}, as asked`),
      ] as const,
  ),
  [
    'secured, own way not offered: another secured one',
    { by: 'coaps', offers: ['coap', 'http', 'https'], wish: PULL },
    `pull https ${HOST}:8443`,
    /must trust the authority.*https/,
  ],
  [
    'secured, nothing secured listens that it offers: plain, told as such',
    { by: 'coaps', offers: ['coap', 'https'], listening: listens('coap', 'coaps'), wish: PULL },
    `pull coap ${HOST}:5683`,
    /registered by coaps, and the image now travels unprotected: coap is not encrypted/,
  ],
  [
    'the same where push goes too: push stays protected',
    { by: 'coaps', offers: ['coap'] },
    'push coaps',
    /registered by coaps.*\(coap\) would leave the image unprotected/,
  ],
  [
    'the same where pull is all it takes',
    { by: 'coaps', offers: ['http'], takes: 0 },
    `pull http ${HOST}:8080`,
    /takes nothing else.*unprotected: http/,
  ],
  [
    'secured, plain asked for',
    { by: 'coaps', wish: { protocol: 'http' } },
    `pull http ${HOST}:8080`,
    /push goes by coaps.*as asked.*unprotected/,
  ],
  [
    'secured, names no protocol',
    { by: 'coaps', offers: undefined, wish: PULL },
    `pull coaps ${HOST}:5684`,
    /names no protocol \(5\/0\/8\), so coaps, by which it registered/,
  ],
  [
    'plain over TCP, not offered for downloads',
    { by: 'coap+tcp', offers: ['coaps', 'http'], wish: PULL },
    `pull http ${HOST}:8080`,
    /offers coaps, http/,
  ],
  [
    'plain, offers secured and plain: plain, although secured listens',
    { offers: ['coaps', 'https', 'http'], wish: PULL },
    `pull http ${HOST}:8080`,
    /By http from/,
  ],
  [
    'plain, offers secured alone: with the key it needs',
    { offers: ['coaps'], wish: PULL },
    `pull coaps ${HOST}:5684`,
    /registered by coap, so it must have a key \(PSK\) or certificate/,
  ],
  [
    'plain, offers https alone: with the certificate it needs',
    { offers: ['https'], takes: 0 },
    `pull https ${HOST}:8443`,
    /must trust the authority that signed the server's certificate for https/,
  ],
  [
    'plain, offers secured and plain, and only secured listens',
    { offers: ['coaps', 'http'], listening: listens('coap', 'coaps') },
    'push coap',
    /nothing it could fetch from listens here/,
  ],
  [
    'protocol asked for that it does not offer, both methods open',
    { offers: ['http'], wish: { protocol: 'coap' } },
    'push coap',
    /takes both: it offers http/,
  ],
];

describe('the way is chosen by what the device can, its security, and what listens', () => {
  for (const [situation, asked, way, why] of ROWS)
    test(situation, () => {
      const { plan, authority } = planned(asked);
      const { method, protocol } = plan;
      assert.equal(method === 'pull' ? `pull ${protocol} ${authority}` : `push ${protocol}`, way);
      assert.match(plan.why, why);
      assert.match(plan.why, method === 'pull' ? /^Pull/ : /^Push/);
    });
});

describe('what the device needs for a secured download comes with the plan', () => {
  test('a key by name where it registered in plain', () => {
    assert.match(
      planned({ wish: { protocol: 'coaps' } }).plan.next ?? '',
      /credentials generate --endpoint dev1/,
    );
  });
  test('the authority’s certificate for https', () => {
    assert.match(planned({ by: 'coaps', wish: { protocol: 'https' } }).plan.next ?? '', /certificates show/);
  });
  test('nothing where it is in such a session already, or nothing is secured', () => {
    assert.equal(planned({ by: 'coaps' }).plan.next, undefined);
    assert.equal(planned({}).plan.next, undefined);
  });
  const certified = (...names: string[]) => [{ scheme: 'https' as const, address: at('https'), names }];
  test('a certificate for another host is warned of, with the command that makes one', () => {
    const { plan } = planned({ wish: { protocol: 'https' }, listening: certified('localhost', '127.0.0.1') });
    assert.match(plan.why, /Warning: .*for localhost, 127\.0\.0\.1 and not for 192\.0\.2\.1/);
    assert.match(plan.next ?? '', /certificates server --host 192\.0\.2\.1/);
  });
  test('a certificate for the host is not', () => {
    const named = planned({
      wish: { protocol: 'https', host: 'Fw.Example' },
      listening: certified('*.example'),
    });
    assert.doesNotMatch(named.plan.why, /Warning/);
    const address = planned({ wish: { protocol: 'https' }, listening: certified(HOST) });
    assert.doesNotMatch(address.plan.why, /Warning/);
  });
  test('a wildcard stands for one label alone', () => {
    const asked = { protocol: 'https', host: 'a.fw.example' } as const;
    assert.match(planned({ wish: asked, listening: certified('*.example') }).plan.why, /Warning/);
  });
});

describe('a listener of the host that is named', () => {
  test('is taken before the one the device registered at', () => {
    const listening = [
      ...listens('coap'),
      { scheme: 'coap' as const, address: { host: '192.0.2.9', port: 7 } },
    ];
    assert.equal(planned({ listening, wish: { ...PULL, host: '192.0.2.9' } }).authority, '192.0.2.9:7');
  });
});

describe('what is missing is named as a listener to add', () => {
  for (const [protocol, uri] of [
    ['coaps', 'coaps://192.0.2.1:5684'],
    ['coap+tcp', 'coap+tcp://192.0.2.1:5683'],
    ['coaps+tcp', 'coaps+tcp://192.0.2.1:5684'],
    ['https', 'https://192.0.2.1:0'],
  ] as const)
    test(protocol, () => {
      const { code, next } = refused({ listening: listens('coap'), wish: { ...PULL, protocol } });
      assert.equal(code, 'NOT_LISTENING');
      assert.ok(next.includes(uri), next);
    });
  test('the first the device would be given', () => {
    const { code, cause } = refused({
      by: 'coaps',
      offers: ['http', 'https'],
      takes: 0,
      listening: listens('coaps'),
    });
    assert.equal(code, 'NOT_LISTENING');
    assert.match(cause, /for https/);
  });
});

describe('a Package URI of the user’s own', () => {
  const from = (uri: string, more: Partial<PlanWish> = {}, asked: Case = {}) => ({
    ...asked,
    wish: { uri, ...more },
  });
  test('relative: fetched as the device registered, written as it is, served here', () => {
    const { plan, serve } = planned(from('/fw/{endpoint}/{version}.bin', {}, { by: 'coaps' }));
    assert.deepEqual(
      [plan.method, plan.protocol, plan.packageUri, plan.external],
      ['pull', 'coaps', '/fw/dev1/1.1.0.bin', undefined],
    );
    assert.deepEqual(serve, ['fw', 'dev1', '1.1.0.bin']);
    assert.match(plan.why, /^Pull, since a Package URI is given\. .*resolves the relative URI/);
  });
  test('absolute at a listener of ours', () => {
    const { plan, serve } = planned(from('http://192.0.2.1:8080/a%20b/{sha256}'));
    assert.equal(plan.protocol, 'http');
    assert.deepEqual(serve, ['a b', 'ab'.repeat(32)]);
  });
  test('absolute by a name of ours: of the certificate, of the setting, or of loopback', () => {
    const listening: readonly Listening[] = [
      { scheme: 'https', address: at('https'), names: ['fw.example'] },
      { scheme: 'coap', address: { host: '127.0.0.1', port: 5683 } },
    ];
    assert.ok(planned(from('https://FW.example:8443/x', {}, { listening })).serve);
    assert.ok(planned(from('coap://localhost/x', {}, { listening })).serve);
    assert.ok(planned(from('https://board.lan:8443/x', { host: 'board.lan' }, { listening })).serve);
  });
  test('absolute and external: written as it is, nothing served here', () => {
    const { plan, serve } = planned(from('https://cdn.example/fw?id={version}', { external: true }));
    assert.deepEqual(
      [plan.packageUri, plan.protocol, plan.external, serve],
      ['https://cdn.example/fw?id=1.1.0', 'https', true, undefined],
    );
    assert.match(plan.why, /serves the image by itself/);
  });
  test('in plain for a device that registered securely: told as such', () => {
    const { plan } = planned(from('http://cdn.example/fw', { external: true }, { by: 'coaps' }));
    assert.match(plan.why, /unprotected/);
  });
  for (const [situation, asked, code, words] of [
    [
      'served by nobody',
      from('https://cdn.example/fw'),
      'URI_NOT_OURS',
      /--external.*https:\/\/192\.0\.2\.1:8443/,
    ],
    ['at a port of ours that is another’s', from('http://192.0.2.1:80/fw'), 'URI_NOT_OURS', /--external/],
    ['external without a URI', { wish: { external: true } }, 'EXTERNAL_WITHOUT_URI', /URI/],
    ['relative and external', from('/fw/x', { external: true }), 'URI_NOT_EXTERNAL', /other server/],
    ['with push', from('/fw/x', { method: 'push' }), 'URI_NOT_FOR_PUSH', /pull/],
    [
      'for a device that takes push only',
      from('/fw/x', {}, { takes: 1 }),
      'METHOD_NOT_OFFERED',
      /PULL_SUPPORT/,
    ],
    ['with another protocol', from('/fw/x', { protocol: 'http' }), 'PROTOCOL_NOT_FOR_URI', /protocol out/],
    ['by a protocol not offered', from('/fw/x', {}, { offers: ['http'] }), 'PROTOCOL_NOT_OFFERED', /http/],
    ['no template', from('/fw/{serial}'), 'BAD_URI_TEMPLATE', /URI/],
    ['too long', from(`/fw/${'x'.repeat(252)}`), 'URI_TOO_LONG', /Shorten/],
    [
      'with a query that our server does not tell apart',
      from('/fw/x?v={version}'),
      'URI_PATH_NOT_SERVED',
      /path/,
    ],
    ['with an empty segment', from('/fw//x'), 'URI_PATH_NOT_SERVED', /slashes/],
    ...['rd', 'dp', 'f', 'bs', '.well-known', '%72d'].map(
      (first) => [`below /${first}`, from(`/${first}/x`), 'URI_PATH_TAKEN', /another segment/] as const,
    ),
  ] as const)
    test(`${situation}: refused as ${code}`, () => {
      const refusal = refused(asked);
      assert.equal(refusal.code, code);
      assert.match(refusal.next, words);
    });
});
