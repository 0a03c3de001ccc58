import path from 'node:path';
import { findProgram, preparedFolder, runWell, type Prepared } from '../../peers/process.mjs';

const folder = path.resolve('test', 'interop', 'dtls', 'pion');

/** The peer on pion/dtls, built once by Go, or what is missing. */
export async function pion(): Promise<Prepared<string>> {
  const go = findProgram('go');
  if (go === undefined)
    return { missing: 'the pion peer needs Go 1.24 or newer (apt-get install golang-go)' };
  const sources = ['main.go', 'go.mod', 'go.sum'].map((name) => path.join(folder, name));
  try {
    const built = await preparedFolder('pion', sources, async (fresh) => {
      const args = ['build', '-C', folder, '-o', path.join(fresh, 'peer'), '.'];
      await runWell({ file: go, args }, { timeoutMs: 300_000 });
    });
    return { peer: path.join(built, 'peer') };
  } catch (error) {
    return {
      missing: `the pion peer could not be built: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
