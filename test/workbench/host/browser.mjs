// @ts-check
/** A Chrome, Chromium or Edge: the machine's own, or a headless Chromium from the npm package `@sparticuz/chromium`. */
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import * as tar from 'tar';
import { cacheFolder, fetchPackage, installOnce } from './cache.mjs';

const run = promisify(execFile);

const chromium = {
  name: '@sparticuz/chromium',
  version: '147.0.0',
  integrity:
    'sha512-4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ==',
};
const fonts = {
  name: 'dejavu-fonts-ttf',
  version: '2.37.3',
  integrity:
    'sha512-f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ==',
};

const commands = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const usualPlaces = [
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Flags for a browser that shows the workbench without a display, a sandbox (root in CI) or requests of its own. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * @typedef {object} Browser
 * @property {string} executablePath
 * @property {Record<string, string>} env what it needs beside this process's environment
 * @property {string} version as it tells it
 */

/**
 * The browser to use: `CHROMIUM`, one found on this machine, or the one from npm, fetched into the cache.
 * @returns {Promise<Browser>}
 */
export async function findBrowser() {
  const told = process.env['CHROMIUM'];
  if (told) {
    const version = await versionOf(told);
    if (version === undefined) throw new Error(`CHROMIUM=${told} does not start`);
    return { executablePath: told, env: {}, version };
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = [...commands.flatMap((name) => folders.map((f) => path.join(f, name))), ...usualPlaces];
  for (const executablePath of places) {
    const version = await versionOf(executablePath);
    if (version !== undefined) return { executablePath, env: {}, version };
  }
  return browserFromNpm();
}

/** @returns {Promise<Browser>} */
async function browserFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No browser: install Chrome, Chromium or Edge, or name one in CHROMIUM.');
  }
  const folder = path.join(cacheFolder(), 'chromium');
  await installOnce(folder, JSON.stringify([chromium, fonts, 1]), async (target, scratch) => {
    const packed = path.join(scratch, 'browser');
    await mkdir(packed);
    await tar.x({ file: await fetchPackage(chromium, scratch), cwd: packed, strip: 1 });
    const executable = path.join(target, 'chromium');
    await pipeline(
      createReadStream(path.join(packed, 'bin/chromium.br')),
      createBrotliDecompress(),
      createWriteStream(executable),
    );
    await chmod(executable, 0o755);
    // `al2023` holds the few shared libraries (nss, nspr, expat) that a bare machine lacks.
    for (const name of ['al2023', 'swiftshader', 'fonts']) {
      await pipeline(
        createReadStream(path.join(packed, `bin/${name}.tar.br`)),
        createBrotliDecompress(),
        tar.x({ cwd: target }),
      );
    }
    const typefaces = path.join(target, 'fonts');
    await tar.x({
      file: await fetchPackage(fonts, scratch),
      cwd: typefaces,
      strip: 2,
      filter: (name) => /\/DejaVuSans(Mono)?(-Bold)?\.ttf$/.test(name),
    });
    await writeFile(path.join(target, 'fonts.conf'), fontConfiguration(folder));
  });
  const executablePath = path.join(folder, 'chromium');
  const env = { LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') };
  const version = await versionOf(executablePath, env);
  if (version === undefined) throw new Error(`The browser from npm does not start here: ${executablePath}`);
  return { executablePath, env, version };
}

/** @param {string} folder */
function fontConfiguration(folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(folder, 'fontsCache')}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
}

/**
 * What the executable says it is; undefined when it isn't there or doesn't start (as a snap's placeholder doesn't).
 * @param {string} executablePath
 * @param {Record<string, string>} [env]
 */
async function versionOf(executablePath, env = {}) {
  try {
    await access(executablePath, constants.X_OK);
    const { stdout } = await run(executablePath, ['--version'], {
      env: { ...process.env, ...env },
      timeout: 20_000,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
