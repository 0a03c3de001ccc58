// @ts-check
/**
 * A runtime whose node:crypto is BoringSSL, as the desktop editor's is: Bun, from npm, into the cache of the workbench.
 * 50 MB to fetch, once a machine; it is no dependency of the project.
 */
import path from 'node:path';
import * as tar from 'tar';
import { cacheFolder, fetchPackage, installOnce } from '../../workbench/host/cache.mjs';

const bun = {
  name: '@oven/bun-linux-x64',
  version: '1.4.5',
  integrity:
    'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
};

/** The runtime's program, or what is missing. */
export async function boringSslRuntime() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `Bun's package is for Linux x64, and this is ${process.platform} ${process.arch}` };
  }
  const folder = path.join(cacheFolder(), `bun-${bun.version}`);
  try {
    await installOnce(folder, bun.integrity, async (built, scratch) => {
      await tar.x({ file: await fetchPackage(bun, scratch), cwd: built, strip: 1 });
    });
    return { peer: path.join(folder, 'bin', 'bun') };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
