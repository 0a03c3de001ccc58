/**
 * Looks for what the tests' own seed does not meet: every unit test that is left to chance, again and again, each time
 * from a new seed, until MINUTES (10) are over or one fails (`npm run fuzz [-- MINUTES [NAME PART…]]`). Ends with 1 and
 * the command that repeats the failing run.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const [minutes = '10', ...parts] = process.argv.slice(2);
const folder = path.join('test', 'unit');
const files = readdirSync(folder, { recursive: true })
  .map((name) => path.join(folder, String(name)))
  .filter((file) => file.endsWith('.test.ts') && (parts.length === 0 || parts.some((p) => file.includes(p))))
  .filter((file) => /support\/(properties|seed)'/.test(readFileSync(file, 'utf8')));
if (files.length === 0) {
  console.error(`no unit test that is left to chance matches ${parts.join(' ')}`);
  process.exit(1);
}

const end = Date.now() + Number(minutes) * 60_000;
let runs = 0;
do {
  const seed = randomInt(2 ** 31);
  const { status, signal, stdout } = spawnSync(process.execPath, ['test/run.mjs', 'unit', ...files], {
    env: { ...process.env, SEED: String(seed) },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (signal) process.exit(1);
  if (status !== 0) {
    const reasons = stdout.slice(Math.max(0, stdout.indexOf('✖ failing tests:')));
    const failing = new Set(reasons.match(/(?<=^test at )[^:]+/gm));
    console.log(reasons);
    console.log(`Again: SEED=${seed} npm run test:unit ${[...failing].join(' ')}`);
    process.exit(1);
  }
  runs++;
  console.log(`${runs}: seed ${seed}, ${files.length} files pass`);
} while (Date.now() < end);
