/**
 * The decoders, and DTLS endpoints in all they do, under 100,000 mutations of valid input each
 * (`npm run test:mutations [COUNT]`); `npm test` runs the same tests with a few thousand. The seed is printed; `SEED=N`
 * repeats a run.
 */
import { spawnSync } from 'node:child_process';

const [count = '100000'] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    'test/run.mjs',
    'unit',
    'content/mutations',
    'coap/messageFormat',
    'firmware/damagedImages',
    'dtls/mutations',
  ],
  { stdio: 'inherit', env: { ...process.env, MUTATIONS: count } },
);
process.exit(status ?? 1);
