/** One server, one browser and one window for a file of tests; its console and its requests are kept. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserArguments, findBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { Workbench } from './workbench';

type Server = Awaited<ReturnType<typeof startServer>>;

export interface SessionOptions {
  /** The packaged extension; none for a workbench without. */
  readonly vsix?: string;
  /** Further packaged extensions, which are installed before it. */
  readonly beside?: readonly string[];
  /** Makes the folder to be opened, given a place for it, and returns its path. */
  readonly workspace: (parent: string) => Promise<string>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the user is asked to trust the folder. */
  readonly workspaceTrust?: boolean;
}

/** A line of the browser's console, or an uncaught error of the page. */
export interface ConsoleLine {
  readonly type: string;
  readonly text: string;
  /** The script that wrote it. */
  readonly from: string;
}

export class Session {
  readonly workbench: Workbench;
  readonly server: Server;
  /** The folder that is open. */
  readonly folder: string;
  readonly consoleLines: readonly ConsoleLine[];
  /** Requests that left the loopback interface (they are listed, and there should be none). */
  readonly requestsAway: readonly string[];
  readonly #browser: Browser;
  readonly #profile: string;

  private constructor(page: Page, browser: Browser, server: Server, folder: string, profile: string) {
    this.workbench = new Workbench(page);
    this.server = server;
    this.folder = folder;
    this.#browser = browser;
    this.#profile = profile;
    const lines: ConsoleLine[] = [];
    const away: string[] = [];
    page.on('console', (m) => lines.push({ type: m.type(), text: m.text(), from: m.location().url }));
    page.on('pageerror', (error) => lines.push({ type: 'error', text: String(error.stack), from: 'page' }));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      // A webview's resources have a name that its service worker answers; nothing is sent.
      if (!protocol.startsWith('http') || hostname.endsWith('.vscode-cdn.net')) return;
      if (hostname !== '127.0.0.1') away.push(request.url());
    });
    this.consoleLines = lines;
    this.requestsAway = away;
  }

  /** Starts everything and opens the window. */
  static async start(options: SessionOptions): Promise<Session> {
    const profile = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-e2e-'));
    const folder = await options.workspace(profile);
    const server = await startServer({
      profile,
      vsix: [...(options.beside ?? []), ...(options.vsix === undefined ? [] : [options.vsix])].map((file) =>
        path.resolve(file),
      ),
      settings: { 'workbench.reduceMotion': 'on', 'files.hotExit': 'off', ...options.settings },
      workspaceTrust: options.workspaceTrust ?? false,
    });
    try {
      const found = await findBrowser();
      const browser = await chromium.launch({
        executablePath: found.executablePath,
        args: browserArguments,
        env: { ...definedEnvironment(), ...found.env },
      });
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      const session = new Session(await context.newPage(), browser, server, folder, profile);
      await session.workbench.show(server.windowUrl(folder));
      return session;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** A second window on another folder, of the same server: it has an extension host of its own. */
  async secondWindow(folder: string): Promise<Workbench> {
    const [context] = this.#browser.contexts();
    if (!context) throw new Error('the browser was closed');
    const workbench = new Workbench(await context.newPage());
    await workbench.show(this.server.windowUrl(folder));
    return workbench;
  }

  /** Ends browser and server and removes what they kept. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.stop();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Errors that name the extension, from the window, its panels and the extension host. */
  ownErrors(): readonly string[] {
    return this.consoleLines
      .filter((line) => line.type === 'error' && /lwm2m/i.test(line.text + line.from))
      .map((line) => `${line.text} (${line.from})`);
  }

  /** What the server and extension host wrote to their log. */
  serverLog(): Promise<string> {
    return readFile(this.server.logFile, 'utf8');
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
