import { choiceOf, type Choice } from './choices';
import type { EffectiveValue, Platform, ValueSource } from './configuration';
import { formerDefaults, OFF_UNLESS_WRITTEN } from './corrections';
import { evaluate, parseExpression, type Truth } from './expression';
import type { FolderKconfig } from './folderKconfig';
import type { Assignment, Fragment, KconfigValue } from './fragment';
import { existsIn, versionIn } from './existence';
import type { Conditional, KconfigSymbol, SymbolTable } from './symbols';
import { readValue } from './value';

const ON: KconfigValue = { type: 'tristate', value: 'y' };
const OFF: KconfigValue = { type: 'tristate', value: 'n' };
const PREFIX = 'CONFIG_';
const DEFAULT: ValueSource = { kind: 'default' };

interface Written {
  readonly fragment: Fragment;
  readonly assignment: Assignment;
}

/** What a configuration rests on. */
export interface Grounds {
  readonly platform: Platform;
  readonly symbols: SymbolTable;
  /** In the order of merging. */
  readonly fragments: readonly Fragment[];
  readonly sysbuild: Fragment | undefined;
  readonly build: Fragment | undefined;
  readonly kconfig: FolderKconfig | undefined;
}

/** The values in force, each worked out when it is first asked for. */
export class EffectiveValues {
  /** The last assignment of each symbol, numbered by order of merging. */
  private readonly written = new Map<string, Written & { readonly order: number }>();
  private readonly built = new Map<string, Written>();
  private readonly known = new Map<string, EffectiveValue | undefined>();
  /** Symbols being worked out: who rests on itself is not known. */
  private readonly open = new Set<string>();
  private folderSelecting: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly grounds: Grounds) {
    const { fragments, sysbuild, build } = grounds;
    let order = 0;
    for (const fragment of fragments)
      for (const assignment of fragment.assignments)
        if (assignment.symbol.startsWith(PREFIX))
          this.written.set(assignment.symbol, { fragment, assignment, order: order++ });
    for (const assignment of sysbuild?.assignments ?? [])
      if (sysbuild && !assignment.symbol.startsWith(PREFIX))
        this.written.set(assignment.symbol, { fragment: sysbuild, assignment, order: order++ });
    for (const assignment of build?.assignments ?? [])
      if (build) this.built.set(assignment.symbol, { fragment: build, assignment });
  }

  effective(symbol: string): EffectiveValue | undefined {
    if (this.known.has(symbol)) return this.known.get(symbol);
    if (this.open.has(symbol)) return undefined;
    this.open.add(symbol);
    const found = this.find(symbol);
    this.open.delete(symbol);
    this.known.set(symbol, found);
    return found;
  }

  stated(symbol: string): EffectiveValue | undefined {
    const value = this.effective(symbol);
    return value?.source.kind === 'default' ? undefined : value;
  }

  private find(symbol: string): EffectiveValue | undefined {
    const { build } = this.grounds;
    if (build && symbol.startsWith(PREFIX)) {
      const built = this.built.get(symbol);
      return built && this.valueOf(symbol, built.assignment.value, { kind: 'build', ...built });
    }
    const choice = choiceOf(symbol.slice(PREFIX.length));
    const own = this.written.get(symbol);
    if (choice && symbol.startsWith(PREFIX)) return this.ofChoice(symbol, choice);
    // A select holds even against a line that says n.
    const isOff = own?.assignment.value.type === 'tristate' && own.assignment.value.value === 'n';
    if ((!own || isOff) && this.isSelected(symbol)) return this.valueOf(symbol, ON, DEFAULT);
    if (own)
      return this.valueOf(symbol, own.assignment.value, {
        kind: 'assignment',
        fragment: own.fragment,
        assignment: own.assignment,
      });
    return this.ofFolder(symbol) ?? this.ofLibrary(symbol);
  }

  private valueOf(symbol: string, value: KconfigValue, source: ValueSource): EffectiveValue {
    return { symbol, value, source };
  }

  /** The member that was last assigned y is on, else the usual one. */
  private ofChoice(symbol: string, choice: Choice): EffectiveValue | undefined {
    let chosen: (Written & { readonly order: number }) | undefined;
    for (const member of choice.members) {
      const written = this.written.get(PREFIX + member);
      const value = written?.assignment.value;
      if (
        value?.type === 'tristate' &&
        value.value === 'y' &&
        written &&
        written.order >= (chosen?.order ?? 0)
      )
        chosen = written;
    }
    if (chosen) {
      const { fragment, assignment } = chosen;
      const source: ValueSource = { kind: 'assignment', fragment, assignment };
      return this.valueOf(symbol, assignment.symbol === symbol ? ON : OFF, source);
    }
    const own = this.written.get(symbol);
    if (own)
      return this.valueOf(symbol, own.assignment.value, {
        kind: 'assignment',
        fragment: own.fragment,
        assignment: own.assignment,
      });
    if (choice.usual === undefined || this.truthOf(choice.within) !== true) return undefined;
    // A usual member that a line turns off leaves open which takes its place.
    if (this.written.has(PREFIX + choice.usual)) return undefined;
    return this.valueOf(symbol, symbol === PREFIX + choice.usual ? ON : OFF, DEFAULT);
  }

  private truthOf(name: string): Truth {
    return evaluate({ kind: 'symbol', name }, this.look);
  }

  private readonly look = (name: string): KconfigValue | undefined => this.effective(PREFIX + name)?.value;

  private isSelected(symbol: string): boolean {
    const { symbols, platform, kconfig } = this.grounds;
    const holds = (selector: string, selects: readonly Conditional[]): boolean => {
      if (this.truthOf(selector.slice(PREFIX.length)) !== true) return false;
      const bare = symbol.slice(PREFIX.length);
      return selects.some(
        ({ value, condition }) =>
          value === bare && (condition === undefined || evaluate(condition, this.look) === true),
      );
    };
    for (const name of symbols.selectors(symbol)) {
      const selector = symbols.symbol(name);
      if (selector && existsIn(selector, platform, symbols) && holds(name, selector.selects)) return true;
    }
    if (!kconfig) return false;
    this.folderSelecting ??= selectorsOf(kconfig);
    return (this.folderSelecting.get(symbol) ?? []).some((name) =>
      holds(name, kconfig.symbols.get(name)?.selects ?? []),
    );
  }

  private isImplied(symbol: string): boolean {
    const { symbols, platform } = this.grounds;
    const bare = symbol.slice(PREFIX.length);
    return symbols.impliers(symbol).some((name) => {
      const implier = symbols.symbol(name);
      return (
        implier !== undefined &&
        existsIn(implier, platform, symbols) &&
        this.truthOf(name.slice(PREFIX.length)) === true &&
        implier.implies.some(
          ({ value, condition }) =>
            value === bare && (condition === undefined || evaluate(condition, this.look) === true),
        )
      );
    });
  }

  private ofFolder(symbol: string): EffectiveValue | undefined {
    const { kconfig } = this.grounds;
    const entry = kconfig?.symbols.get(symbol);
    if (!kconfig || !entry) return undefined;
    if (this.allHold(entry.depends) !== true) return undefined;
    const value = this.firstDefault(entry.defaults);
    const type = entry.type ?? this.grounds.symbols.symbol(symbol)?.type;
    const source: ValueSource = { kind: 'folder', uri: kconfig.uri };
    if (value === 'unknown') return undefined;
    if (value !== 'none') return this.valueOf(symbol, type === 'bool' ? this.asBool(value) : value, source);
    // Without a default a symbol of the folder is off, or empty; an entry that only adds to a library's says nothing.
    if (entry.type === 'bool') return this.valueOf(symbol, OFF, source);
    return entry.type === 'string' ? this.valueOf(symbol, { type: 'string', value: '' }, source) : undefined;
  }

  private ofLibrary(name: string): EffectiveValue | undefined {
    const { symbols, platform } = this.grounds;
    const bare = name.slice(PREFIX.length);
    if (OFF_UNLESS_WRITTEN.has(bare)) return this.valueOf(name, OFF, DEFAULT);
    const symbol = symbols.symbol(name);
    if (!symbol || symbol.ofSample || !existsIn(symbol, platform, symbols)) return undefined;
    const value = this.libraryValue(symbol, bare);
    return value && this.valueOf(name, value, DEFAULT);
  }

  private libraryValue(symbol: KconfigSymbol, bare: string): KconfigValue | undefined {
    const isBool = symbol.type === 'bool';
    const available = this.allHold(symbol.depends);
    if (available === false) return isBool ? OFF : undefined;
    const former = this.formerDefault(bare);
    const first = former ?? this.firstDefault(symbol.defaults);
    const implied = isBool && this.isImplied(symbol.name);
    if (isBool && first === 'none' && !implied) return OFF;
    if (available === undefined || first === 'unknown') return undefined;
    if (implied) return ON;
    if (first !== 'none') return isBool ? this.asBool(first) : first;
    return symbol.type === 'string' ? { type: 'string', value: '' } : undefined;
  }

  private formerDefault(bare: string): KconfigValue | undefined {
    const { platform, symbols } = this.grounds;
    if (platform.kind === 'zephyr') return undefined;
    const former = formerDefaults
      .get(bare)
      ?.find(({ from, before }) => versionIn(platform, symbols, from, before));
    return former && readValue(former.value);
  }

  private allHold(depends: KconfigSymbol['depends']): Truth {
    let all: Truth = true;
    for (const { condition } of depends) {
      const holds = evaluate(condition, this.look);
      if (holds === false) return false;
      if (holds === undefined) all = undefined;
    }
    return all;
  }

  /** The value of the first default whose condition holds. */
  private firstDefault(defaults: readonly Conditional[]): KconfigValue | 'none' | 'unknown' {
    for (const { value, condition } of defaults) {
      const holds = condition === undefined || evaluate(condition, this.look);
      if (holds === false) continue;
      if (holds === undefined) return 'unknown';
      const literal = readValue(value);
      if (literal.type !== 'unreadable') return literal;
      if (/^\w+$/.test(value)) return this.look(value) ?? 'unknown';
      const truth = evaluate(parseExpression(value), this.look);
      return truth === undefined ? 'unknown' : truth ? ON : OFF;
    }
    return 'none';
  }

  private asBool(value: KconfigValue): KconfigValue {
    return value.type === 'tristate' ? value : OFF;
  }
}

function selectorsOf(kconfig: FolderKconfig): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const { name, selects } of kconfig.symbols.values())
    for (const { value } of selects) {
      const others = result.get(PREFIX + value);
      if (others) others.push(name);
      else result.set(PREFIX + value, [name]);
    }
  return result;
}
