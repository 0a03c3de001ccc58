import { run } from '../../interop/peers/process.mjs';
import { MIB, type Bench } from '../figure';
import { bundle } from '../processes';

/** How much more resident memory an image of 64 MiB takes than one of 16 MiB, pushed to a simulated device and pulled by it. */
export const large: Bench = async (say) => {
  say('images of 64 MiB, pushed and pulled');
  const args = ['--expose-gc', '--max-semi-space-size=2', bundle('largeImageProcess.cjs')];
  const { stdout, stderr } = await run({ file: process.execPath, args }, { timeoutMs: 300_000 });
  if (stdout.length === 0) throw new Error(`no figures came: ${stderr}`);
  type Way = { readonly grew: number; readonly seconds: number };
  const measured = JSON.parse(stdout.toString()) as Readonly<Record<'pushed' | 'pulled', Way>>;
  return (['pushed', 'pulled'] as const).map((way) => {
    const ours = measured[way].grew / MIB;
    return {
      what: `growth from 16 to 64 MiB ${way}`,
      unit: 'MiB',
      better: 'smaller',
      ours,
      goal: '< 8 MiB',
      held: ours < 8,
      note: `${measured[way].seconds.toFixed(1)} s each`,
    };
  });
};
