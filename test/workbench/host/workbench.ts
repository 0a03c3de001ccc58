/** A user at the workbench: what can be done with mouse and keyboard, and what can be seen. Nothing else. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';

/** How long something may take to show, in milliseconds; generous, since two cores run server, browser and devices. */
const patience = 60_000;

type Text = string | RegExp;

const screenshotFolder = () => path.resolve(process.env['SCREENSHOTS_DIR'] ?? '.cache/screenshots');

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patience);
  }

  /** Shows a window and waits until it is drawn. Returns the milliseconds that took. */
  async show(url: string): Promise<number> {
    const started = Date.now();
    await this.page.goto(url, { waitUntil: 'commit' });
    await this.#drawn();
    return Date.now() - started;
  }

  async #drawn(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 2 * patience });
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor();
  }

  /** Reloads the window as a user does, from the palette, and waits until it is drawn again. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.#drawn();
  }

  /** Runs a command from the palette, by its whole title as shown there ("LwM2M: Push Build to Device"). */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.quickInput();
    await input.waitFor();
    await input.fill(`>${title}`);
    const named = this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(title)}$`) });
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await this.#press(rows.filter({ has: named }).first(), '.monaco-list-row');
  }

  /** The input at the top of a palette, a quick pick or an input box that is open. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** The rows of the quick pick that is open. */
  quickPickRows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** Chooses a row of the quick pick that is open. */
  async choose(text: Text): Promise<void> {
    await this.#press(this.quickPickRows().filter({ hasText: text }).first(), '.monaco-list-row');
  }

  /** Types into the input box that is open and confirms. */
  async answer(text: string): Promise<void> {
    await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Shows a view container by its icon in the activity bar. */
  async viewContainer(title: string): Promise<void> {
    const icon = this.page.locator(`.part.activitybar .action-item:has(> a[aria-label^="${title}"])`).first();
    await icon.waitFor();
    if (!(await icon.getAttribute('class'))?.includes('checked')) await icon.click();
    await this.page.locator('.part.sidebar .composite.title').filter({ hasText: title }).waitFor();
  }

  /** One view of the side bar ("Devices"), unfolded. */
  async section(title: string): Promise<Locator> {
    const pane = this.page
      .locator('.part.sidebar .pane')
      .filter({ has: this.page.locator(`.pane-header[aria-label^="${title}"]`) })
      .first();
    await this.#toggle(pane.locator('.pane-header'), 'false', '.title');
    return pane;
  }

  /** Folds views of the side bar: only rows in view exist, and the others have their room. */
  async fold(...titles: readonly string[]): Promise<void> {
    for (const title of titles)
      await this.#toggle(
        this.page.locator(`.part.sidebar .pane-header[aria-label^="${title}"]`).first(),
        'true',
        '.title',
      );
  }

  /** Presses a part of a row or header where its `aria-expanded` is so. */
  async #toggle(row: Locator, expanded: 'true' | 'false', part: string): Promise<void> {
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === expanded) await this.#press(row.locator(part), part);
  }

  /** A row of a tree in the side bar, by its text. Only rows in view exist. */
  row(text: Text, within: Locator = this.page.locator('.part.sidebar')): Locator {
    return within.locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /** Unfolds a tree's row. */
  expand(row: Locator): Promise<void> {
    return this.#toggle(row, 'false', '.monaco-tl-twistie');
  }

  /** Folds a tree's row. */
  collapse(row: Locator): Promise<void> {
    return this.#toggle(row, 'true', '.monaco-tl-twistie');
  }

  /** Opens what a tree's row stands for. */
  open(row: Locator): Promise<void> {
    return this.#press(row, '.monaco-list-row', 'dblclick');
  }

  /** Presses a button that a row shows while the mouse is over it. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    const button = `.actions a[aria-label^="${title}"]`;
    await this.#press(row.locator(button).first(), button);
  }

  /**
   * Presses something in a list, which the selector is to match. Where the list is drawn anew between the button's down
   * and up there is no click, and nothing happens: then it is pressed once more, as anybody would.
   */
  async #press(target: Locator, selector: string, how: 'click' | 'dblclick' = 'click'): Promise<void> {
    for (let tries = 1; ; tries++) {
      const clicked = await this.page.evaluateHandle(
        ([part, event]) => {
          const seen = { click: false };
          const note = ({ target: at }: Event) =>
            (seen.click ||= at instanceof Element && at.closest(part) !== null);
          addEventListener(event, note, { capture: true, once: true });
          return seen;
        },
        [selector, how] as const,
      );
      await target[how]();
      // A window that is reloaded has taken it, and the note is gone.
      if (await clicked.evaluate((seen) => seen.click).catch(() => true)) return;
      if (tries === 5) throw new Error(`${selector} was pressed ${tries} times and got no click`);
    }
  }

  /** Chooses from a row's context menu. */
  async rowMenu(row: Locator, title: string): Promise<void> {
    await row.click({ button: 'right' });
    const item = this.page.locator('.monaco-menu .action-label').filter({ hasText: title }).first();
    await item.hover();
    await sleep(300); // a menu takes no click in its first moments, so that the opening click chooses nothing
    await item.click();
  }

  /** Presses a button in the title of a view of the side bar. */
  async sectionAction(pane: Locator, title: string): Promise<void> {
    await pane.locator('.pane-header').hover();
    await pane.locator(`.pane-header .actions a[aria-label^="${title}"]`).first().click();
  }

  /** An item of the status bar, by its text. */
  statusItem(text: Text): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  /** A notification that is shown, by its text; its buttons are found in it by role. */
  notification(text: Text): Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text }).first();
  }

  /** An editor's tab, panels included. */
  tab(text: Text): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: text }).first();
  }

  /**
   * The document of the panel that shows the text. A webview's document is a frame within a frame within the window.
   * @throws when no webview shows it in time, telling what the webviews do show
   */
  async panel(text: Text): Promise<Frame> {
    const deadline = Date.now() + patience;
    for (;;) {
      for (const frame of this.#panelFrames()) {
        if (await frame.getByText(text).first().isVisible().catch(gone)) return frame;
      }
      if (Date.now() > deadline)
        throw new Error(
          `no panel shows ${text}; the panels show: ${JSON.stringify(await this.#panelTexts())}`,
        );
      await sleep(100);
    }
  }

  #panelFrames(): readonly Frame[] {
    return this.page.frames().filter((frame) => frame.parentFrame()?.parentFrame() != null);
  }

  #panelTexts(): Promise<readonly string[]> {
    return Promise.all(this.#panelFrames().map((frame) => frame.locator('body').innerText().catch(nothing)));
  }

  /** What can be read in the window, for whoever has only a failed test's words: views, editors, notifications, panels. */
  async words(): Promise<string> {
    const parts = ['sidebar', 'editor', 'statusbar'].map((part) => `.part.${part}`);
    const texts = await Promise.all(
      [...parts, '.notifications-toasts'].map((part) =>
        this.page.locator(part).first().innerText({ timeout: 1000 }).catch(nothing),
      ),
    );
    return [...texts, ...(await this.#panelTexts())]
      .map((text) => text.replace(/\s*\n\s*/g, ' | ').trim())
      .filter((text) => text !== '')
      .join('\n');
  }

  /** Shows an output channel; what is returned holds its lines in view. */
  async output(channel: string): Promise<Locator> {
    await this.command('Output: Show Output Channels...');
    await this.choose(new RegExp(`^${escaped(channel)}`));
    return this.page.locator('.part.panel .view-lines');
  }

  /** Keeps a picture of the window, for people: `SCREENSHOTS_DIR` or `.cache/screenshots`. */
  async screenshot(name: string): Promise<void> {
    await mkdir(screenshotFolder(), { recursive: true });
    await this.page.screenshot({ path: path.join(screenshotFolder(), `${name}.png`) });
  }
}

const gone = () => false;
const nothing = () => '';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
