import assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import { after, before, describe } from 'node:test';
import type { Workbench } from './host/workbench';
import { builtVersion, openScene, step, updated, type Scene } from './scene';

/** The first simulated device's name: alone it need not be chosen. */
const FIRST = 'sim-1';

/** A device on a bad link that changes its address, started as a user does: from the palette. */
async function startFaulty(workbench: Workbench, faults: string): Promise<void> {
  await workbench.command('LwM2M: Start Simulated Device with a Fault…');
  await workbench.quickInput().fill('Others');
  await workbench.choose('Others, as Text');
  await workbench.page.locator('.quick-input-widget:visible').getByText('As the terminal program').waitFor();
  await workbench.answer(faults);
  await workbench.choose(/^coaps/);
}

/** The port that a datagram came from, as "Nothing Arrives?" lists them; of none but the given one, where one is. */
async function sender(workbench: Workbench, otherThan = 'none'): Promise<string> {
  await workbench.command('LwM2M: Nothing Arrives?');
  const lines = workbench.page.locator('.part.editor .view-line');
  const line = lines.filter({ hasText: new RegExp(`←\\s127\\.0\\.0\\.1:(?!${otherThan}\\s)`) }).first();
  return /127\.0\.0\.1:(\d+)/.exec(await line.innerText())?.[1] ?? '';
}

/** Pushes the build to a device, and waits until so much of it went over. */
async function begin(workbench: Workbench, name: string, percent: RegExp): Promise<Frame> {
  await workbench.command('LwM2M: Push Build to Device');
  if (name !== FIRST) await workbench.choose(name);
  const panel = await workbench.panel(name);
  await panel.getByText(percent).first().waitFor({ timeout: 60_000 });
  return panel;
}

const handshakesOf = (handshakes: Locator, name: string): Promise<readonly string[]> =>
  handshakes.locator('.monaco-list-row').filter({ hasText: name }).allInnerTexts();

describe('an update over coaps on a bad link, while the device changes its address', () => {
  let scene: Scene;
  before(async () => {
    // Large enough for many losses in its second half: it lasts for the seconds that looking at it takes.
    scene = await openScene({ imageSize: 256 * 1024 });
    const { workbench } = scene.session;
    await workbench.fold('Builds', 'Updates', 'Credentials');
    await workbench.command('LwM2M: Generate Credential…');
    await workbench.answer('bench-1');
    await workbench.notification(/bench-1 has a new key/).waitFor();
    await workbench.command('Notifications: Clear All Notifications');
  });
  after(() => scene.session.close());

  for (const [method, words, name] of [
    ['push', /Push over CoAPs/i, FIRST],
    ['pull', /Pull over CoAPs/i, 'sim-2'],
  ] as const) {
    step(
      `${method}: it ends well, and no handshake was made for the new address`,
      () => scene,
      async ({ session }) => {
        const { workbench } = session;
        await startFaulty(workbench, `loss=10 rebind=40 method=${method}`);
        const devices = await workbench.section('Devices');
        const handshakes = await workbench.section('Handshakes');
        await workbench.row(new RegExp(`${name}.*secured`), devices).waitFor();
        await workbench.row(name, handshakes).waitFor();
        const before = await handshakesOf(handshakes, name);
        assert.equal(before.length, 1);
        assert.match(before[0] ?? '', /CID/);
        const port = await sender(workbench);

        const panel = await begin(workbench, name, /\b[5-9]\d %/);
        await panel.getByText(words).first().waitFor();
        await workbench.screenshot(`secured-update-${method}-1-in-the-middle`);
        assert.match(await sender(workbench, port), /^\d+$/, 'it goes on from another address');
        assert.equal((await handshakesOf(handshakes, name)).length, 1, 'in the session that it had');
        await workbench.tab(name).click();

        await updated(await workbench.panel(name));
        await workbench.row(new RegExp(`${name}.*${builtVersion}`), devices).waitFor();
        await workbench.row(new RegExp(`${name}.*resumed`), handshakes).waitFor();
        await workbench.screenshot(`secured-update-${method}-2-updated`);
        const all = await handshakesOf(handshakes, name);
        assert.equal(
          all.length,
          2,
          `the first registration and the restart, and no other: ${all.join('; ')}`,
        );
        assert.deepEqual(session.ownErrors(), []);
      },
    );
  }
});
