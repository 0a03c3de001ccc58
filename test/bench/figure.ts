/** One measured figure beside its peers. Smaller is better for times and sizes, larger for rates. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly better: 'smaller' | 'larger';
  readonly ours: number;
  /** By name; the first is the one the ratio is of. */
  readonly peers?: Readonly<Record<string, number>>;
  /** In words, as the project set it. */
  readonly goal: string;
  readonly held: boolean;
  readonly note?: string;
}

/** Measures and gives its figures; `say` tells what it is at. */
export type Bench = (say: (text: string) => void) => Promise<readonly Figure[]>;

/** How often a measurement is repeated. */
export const RUNS = Math.max(1, Number(process.env.BENCH_RUNS ?? 5));

export const MIB = 1 << 20;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The least: of times on a machine that others use, the one that they disturbed least. */
export const least = (values: readonly number[]): number => Math.min(...values);

/**
 * `work` for each of the contenders in turn, again and again, so that what else the machine does meets all of them; the
 * medians, or what `pick` makes of the values.
 */
export async function inTurn<K extends string>(
  contenders: Readonly<Record<K, () => Promise<number>>>,
  runs = RUNS,
  pick = median,
): Promise<Record<K, number>> {
  const names = Object.keys(contenders) as K[];
  const seen = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run++)
    for (const name of names) seen.get(name)?.push(await contenders[name]());
  return Object.fromEntries(names.map((name) => [name, pick(seen.get(name) ?? [])])) as Record<K, number>;
}

function plain(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** The table of all figures. */
export function printTable(figures: readonly Figure[]): string {
  const head = ['figure', 'ours', 'beside', 'ratio', 'goal', ''];
  const rows = figures.map(({ what, unit, ours, peers = {}, goal, held, note }) => {
    const [first] = Object.values(peers);
    const beside = Object.entries(peers).map(([name, value]) => `${name} ${plain(value)}`);
    return [
      what,
      `${plain(ours)} ${unit}`,
      beside.join(', ') || '–',
      !first ? '–' : `${(ours / first).toFixed(2)}×`,
      goal,
      `${held ? 'held' : 'MISSED'}${note === undefined ? '' : ` (${note})`}`,
    ];
  });
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
