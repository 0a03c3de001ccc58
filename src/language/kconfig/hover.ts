import { touches, type TextRange } from '../text';
import { nameOf } from '../uri';
import type { Configuration, EffectiveValue } from './configuration';
import { formerDefaults } from './corrections';
import { existsIn, versionIn } from './existence';
import type { Assignment, Fragment } from './fragment';
import { meaningOf } from './meanings';
import { placeOf } from './place';
import { renameOf } from './renames';
import type { KconfigSymbol } from './symbols';
import { isTagSymbol, tagOwner, tagUsers } from './tagUsers';
import { showValue } from './value';

/** What is shown of a symbol. */
export interface KconfigHover {
  readonly range: TextRange;
  readonly markdown: string;
}

/** How much is shown. */
export interface HoverOptions {
  /** Another extension shows type, range, default and dependencies already. */
  readonly brief?: boolean;
}

const IS_KEY = /(_PSK|_PSK_KEY|_PASSWORD)$/;

/** Text of a fragment within Markdown. */
const code = (text: string): string => `\`${text.replace(/`/g, "'").replace(/[\r\n]+/g, ' ')}\``;

/** The fragment of a configuration that has a URI. */
export const fragmentOf = (
  { fragments, sysbuild, build }: Configuration,
  uri: string,
): Fragment | undefined =>
  fragments.find(({ fragment }) => fragment.uri === uri)?.fragment ??
  [sysbuild, build].find((fragment) => fragment?.uri === uri);

function definition({ platform, symbols }: Configuration, symbol: KconfigSymbol): readonly string[] {
  const former = formerDefaults
    .get(symbol.name.slice('CONFIG_'.length))
    ?.find(({ from, before }) => platform.kind !== 'zephyr' && versionIn(platform, symbols, from, before));
  const defaults = former
    ? [code(former.value)]
    : symbol.defaults.map(({ value, conditionText }) =>
        conditionText === undefined ? code(value) : `${code(value)} if ${code(conditionText)}`,
      );
  const facts = [
    symbol.type,
    ...(defaults.length > 0 ? [`default ${defaults.join(', else ')}`] : []),
    ...symbol.ranges.map((range) => `range ${code(range.replace(/^(\S+)\s+(\S+)/, '$1 to $2'))}`),
  ];
  const depends = symbol.depends.map(({ text }) => code(text));
  return [facts.join(', '), ...(depends.length > 0 ? [`Depends on ${depends.join(' and ')}`] : [])];
}

/** The releases that have a symbol. */
function releases({ platform, symbols }: Configuration, symbol: KconfigSymbol): string {
  const { ncs, inZephyr, inAnjay } = symbol;
  const newest = symbols.ncs.at(-1);
  const isOpen = ncs?.until === '99' || ncs?.until === newest;
  const of = [
    ...(ncs
      ? [
          ncs.since === symbols.ncs[0] && isOpen
            ? 'nRF Connect SDK'
            : `nRF Connect SDK ${ncs.since}${isOpen ? ' and later' : ncs.until === ncs.since ? '' : ` to ${ncs.until}`}`,
        ]
      : []),
    ...(inZephyr ? ['Zephyr'] : []),
    ...(inAnjay ? ['Anjay-zephyr'] : []),
  ];
  const missing = existsIn(symbol, platform, symbols) ? '' : ': **not in the release this project is for**';
  const sample = symbol.ofSample ? ", a sample's own symbol" : '';
  return `In ${of.join(' and ')}${sample}${missing}`;
}

function inForce(effective: EffectiveValue | undefined, symbol: string): string {
  if (!effective) return 'Nothing shows which value is in force';
  const { value, source } = effective;
  // A key is in the text below the pointer; it is not said again.
  const shown =
    IS_KEY.test(symbol) && value.type === 'string' && value.value !== ''
      ? 'its value'
      : code(showValue(value));
  switch (source.kind) {
    case 'assignment':
      return `In force: ${shown}, by ${code(nameOf(source.fragment.uri))} line ${source.assignment.line + 1}`;
    case 'build':
      return `In force: ${shown}, as built (${code(nameOf(source.fragment.uri))} line ${source.assignment.line + 1})`;
    case 'folder':
      return `In force: ${shown}, by the folder's ${code(nameOf(source.uri))}`;
    case 'default':
      return `In force: ${shown}, the library's own`;
  }
}

/** What overrides the line under the pointer. */
function overridden(
  configuration: Configuration,
  fragment: Fragment,
  assignment: Assignment,
): readonly string[] {
  const place = placeOf(configuration, assignment.symbol);
  if (!place || place.assignment === assignment) return [];
  const where = place.fragment === fragment ? '' : ` of ${code(nameOf(place.fragment.uri))}`;
  return [`A later line overrides this one: line ${place.assignment.line + 1}${where}`];
}

function sharedTag(configuration: Configuration, assignment: Assignment): readonly string[] {
  const users = tagUsers(configuration.fragments.map(({ fragment }) => fragment));
  const own = users.find(
    ({ range }) => touches(assignment.range, range.start) && touches(assignment.range, range.end),
  );
  const others = users.filter(
    ({ symbol, tag }) => isTagSymbol(symbol) && symbol !== assignment.symbol && tag === own?.tag,
  );
  if (!own || own.symbol !== assignment.symbol || others.length === 0) return [];
  const names = [...new Set(others.map(({ symbol }) => symbol))].map(
    (symbol) => `${code(symbol)} (${tagOwner(symbol)})`,
  );
  return [`The same tag: ${names.join(', ')}`];
}

/** What is shown of the symbol at an offset of a fragment; nothing where none is, or nothing is known of it. */
export function hoverKconfig(
  configuration: Configuration,
  uri: string,
  offset: number,
  { brief = false }: HoverOptions = {},
): KconfigHover | undefined {
  const fragment = fragmentOf(configuration, uri);
  const assignment = fragment?.assignments.find(({ range }) => touches(range, offset));
  if (!fragment || !assignment) return undefined;
  const { symbol } = assignment;
  const known = configuration.symbols.symbol(symbol);
  const meaning = meaningOf(symbol);
  const renamed = renameOf(symbol, configuration.platform, configuration.symbols);
  if (!known && meaning === undefined && !renamed) return undefined;
  const lines = [
    `**${symbol}**`,
    ...(meaning === undefined ? [] : [meaning]),
    inForce(configuration.effective(symbol), symbol),
    ...overridden(configuration, fragment, assignment),
    ...sharedTag(configuration, assignment),
    ...(renamed
      ? [
          renamed.names.length > 0
            ? `Since nRF Connect SDK ${renamed.from}: ${renamed.names.map(code).join(' and ')}`
            : `${renamed.isGone ? 'Gone' : 'Deprecated'} since nRF Connect SDK ${renamed.from}`,
        ]
      : []),
    ...(known && !brief ? definition(configuration, known) : []),
    ...(known ? [releases(configuration, known)] : []),
  ];
  return { range: assignment.range, markdown: lines.join('\n\n') };
}
