import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { verdictWords } from '../../../src/extension/model/handshakeWords';
import { createAuthority } from '../../../src/security/authority';
import { verdictCodes, type VerdictCode } from '../../../src/security/handshakeAttempt';
import { nodeClock } from '../../../src/transport/nodeClock';
import { openScene, type Scene } from '../../workbench/scene';
import type { Workbench } from '../../workbench/host/workbench';
import { Talker, eventually, program } from '../dtls/peers';
import { Records, brokenWay } from '../handshakes/brokenWay';
import { files } from '../handshakes/secured';
import { requirePeer } from '../peers/required';

const KEY = 'Sixteen byte key';
const NEW_KEY = 'another 16 bytes';
const hex = (text: string) => toHex(encodeUtf8(text));

/** Gives an endpoint a key from the palette; it may have one already. */
async function giveKey(workbench: Workbench, endpoint: string, key: string): Promise<void> {
  const widget = workbench.page.locator('.quick-input-widget:visible');
  await workbench.command('LwM2M: Add Credential…');
  await widget.getByText(/Endpoint name, as the device registers/).waitFor();
  await workbench.answer(endpoint);
  await widget.getByText(/Identity that the device presents/).waitFor();
  await workbench.page.keyboard.press('Enter');
  await workbench.choose(/Type It as Text/);
  await widget.getByText(/its UTF-8 bytes are the key/).waitFor();
  await workbench.answer(key);
  const dialog = workbench.page.locator('.monaco-dialog-box');
  const kept = workbench.notification(new RegExp(`${endpoint} has a credential now`));
  await kept.or(dialog).first().waitFor();
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Replace' }).click();
  await kept.waitFor();
  await workbench.command('Notifications: Clear All Notifications');
}

describe("the thirteen verdicts on foreign clients, in the editor's view", () => {
  let scene: Scene;
  let folder: string;
  let authority: string;
  const seen = new Set<VerdictCode>();

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'verdicts-'));
    scene = await openScene();
    const { workbench } = scene.session;
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.fold('Devices', 'Builds', 'Updates', 'Credentials');
    await giveKey(workbench, 'dev1', KEY);
    await workbench.command('LwM2M: Make Server Certificate…');
    await workbench.quickPickRows().filter({ hasText: '127.0.0.1' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.notification(/server's certificate for/).waitFor();
    await workbench.command("LwM2M: Copy Authority's Certificate As…");
    await workbench.choose(/^PEM/);
    await workbench.page
      .locator('.notification-toast, .statusbar-item')
      .filter({ hasText: /copied/ })
      .first()
      .waitFor();
    authority = path.join(folder, 'authority.pem');
    writeFileSync(authority, await workbench.page.evaluate(() => navigator.clipboard.readText()));
    await workbench.command('Notifications: Clear All Notifications');
  });
  after(async () => {
    await scene.session.close();
    rmSync(folder, { recursive: true });
  });

  /** A test in which a client provokes a verdict, which is then read in the view. */
  const provoked = (
    code: VerdictCode,
    what: string,
    debianPackage: readonly [name: string, debianPackage: string],
    provoke: (t: TestContext, file: string) => Promise<unknown> | unknown,
  ) =>
    test(`${code}: ${what}`, async (t) => {
      const file = requirePeer(t, program(...debianPackage));
      if (!file) return;
      const { workbench } = scene.session;
      try {
        await provoke(t, file);
        const handshakes = await workbench.section('Handshakes');
        const row = workbench.row(verdictWords[code], handshakes);
        await row.waitFor();
        seen.add(code);
      } catch (error) {
        await workbench.screenshot(`failed-verdict-${code}`);
        throw error;
      }
    });

  const openssl = ['openssl', 'openssl'] as const;
  const libcoap = ['coap-client-openssl', 'libcoap3-bin'] as const;
  const libcoapGnutls = ['coap-client-gnutls', 'libcoap3-bin'] as const;
  const connect = (t: TestContext, file: string, port: number, ...more: readonly string[]) =>
    new Talker(t, file, ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`, ...more]);
  const keyed = (key: string, cipher = 'PSK-AES128-CCM8') => [
    ...['-psk', hex(key), '-psk_identity', 'dev1', '-cipher', `${cipher}:@SECLEVEL=0`],
  ];
  const certified = ['-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256', '-verify_return_error'];
  const trusting = () => [...certified, '-CAfile', authority];
  const post = (uri: string, ...more: readonly string[]) => ['-m', 'post', '-B', '5', ...more, uri];

  provoked('UNKNOWN_IDENTITY', 'an identity nobody has', libcoap, (t, file) => {
    new Talker(t, file, ['-k', KEY, '-u', 'dev-1', `coaps://127.0.0.1:${scene.securedPort}/`]);
  });
  provoked('WRONG_KEY', 'the digits of the key in place of its bytes', libcoapGnutls, (t, file) => {
    new Talker(t, file, ['-k', hex(KEY), '-u', 'dev1', `coaps://127.0.0.1:${scene.securedPort}/`]);
  });
  provoked('NO_COMMON_SUITE', 'AES of 256 bits alone', openssl, (t, file) => {
    connect(t, file, scene.securedPort, ...keyed(KEY, 'PSK-AES256-CCM8'));
  });
  provoked('CERTIFICATE_EXPIRED', 'a client whose calendar is ten years ahead', openssl, (t, file) => {
    const later = Math.round(Date.now() / 1000) + 10 * 365 * 24 * 3600;
    connect(t, file, scene.securedPort, ...trusting(), '-attime', String(later));
  });
  provoked('CERTIFICATE_WRONG_NAME', 'a client that goes to another address', openssl, (t, file) => {
    connect(t, file, scene.securedPort, ...trusting(), '-verify_ip', '192.0.2.1');
  });
  provoked('CERTIFICATE_UNKNOWN_ISSUER', 'a client of another authority', openssl, async (t, file) => {
    const other = files(folder, 'other', await createAuthority(nodeClock, 'another'));
    connect(t, file, scene.securedPort, ...certified, '-CAfile', other.certificateFile);
  });
  provoked('PLAIN_ON_SECURE_PORT', 'CoAP without security', libcoap, (t, file) => {
    new Talker(t, file, post(`coap://127.0.0.1:${scene.securedPort}/rd?ep=dev9&lt=60`));
  });
  provoked('SECURE_ON_PLAIN_PORT', 'DTLS to the port without', libcoapGnutls, (t, file) => {
    new Talker(t, file, post(`coaps://127.0.0.1:${scene.port}/`, '-k', KEY, '-u', 'dev1'));
  });
  provoked('NO_ANSWER_TO_COOKIE', 'nothing comes back to the client', openssl, async (t, file) => {
    const way = await brokenWay(scene.securedPort, () => true);
    t.after(() => way.close());
    connect(t, file, way.port, ...keyed(KEY));
    await eventually(
      () => (way.lost >= 5 ? true : undefined),
      () => `a fifth ClientHello, after ${way.lost}`,
      30_000,
    );
  });
  provoked('LAST_FLIGHT_REPEATED', 'our last flight is lost four times', openssl, async (t, file) => {
    const way = await brokenWay(
      scene.securedPort,
      ([type], lost) => lost < 4 && type === Records.changeCipherSpec,
    );
    t.after(() => way.close());
    const client = connect(t, file, way.port, ...keyed(KEY));
    await client.hears(/Cipher is PSK-AES128-CCM8/, 30_000);
  });
  provoked('IDENTITY_NOT_ENDPOINT', 'dev1 registers as other', libcoap, async (t, file) => {
    const uri = `coaps://127.0.0.1:${scene.securedPort}/rd?ep=other&lt=60&lwm2m=1.1&b=U`;
    const client = new Talker(t, file, post(uri, '-k', KEY, '-u', 'dev1', '-e', '</3/0>', '-t', '40'));
    await client.hears(/4\.0[03]/);
  });
  provoked('PEER_ALERT', 'a client that wants a certificate for another purpose', openssl, (t, file) => {
    connect(t, file, scene.securedPort, ...trusting(), '-purpose', 'crlsign');
  });
  provoked('RESUMED_WITH_OLD_KEY', 'the key was exchanged meanwhile', openssl, async (t, file) => {
    const session = path.join(folder, 'session.pem');
    const first = connect(t, file, scene.securedPort, ...keyed(KEY), '-sess_out', session);
    await first.hears(/Session-ID: [0-9A-F]{2,}/);
    await eventually(
      () => (existsSync(session) ? true : undefined),
      () => `a session in ${session}`,
    );
    await first.end();
    await giveKey(scene.session.workbench, 'dev1', NEW_KEY);
    connect(t, file, scene.securedPort, ...keyed(NEW_KEY), '-sess_in', session);
  });

  test('all stand in the view, with what to do', async (t) => {
    if (seen.size < verdictCodes.length) {
      assert.notEqual(process.env.INTEROP_REQUIRED, '1', `only ${[...seen].join(', ')}`);
      return t.skip(`only ${[...seen].join(', ')}`);
    }
    const { session } = scene;
    const { workbench } = session;
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.screenshot('verdicts-1-all');
    const handshakes = await workbench.section('Handshakes');
    for (const code of verdictCodes) await workbench.row(verdictWords[code], handshakes).waitFor();
    await workbench.expand(workbench.row(verdictWords.WRONG_KEY, handshakes));
    await workbench.row(/hexadecimal digits for text/, handshakes).waitFor();
    await workbench.screenshot('verdicts-2-wrong-key');
    assert.deepEqual(session.ownErrors(), []);
  });
});
