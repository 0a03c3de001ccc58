import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { millis } from '../../../src/base/clock';
import {
  certifyDevice,
  certifyServer,
  createAuthority,
  type CertifiedKey,
} from '../../../src/security/authority';
import { clientCredentials, clientTls, judgeServer } from '../../../src/security/clientTrust';
import type { Credential } from '../../../src/security/credential';
import { publicKeyOf } from '../../../src/security/publicMaterial';
import { ownCertificate } from '../../../src/security/serverTrust';
import { VirtualClock } from '../../support/virtualClock';
import { HandshakeScene, KEY, psk, SERVER, type Holding } from './handshakeScene';

const YEAR = 365 * 24 * 3600 * 1000;
const clock = new VirtualClock();
/** A clock whose calendar is off by so much. */
const shifted = (by: number) => ({
  now: () => clock.now(),
  wallTime: () => clock.wallTime() + by,
  after: clock.after.bind(clock),
});
const made = (async () => {
  const authority = await createAuthority(clock);
  const early = await createAuthority(shifted(-5 * YEAR));
  return {
    authority,
    early,
    stranger: await createAuthority(clock, 'someone else'),
    sameName: await createAuthority(clock),
    server: await certifyServer(authority, ['10.0.0.1', 'workbench.local'], clock),
    elsewhere: await certifyServer(authority, ['192.0.2.99'], clock),
    device: await certifyDevice(authority, 'dev1', clock),
    expired: await certifyDevice(early, 'dev1', shifted(-4 * YEAR)),
    later: await certifyDevice(authority, 'dev1', shifted(YEAR)),
  };
})();

/** A device with a certificate of its own goes to the server of a new scene. */
async function goes(
  holding: Holding,
  device: CertifiedKey,
  trusts: { readonly authority?: Uint8Array; readonly clockOff?: number } = {},
): Promise<HandshakeScene> {
  const { authority, server } = await made;
  const scene = await HandshakeScene.of(
    { certificate: server, authority: authority.certificate, ...holding },
    {},
    new VirtualClock(),
  );
  const expected = { host: SERVER.host, authority: trusts.authority ?? authority.certificate };
  const client = clientCredentials(
    { mode: 'certificate', certificate: device },
    expected,
    shifted(trusts.clockOff ?? 0),
  );
  await scene.tries(scene.device({ client }), 100);
  return scene;
}

describe("a device's certificate, judged by us", () => {
  test('of our authority: its common name is its endpoint', async () => {
    const { device } = await made;
    const scene = await goes({}, device);
    assert.equal(scene.attempt.outcome, 'completed');
    assert.equal(scene.attempt.endpoint, 'dev1');
    assert.equal(scene.attempt.verdict, undefined);
    const { peer } = scene.heard[0] ?? assert.fail();
    assert.equal(peer.identityKind, 'certificate');
    assert.equal(scene.trust.provedEndpoint(peer), 'dev1');
  });

  test('expired', async () => {
    const { early, expired } = await made;
    const scene = await goes({ authority: early.certificate }, expired);
    assert.equal(scene.verdict.code, 'CERTIFICATE_EXPIRED');
    assert.match(
      scene.verdict.message,
      /"dev1" of the device at 10\.0\.0\.2 is not trusted: it expired on 20\d\d-\d\d-\d\d/,
    );
    assert.match(scene.verdict.next, /certificates device --endpoint/);
    assert.equal(scene.attempt.identity, 'dev1');
  });

  test('not yet good', async () => {
    const { later } = await made;
    const scene = await goes({}, later);
    assert.equal(scene.verdict.code, 'CERTIFICATE_EXPIRED');
    assert.match(scene.verdict.message, /not good before/);
    assert.match(scene.verdict.next, /date/);
  });

  test('of an authority that is not ours', async () => {
    const { stranger } = await made;
    const scene = await goes({}, await certifyDevice(stranger, 'dev1', clock));
    assert.equal(scene.verdict.code, 'CERTIFICATE_UNKNOWN_ISSUER');
    assert.match(scene.verdict.message, /our authority did not sign it/);
    assert.deepEqual(scene.verdict.action, { kind: 'addCredential', endpoint: 'dev1' });
  });

  test('of an authority of the same name, made anew since', async () => {
    const { sameName } = await made;
    const scene = await goes({}, await certifyDevice(sameName, 'dev1', clock));
    assert.match(scene.verdict.message, /authority of the same name signed it, with another key/);
  });

  test('of a stranger, and the very one of a credential: its endpoint', async () => {
    const { stranger } = await made;
    const own = await certifyDevice(stranger, 'something', clock);
    const credential: Credential = { mode: 'x509', endpointName: 'dev7', certificate: own.certificate };
    const scene = await goes({ credentials: [credential] }, own);
    assert.equal(scene.attempt.endpoint, 'dev7');
    assert.equal(scene.attempt.identity, 'something');
    assert.equal(
      scene.trust.registrationRefusal('something', scene.heard[0]?.peer ?? {}, true)?.code,
      'IDENTITY_NOT_ENDPOINT',
    );
  });

  test('the authority itself comes as a client', async () => {
    const { authority } = await made;
    const scene = await goes({}, authority);
    assert.equal(scene.attempt.outcome, 'failed');
    assert.match(scene.verdict.message, /it is an authority's/);
  });

  test('a raw public key that is known, and one that is not', async () => {
    const { device, authority } = await made;
    const own = ownCertificate(device);
    const known: Credential = { mode: 'rpk', endpointName: 'dev5', publicKey: own.publicKey };
    for (const [credentials, code] of [
      [[known], undefined],
      [[], 'CERTIFICATE_UNKNOWN_ISSUER'],
    ] as const) {
      const { server } = await made;
      const scene = await HandshakeScene.of({
        certificate: server,
        authority: authority.certificate,
        credentials,
      });
      const judge = () => ({ trusted: true, name: 'server' }) as const;
      await scene.tries(scene.device({ client: { certificate: { ...own, chain: [] }, judge } }), 100);
      assert.equal(scene.attempt.verdict?.code, code);
      if (code === undefined) assert.equal(scene.attempt.endpoint, 'dev5');
      else assert.match(scene.verdict.next, /credentials add --endpoint NAME --public-key/);
    }
  });

  test('none at all', async () => {
    const { server } = await made;
    const scene = await HandshakeScene.of({ certificate: server });
    const judge = () => ({ trusted: true, name: 'server' }) as const;
    await scene.tries(scene.device({ client: { judge } }), 100);
    assert.match(scene.verdict.message, /shows none of its own/);
  });

  test('a private key of another pair', async () => {
    const { device, authority } = await made;
    const other = await certifyDevice(authority, 'dev1', clock);
    const scene = await goes({}, { certificate: device.certificate, privateKey: other.privateKey });
    assert.equal(scene.verdict.code, 'WRONG_KEY');
    assert.match(scene.verdict.message, /private key that does not belong/);
  });
});

describe('our certificate, judged by the device', () => {
  test('another host than the one it goes to', async () => {
    const { device, elsewhere } = await made;
    const scene = await goes({ certificate: elsewhere }, device);
    assert.equal(scene.verdict.code, 'CERTIFICATE_WRONG_NAME');
    assert.match(scene.verdict.message, /good for 192\.0\.2\.99, and the device goes to 10\.0\.0\.1/);
    assert.deepEqual(scene.verdict.action, { kind: 'makeCertificate', hosts: ['10.0.0.1'] });
  });

  test('an authority it does not have', async () => {
    const { device, stranger } = await made;
    const scene = await goes({}, device, { authority: stranger.certificate });
    assert.equal(scene.verdict.code, 'CERTIFICATE_UNKNOWN_ISSUER');
    assert.match(scene.verdict.next, /certificates show/);
    assert.deepEqual(scene.verdict.action, { kind: 'showAuthority' });
  });

  test('its clock is wrong', async () => {
    const { device } = await made;
    const scene = await goes({}, device, { clockOff: -50 * YEAR });
    assert.equal(scene.verdict.code, 'CERTIFICATE_EXPIRED');
    assert.match(scene.verdict.message, /good until .*the device's clock is wrong/);
  });

  test('it has expired indeed', async () => {
    const { device, early } = await made;
    const certificate = await certifyServer(early, ['10.0.0.1'], shifted(-4 * YEAR));
    const scene = await goes({ certificate }, device, { authority: early.certificate });
    assert.match(scene.verdict.message, /it has expired on/);
    assert.match(scene.verdict.next, /certificates server --host 10\.0\.0\.1/);
  });
});

describe('what a device trusts', () => {
  const certificate = (der: Uint8Array) => ({ kind: 'x509', chain: [der] }) as const;

  test('each reason apart', async () => {
    const { authority, server, stranger, device } = await made;
    const now = clock.wallTime();
    const judge = (
      der: Uint8Array,
      expected: Omit<Parameters<typeof judgeServer>[1], 'host'>,
      host: string,
      at = now,
    ) => {
      const verdict = judgeServer(certificate(der), { host, ...expected }, at);
      return verdict.trusted ? 'trusted' : verdict.code;
    };
    const ours = { authority: authority.certificate };
    assert.equal(judge(server.certificate, ours, '10.0.0.1'), 'trusted');
    assert.equal(judge(server.certificate, ours, 'Workbench.LOCAL'), 'trusted');
    assert.equal(judge(server.certificate, ours, '10.0.0.3'), 'wrongName');
    assert.equal(judge(server.certificate, ours, 'other.local'), 'wrongName');
    assert.equal(judge(server.certificate, ours, '10.0.0.1', now + 4 * YEAR), 'expired');
    assert.equal(judge(server.certificate, ours, '10.0.0.1', now - YEAR), 'notYetValid');
    assert.equal(judge(server.certificate, { authority: stranger.certificate }, '10.0.0.1'), 'unknownIssuer');
    assert.equal(judge(server.certificate, {}, '10.0.0.1'), 'unknownIssuer');
    assert.equal(judge(authority.certificate, ours, '10.0.0.1'), 'notForThisUse');
    assert.equal(
      judge(server.certificate, { pinned: server.certificate }, 'anything', now + 9 * YEAR),
      'trusted',
    );
    assert.equal(judge(server.certificate, { pinned: device.certificate }, '10.0.0.1'), 'unknownIssuer');
    const publicKey = publicKeyOf(server.certificate);
    const bare = { kind: 'rawPublicKey', publicKey } as const;
    assert.equal(judgeServer(bare, { host: 'x', publicKey }, now).trusted, true);
    assert.equal(judgeServer(bare, { host: 'x', pinned: server.certificate }, now).trusted, true);
    assert.equal(judgeServer(bare, { host: 'x', pinned: device.certificate }, now).trusted, false);
  });

  test('over TLS the same, and the name it asks for is none where it goes to an address', async () => {
    const { authority, server } = await made;
    const tls = (host: string) => clientTls(undefined, { host, authority: authority.certificate }, clock);
    assert.equal(tls('10.0.0.1').serverName, undefined);
    assert.equal(tls('workbench.local').serverName, 'workbench.local');
    const judged = tls('10.0.0.1').judge?.([server.certificate], SERVER);
    assert.equal(judged?.trusted, true);
  });

  test('chains from strangers never throw, on either side', async () => {
    const { authority, server } = await made;
    const scene = await HandshakeScene.of({ authority: authority.certificate });
    const damaged = fc
      .tuple(fc.nat(server.certificate.length - 1), fc.nat(255))
      .map(([at, byte]) => server.certificate.map((one, i) => (i === at ? byte : one)));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged), { maxLength: 4 }),
        (chain) => {
          const expected = { host: '10.0.0.1', authority: authority.certificate };
          const byDevice = judgeServer({ kind: 'x509', chain }, expected, clock.wallTime());
          const byServer = scene.trust.judge({ kind: 'x509', chain });
          const [leaf] = chain;
          const whole = leaf && Buffer.compare(leaf, server.certificate) === 0;
          if (!whole) assert.ok(!byDevice.trusted && !byServer.trusted);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('who a proved identity is', () => {
  test('a PSK identity that is another endpoint name is never taken for that endpoint', async () => {
    const scene = await HandshakeScene.of({
      credentials: [psk('dev1', KEY, 'dev2'), psk('dev2', KEY, 'dev2-id')],
    });
    const { provedEndpoint, registrationRefusal } = scene.trust;
    await scene.tries(scene.keyed('dev2'), 10);
    const peer = scene.heard[0]?.peer ?? assert.fail();
    assert.deepEqual([peer.identity, peer.identityKind], ['dev2', 'psk']);
    assert.equal(provedEndpoint(peer), 'dev1');
    assert.equal(registrationRefusal('dev2', peer, true)?.code, 'IDENTITY_NOT_ENDPOINT');
    assert.equal(registrationRefusal('dev1', peer, true), undefined);
    // A certificate of that name is the endpoint's own.
    assert.equal(provedEndpoint({ identity: 'dev2', identityKind: 'certificate' }), 'dev2');
    // Where the kind is not told, it proves nothing.
    assert.equal(provedEndpoint({ identity: 'dev2' }), undefined);
    assert.equal(registrationRefusal('dev2', { identity: 'dev2' }, true)?.code, 'IDENTITY_NOT_ENDPOINT');
  });

  test('a credential that was taken away proves nothing any more', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1'), 10);
    await scene.store.remove('dev1');
    await scene.clock.advance(millis(1));
    const refusal = scene.trust.registrationRefusal('dev1', scene.heard[0]?.peer ?? {}, true);
    assert.match(refusal?.message ?? '', /credential is no longer here/);
  });

  test('for TLS: PEM of the certificate as it is now, and keys by identity', async () => {
    const { server } = await made;
    const holding: Holding = { credentials: [psk('dev1')] };
    const scene = await HandshakeScene.of(holding);
    assert.equal(scene.trust.tls.own(), undefined);
    holding.certificate = server;
    const pem = scene.trust.tls.own()?.certificate ?? '';
    assert.ok(new X509Certificate(pem).raw.equals(server.certificate));
    assert.deepEqual(scene.trust.tls.psk('dev1'), KEY);
    assert.equal(scene.trust.tls.psk('dev2'), undefined);
  });
});
