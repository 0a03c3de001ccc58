import { errorText } from '../../base/errors';
import { decoded, problem, type Decoded } from '../../base/result';
import { corrections } from './corrections';
import { parseExpression } from './expression';
import type { Conditional, KconfigSymbol, SymbolTable } from './symbol';
import { IN_ANJAY, IN_ZEPHYR, TYPE_BY_FLAG, type SymbolRow, type SymbolTableFile } from './symbolTable';

export type { Conditional, KconfigSymbol, SymbolTable, SymbolType } from './symbol';

const PREFIX = 'CONFIG_';

/** `value if condition`, taken apart. */
export function conditional(text: string): Conditional {
  const match = /^("(?:[^\\"]|\\.)*"|.*?)\s+if\s+(.*)$/.exec(text);
  const [, value = text, conditionText] = match ?? [];
  return {
    value: value.trim(),
    conditionText,
    condition: conditionText === undefined ? undefined : parseExpression(conditionText),
  };
}

const nameIn = (selected: string): string => PREFIX + (/^\w+/.exec(selected)?.[0] ?? '');

class TableOfSymbols implements SymbolTable {
  private readonly known = new Map<string, KconfigSymbol>();
  private selecting: ReadonlyMap<string, readonly string[]> | undefined;
  private implying: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly table: SymbolTableFile) {}

  get ncs(): readonly string[] {
    return this.table.ncs;
  }

  get zephyr(): string {
    return this.table.zephyr;
  }

  get anjay(): string {
    return this.table.anjay;
  }

  names(): readonly string[] {
    return Object.keys(this.table.symbols).map((name) => PREFIX + name);
  }

  symbol(name: string): KconfigSymbol | undefined {
    const known = this.known.get(name);
    if (known || !name.startsWith(PREFIX)) return known;
    const bare = name.slice(PREFIX.length);
    if (!Object.hasOwn(this.table.symbols, bare)) return undefined;
    const row = this.table.symbols[bare];
    if (!row) return undefined;
    const symbol = { ...this.decode(name, row), ...corrections.get(bare) };
    this.known.set(name, symbol);
    return symbol;
  }

  selectors(name: string): readonly string[] {
    this.selecting ??= this.reversed(7);
    return this.selecting.get(name) ?? [];
  }

  impliers(name: string): readonly string[] {
    this.implying ??= this.reversed(8);
    return this.implying.get(name) ?? [];
  }

  private text(index: number): string {
    return this.table.texts[index] ?? '';
  }

  private reversed(column: 7 | 8): ReadonlyMap<string, readonly string[]> {
    const result = new Map<string, string[]>();
    for (const [name, row] of Object.entries(this.table.symbols))
      for (const index of row[column] ?? []) {
        const target = nameIn(this.text(index));
        const others = result.get(target);
        if (others) others.push(PREFIX + name);
        else result.set(target, [PREFIX + name]);
      }
    return result;
  }

  private decode(name: string, row: SymbolRow): KconfigSymbol {
    const [flags, file, since, until, defaults, ranges, depends, selects, implies] = row;
    const { ncs, files } = this.table;
    const from = ncs[since];
    const to = ncs[until];
    const list = (indexes: readonly number[] | undefined): readonly Conditional[] =>
      (indexes ?? []).map((index) => conditional(this.text(index)));
    return {
      name,
      type: TYPE_BY_FLAG[flags & 3] ?? 'bool',
      defaults: (defaults ?? []).map(conditional),
      ranges: ranges ?? [],
      depends: (depends ?? []).map((index) => ({
        text: this.text(index),
        condition: parseExpression(this.text(index)),
      })),
      selects: list(selects),
      implies: list(implies),
      file: files[file] ?? '',
      ofSample: files[file]?.includes('/samples/') ?? false,
      ncs: from === undefined || to === undefined ? undefined : { since: from, until: to },
      inZephyr: (flags & IN_ZEPHYR) !== 0,
      inAnjay: (flags & IN_ANJAY) !== 0,
    };
  }
}

/** Reads the text of `media/kconfig/symbols.json`. */
export function loadSymbols(json: string): Decoded<SymbolTable> {
  try {
    const table = JSON.parse(json) as Partial<SymbolTableFile> | null;
    if (table?.format !== 1 || !table.symbols || !table.texts || !table.files || !table.ncs)
      return problem('This is no table of Kconfig symbols of format 1', 0);
    return decoded(new TableOfSymbols(table as SymbolTableFile));
  } catch (error) {
    return problem(`The table of Kconfig symbols is no JSON: ${errorText(error)}`, 0);
  }
}
