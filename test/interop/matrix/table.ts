import type { Scheme } from '../../../src/transport/ports';

/** A way that an image takes to a device. */
export interface Way {
  readonly method: 'push' | 'pull';
  readonly scheme: Scheme;
}

/** Every way there is: a push over what a device can register by, a pull over what it can fetch by. */
export const WAYS: readonly Way[] = [
  ...(['coap', 'coaps', 'coap+tcp', 'coaps+tcp'] as const).map(
    (scheme) => ({ method: 'push', scheme }) as const,
  ),
  ...(['coap', 'coaps', 'coap+tcp', 'coaps+tcp', 'http', 'https'] as const).map(
    (scheme) => ({ method: 'pull', scheme }) as const,
  ),
];

/** What a peer is to do on a way, or why it can't. */
export type Cell =
  /** `done` is what the table says where `run` ends well; it throws where the image doesn't arrive as it was. */
  { readonly done: 'ok' | 'ok (fetch)'; run(): Promise<void> } | { readonly cannot: string };

/** A peer, and its cell on each way. */
export interface Column {
  readonly title: string;
  cell(way: Way): Cell;
}

/** A column as it turned out: a text for each of {@link WAYS}, and what went wrong. */
export interface Outcome {
  readonly title: string;
  readonly texts: readonly string[];
  readonly failures: readonly string[];
}

/** Runs a column's cells one after the other. A cell that fails says so, and the others are run. */
export async function outcomeOf({ title, cell }: Column): Promise<Outcome> {
  const texts: string[] = [];
  const failures: string[] = [];
  for (const way of WAYS) {
    const it = cell(way);
    if ('cannot' in it) {
      texts.push(it.cannot);
      continue;
    }
    try {
      await it.run();
      texts.push(it.done);
    } catch (error) {
      texts.push('FAILED');
      failures.push(
        `${title}, ${way.method} ${way.scheme}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { title, texts, failures };
}

/** The outcomes as a table in Markdown, a row for each of {@link WAYS}. */
export function markdownTable(columns: readonly Outcome[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['256 KiB, SHA-256 compared', ...columns.map(({ title }) => title)]),
    row(['---', ...columns.map(() => '---')]),
    ...WAYS.map(({ method, scheme }, i) =>
      row([`${method} ${scheme}`, ...columns.map(({ texts }) => texts[i] ?? '')]),
    ),
    '',
  ].join('\n');
}
