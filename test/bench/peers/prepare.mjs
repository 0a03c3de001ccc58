/** The load program of the benchmarks, compiled once into `.cache/peers/load`. */
import path from 'node:path';
import { findProgram, preparedFolder, runWell } from '../../interop/peers/process.mjs';

const source = path.join('test', 'bench', 'peers', 'load.c');

/** The command line of the load program (its options stand at the head of `load.c`), or what is missing. */
export async function load() {
  const compiler = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang');
  if (compiler === undefined)
    return { missing: 'the load program needs a C compiler (cc, gcc or clang on the PATH)' };
  if (process.platform !== 'linux') return { missing: 'the load program is for Linux (epoll)' };
  const folder = await preparedFolder('load', [source], async (fresh) => {
    await runWell({
      file: compiler,
      args: ['-O2', '-std=c11', '-Wall', '-o', path.join(fresh, 'load'), source],
    });
  });
  return { peer: (...args) => ({ file: path.join(folder, 'load'), args: args.map(String) }) };
}
