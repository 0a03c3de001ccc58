import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVER_NODE_ARGUMENTS } from '../../../src/contract/languageServer';
import { LanguageClient } from '../../support/languageClient';
import { least, median, MIB, RUNS, type Bench } from '../figure';
import { bundle, residentOf } from '../processes';

const KEYSTROKES = 200;
/** Until the server has done what it does when nobody types, in milliseconds. */
const AT_REST = 5000;

/** The registry's objects by URI: the latest and their history. Its index and lists are no objects, and are left out. */
function registryFiles(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return new Map(
    names
      .filter((name) => /(^|[\\/])\d+([-_][\d_-]+)?\.xml$/.test(name))
      .map((name) => {
        const file = path.join(folder, name);
        return [pathToFileURL(file).href, readFileSync(file, 'utf8')];
      }),
  );
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;

/** A server's process as the extension starts it. */
const start = (files: ReadonlyMap<string, string>): Promise<LanguageClient> =>
  LanguageClient.start(bundle('dist/languageServer.js'), {
    files: new Map(files),
    args: SERVER_NODE_ARGUMENTS,
  });

/** From the start of a server's process until every problem of every file has reached its client; and what it then holds. */
async function cold(files: ReadonlyMap<string, string>) {
  const started = performance.now();
  const client = await start(files);
  try {
    await client.refreshed();
    const { items } = await client.pullWorkspace();
    const took = (performance.now() - started) / 1000;
    return { took, resident: residentOf(client.pid) / MIB, told: items.length };
  } finally {
    await client.end();
  }
}

/** A key in the middle of a file that is open among all others, until its problems are there; ms. */
async function keystrokes(files: ReadonlyMap<string, string>) {
  const [[uri = '', text = ''] = []] = [...files].sort((a, b) => b[1].length - a[1].length);
  const client = await start(files);
  try {
    await client.refreshed();
    await client.pullWorkspace();
    await client.open(uri, text);
    await client.pull(uri);
    const line = text.split('\n').findIndex((one, i) => i > 200 && one.includes('<Description>'));
    const at = { line, character: text.split('\n')[line]?.indexOf('</Description>') ?? 0 };
    const times: number[] = [];
    for (let i = 0; i < KEYSTROKES; i++) {
      const started = performance.now();
      await client.type(uri, at, 'x');
      await client.pull(uri);
      times.push(performance.now() - started);
    }
    const typed = residentOf(client.pid) / MIB;
    await new Promise((resolve) => setTimeout(resolve, AT_REST));
    return { p95: percentile(times, 0.95), typed, resting: residentOf(client.pid) / MIB };
  } finally {
    await client.end();
  }
}

/** The language server on OMA's registry, through its process's stdin and stdout as an editor uses it. */
export const language: Bench = async (say) => {
  const folder = process.env['REGISTRY_DIR'] ?? '../shared/registry';
  if (!existsSync(folder)) {
    say(`left out: no registry in ${folder}; REGISTRY_DIR names its folder`);
    return [];
  }
  const files = registryFiles(folder);
  say(`${files.size} files: every problem of a workspace, from the start of the process`);
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await cold(files));
  say('a key in the largest file, until its problems are told');
  const typed = [];
  for (let run = 0; run < RUNS; run++) typed.push(await keystrokes(files));
  const ms = least(typed.map(({ p95 }) => p95));
  const seconds = least(runs.map(({ took }) => took));
  const resident = median(runs.map((run) => run.resident));
  return [
    {
      what: 'keystroke → problems, largest file, p95',
      unit: 'ms',
      better: 'smaller',
      ours: ms,
      goal: '< 10 ms',
      held: ms < 10,
    },
    {
      what: `${files.size} files checked, cold`,
      unit: 's',
      better: 'smaller',
      ours: seconds,
      goal: '< 2 s',
      held: seconds < 2,
      note: `${runs[0]?.told ?? 0} with problems`,
    },
    {
      what: 'language server with all of them, RSS',
      unit: 'MiB',
      better: 'smaller',
      ours: resident,
      goal: '< 150 MiB',
      held: resident < 150,
      note: `${Math.round(median(typed.map((run) => run.typed)))} after ${KEYSTROKES} keystrokes, ${Math.round(median(typed.map((run) => run.resting)))} at rest`,
    },
  ];
};
