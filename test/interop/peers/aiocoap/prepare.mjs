/** The peers on Python's aiocoap, in a virtual environment below `.cache/peers/aiocoap`. */
import path from 'node:path';
import { findProgram, preparedFolder, run, runWell } from '../process.mjs';

const folder = path.join('test', 'interop', 'peers', 'aiocoap');
const requirement = 'aiocoap==0.4.17';

/** The command lines of client and server, or what is missing. */
export async function aiocoap() {
  const python = findProgram('python3');
  if (python === undefined) return { missing: 'the aiocoap peer needs Python 3 (python3 on the PATH)' };
  const known = await run({ file: python, args: ['-c', 'import ensurepip, venv'] });
  if (known.code !== 0) {
    return { missing: 'the aiocoap peer needs Python with venv and pip (apt-get install python3-venv)' };
  }
  try {
    const environment = await preparedFolder('aiocoap', [requirement, python], async (fresh) => {
      await runWell({ file: python, args: ['-m', 'venv', fresh] });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement];
      await runWell({ file: path.join(fresh, 'bin', 'python'), args: pip }, { timeoutMs: 300_000 });
    });
    const command = (script, args) => ({
      file: path.join(environment, 'bin', 'python'),
      args: [path.join(folder, script), ...args.map(String)],
    });
    return {
      peer: {
        client: (...args) => command('client.py', args),
        server: (...args) => command('server.py', args),
        device: (...args) => command('device.py', args),
      },
    };
  } catch (error) {
    return { missing: `aiocoap could not be installed: ${error instanceof Error ? error.message : error}` };
  }
}
