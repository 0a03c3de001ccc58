import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { objectXml } from '../unit/languageServer/serverProgram';
import { goToProblem, openFile, openFolder, quickFix, saved } from './languageScene';
import type { Session } from './host/session';
import { step } from './scene';

const wrong = objectXml((text) =>
  text
    .replace('<ObjectURN>urn:oma:lwm2m:x:33000<', '<ObjectURN>urn:oma:lwm2m:x:33001<')
    .replace('<Mandatory>Mandatory</Mandatory>', '<Mandatory>mandatory</Mandatory>'),
);

describe('object XML in the editor', () => {
  let session: Session;
  before(async () => {
    session = await openFolder(
      { 'objects/33000.xml': wrong, 'pom.xml': '<project/>\n' },
      { workspaceTrust: true },
    );
  });
  after(() => session.close());
  const scene = () => ({ session, serverUri: '', port: 0, securedPort: 0 });

  step('an error is underlined, in a folder that is not trusted too', scene, async () => {
    const { workbench } = session;
    const editor = await openFile(session, '33000.xml');
    await editor.locator('.squiggly-error').nth(1).waitFor();
    await workbench.screenshot('object-xml-squiggle');
  });

  step('a hover says what the rule wants and why', scene, async () => {
    const { workbench } = session;
    await workbench.page
      .locator('.view-line')
      .filter({ hasText: 'ObjectURN' })
      .getByText('33001')
      .first()
      .hover();
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'xml/urn-id' }).first();
    await hover.waitFor();
    await workbench.screenshot('object-xml-hover');
    await workbench.page.keyboard.press('Escape');
  });

  step('a quick fix mends it, fix all the rest, and the file is right', scene, async () => {
    const { workbench } = session;
    const editor = await openFile(session, '33000.xml');
    await goToProblem(session);
    await quickFix(session, /URN/, () => workbench.screenshot('object-xml-quick-fix'));
    // Not the squiggles: they are gone for a moment with every edit.
    const line = (text: string) => editor.locator('.view-line').filter({ hasText: text }).first();
    await line('urn:oma:lwm2m:x:33000<').waitFor();
    await workbench.command('LwM2M: Fix All Problems in Object XML');
    await line('<Mandatory>Mandatory<').waitFor();
    await editor.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    assert.equal(await saved(session, 'objects/33000.xml'), objectXml());
    await workbench.screenshot('object-xml-fixed');
    assert.deepEqual(session.ownErrors(), []);
  });
});
