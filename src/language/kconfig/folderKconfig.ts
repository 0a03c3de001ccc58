import type { TextRange } from '../text';
import { parseExpression } from './expression';
import { conditional, type Conditional, type KconfigSymbol, type SymbolType } from './symbols';

/** A symbol as a folder's own Kconfig defines it, or gives a default to. */
export interface FolderSymbol {
  /** With its prefix. */
  readonly name: string;
  /** Of the name, in the Kconfig. */
  readonly range: TextRange;
  /** Absent where the entry only adds to a library's symbol. */
  readonly type: SymbolType | undefined;
  readonly defaults: readonly Conditional[];
  readonly selects: readonly Conditional[];
  readonly depends: KconfigSymbol['depends'];
}

/** A folder's own Kconfig as far as it is read: entries with type, defaults, selects and dependencies. */
export interface FolderKconfig {
  readonly uri: string;
  readonly symbols: ReadonlyMap<string, FolderSymbol>;
  /** Whether it takes in files beside it, which may give defaults that are not seen here; Zephyr's own don't count. */
  readonly sourcesOthers: boolean;
}

const TYPES: ReadonlyMap<string, SymbolType> = new Map([
  ['bool', 'bool'],
  ['tristate', 'bool'],
  ['int', 'int'],
  ['hex', 'hex'],
  ['string', 'string'],
  ['def_bool', 'bool'],
  ['def_int', 'int'],
  ['def_hex', 'hex'],
  ['def_string', 'string'],
]);

/** Most entries of one file that are kept. */
const MOST_SYMBOLS = 5000;

interface Open {
  name: string;
  range: TextRange;
  type: SymbolType | undefined;
  defaults: Conditional[];
  selects: Conditional[];
  depends: { text: string; condition: ReturnType<typeof parseExpression> }[];
}

/** An attribute of the entry that is open: `default 5 if X`, `select Y`, `depends on Z`. */
function readAttribute(open: Open, word: string, rest: string): void {
  const type = TYPES.get(word);
  if (type !== undefined) open.type = type;
  if (rest === '') return;
  if (word === 'default' || word.startsWith('def_')) open.defaults.push(conditional(rest));
  else if (word === 'select') open.selects.push(conditional(rest));
  else if (word === 'depends') {
    const text = rest.replace(/^on\s+/, '');
    open.depends.push({ text, condition: parseExpression(text) });
  }
}

/**
 * Reads what a folder's own `Kconfig` says of symbols. Tolerant: `if` blocks, menus, sources and macros are passed over,
 * and an entry within an `if` block counts as one that depends on its condition.
 */
export function parseFolderKconfig(uri: string, text: string): FolderKconfig {
  const symbols = new Map<string, FolderSymbol>();
  const conditions: string[] = [];
  let open: Open | undefined;
  let helpIndent: number | undefined;
  let sourcesOthers = false;
  const close = (): void => {
    // As in Kconfig, the first definition's defaults come first.
    const before = open && symbols.get(open.name);
    if (open && symbols.size < MOST_SYMBOLS)
      symbols.set(
        open.name,
        before
          ? {
              ...before,
              type: before.type ?? open.type,
              defaults: [...before.defaults, ...open.defaults],
              selects: [...before.selects, ...open.selects],
            }
          : open,
      );
    open = undefined;
  };
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0].replaceAll('\t', '        ');
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const indent = line.length - line.trimStart().length;
    if (helpIndent !== undefined && indent > helpIndent) continue;
    helpIndent = undefined;
    const [, word = '', after = ''] = /^(\S+)\s*(.*)$/.exec(trimmed) ?? [];
    const rest = after.replace(/\s+#.*$/, '').trim();
    if (word === 'help' || word === '---help---') helpIndent = indent;
    else if (word === 'config' || word === 'menuconfig') {
      close();
      const name = /^\w+/.exec(rest)?.[0];
      if (name === undefined) continue;
      const start = match.index + match[0].indexOf(name, match[0].indexOf(word) + word.length);
      open = {
        name: `CONFIG_${name}`,
        range: { start, end: start + name.length },
        type: undefined,
        defaults: [],
        selects: [],
        depends: conditions.map((condition) => ({
          text: condition,
          condition: parseExpression(condition),
        })),
      };
    } else if (word === 'if' || word === 'endif') {
      close();
      if (word === 'endif') conditions.pop();
      else conditions.push(rest);
    } else if (/^(menu|endmenu|choice|endchoice|comment|mainmenu|[or]*source)$/.test(word)) {
      close();
      sourcesOthers ||= word.endsWith('source') && !/^"(Kconfig\.zephyr|[^"]*\$)/.test(rest);
    } else if (open) readAttribute(open, word, rest);
  }
  close();
  return { uri, symbols, sourcesOthers };
}
