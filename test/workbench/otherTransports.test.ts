import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { openScene, step, updated, type Scene } from './scene';

describe('a server over TCP and HTTPS besides', () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      settings: { 'lwm2m.server.transports': ['coap', 'coaps', 'coap+tcp', 'coaps+tcp', 'http', 'https'] },
    });
  });
  after(() => scene.session.close());

  step(
    'HTTPS waits for the certificate, and says so with the fix',
    () => scene,
    async ({ session: { workbench }, port }) => {
      const devices = await workbench.section('Devices');
      await workbench.row(new RegExp(`coap://127\\.0\\.0\\.1:${port}.*also coap\\+tcp`), devices).waitFor();
      const notice = workbench.notification(/Nothing listens at https:\/\/127\.0\.0\.1 yet/);
      await notice.waitFor();
      await workbench.screenshot('transports-1-https-waits');
      await notice.getByRole('button', { name: 'Make Server Certificate…' }).click();
      await workbench.quickInput().waitFor();
      await workbench.screenshot('transports-2-certificate');
      await workbench.page.keyboard.press('Enter');
      await workbench.notification(/server's certificate for/).waitFor();
      await workbench.row(/also coap\+tcp, coaps/, devices).waitFor();
      await workbench.command('Notifications: Clear All Notifications');
      await workbench.command('LwM2M: Nothing Arrives?');
      await workbench.page
        .locator('.part.editor .view-lines')
        .getByText(/https:\/\/127\.0\.0\.1:\d+/)
        .first()
        .waitFor();
      await workbench.screenshot('transports-3-all-addresses');
      await workbench.command('View: Close Editor');
    },
  );

  step(
    'a simulated device registers over TCP, and is updated over it',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.command('LwM2M: Start Simulated Device');
      await workbench.quickPickRows().first().waitFor();
      await workbench.screenshot('transports-4-how-it-comes');
      await workbench.choose(/^coap\+tcp/);
      const devices = await workbench.section('Devices');
      await workbench.row(/sim-1.*simulated/, devices).waitFor();
      await workbench.command('LwM2M: Push Build to Device');
      const panel = await workbench.panel('sim-1');
      await panel
        .getByText(/CoAP\/TCP/)
        .first()
        .waitFor();
      await updated(panel);
      await workbench.screenshot('transports-5-updated-over-tcp');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
