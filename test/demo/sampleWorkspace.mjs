// @ts-check
/** The sample application, copied to a place of its own and "built" there, so that the checkout stays as it is. */
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeBuild } from './image.mjs';

/** The application's name: of its folder, and of its image in sysbuild. */
export const sampleName = 'thermometer';

/**
 * @param {string} parent an existing folder
 * @param {{ size?: number }} [options] size of the update image in bytes
 * @returns {Promise<{ folder: string, image: string, version: string }>}
 */
export async function makeSampleWorkspace(parent, { size = 248 * 1024 } = {}) {
  const folder = path.join(parent, sampleName);
  await cp(path.resolve('test/demo/workspace'), folder, { recursive: true });
  const version = versionFrom(await readFile(path.join(folder, 'VERSION'), 'utf8'));
  return { folder, image: await writeBuild(folder, { version, size }), version };
}

/** Zephyr's VERSION file as MCUboot has it: `1.5.0+2`. @param {string} text */
function versionFrom(text) {
  const part = (/** @type {string} */ name) =>
    new RegExp(`^${name}\\s*=\\s*(\\d+)`, 'm').exec(text)?.[1] ?? '0';
  return `${part('VERSION_MAJOR')}.${part('VERSION_MINOR')}.${part('PATCHLEVEL')}+${part('VERSION_TWEAK')}`;
}
