import type { TextRange } from '../text';
import type { Configuration } from './configuration';
import { existsIn } from './existence';
import type { Fragment } from './fragment';
import { fragmentOf } from './hover';
import { meaningOf, symbolsWithMeaning, sysbuildSymbolsWithMeaning } from './meanings';
import { renameOf } from './renames';
import type { SymbolType } from './symbols';
import { typeOf, valueCompletions, type KconfigCompletion } from './valueCompletion';

/** What is known besides the configuration. */
export interface CompletionOptions {
  /** The URIs that the local server listens at. */
  readonly listening?: readonly string[];
  /** Another extension completes symbols: values alone are offered. */
  readonly valuesOnly?: boolean;
}

const LIKELY = /LWM2M|ANJAY|FOTA_DOWNLOAD|DOWNLOADER/;

function lineAt(text: string, offset: number): TextRange {
  let start = offset;
  while (start > 0 && !/[\r\n]/.test(text[start - 1] ?? '')) start--;
  let end = offset;
  while (end < text.length && !/[\r\n]/.test(text[end] ?? '')) end++;
  return { start, end };
}

/** Names that a fragment may take: those of this release that LwM2M is about, each once. */
function candidates(configuration: Configuration, fragment: Fragment): readonly string[] {
  const { platform, symbols, kconfig, sysbuild } = configuration;
  if (sysbuild?.uri === fragment.uri) return sysbuildSymbolsWithMeaning();
  const isAnjay = platform.kind === 'anjay' || configuration.isOn('CONFIG_ANJAY');
  const isFitting = (name: string): boolean => {
    const symbol = symbols.symbol(name);
    if (renameOf(name, platform, symbols)) return false;
    if (!symbol) return !name.startsWith('CONFIG_NET_SAMPLE_') || kconfig?.symbols.has(name) === true;
    if (symbol.ofSample) return kconfig?.symbols.has(name) === true;
    if (symbol.inAnjay && !isAnjay) return false;
    return existsIn(symbol, platform, symbols);
  };
  return [...new Set([...symbols.names(), ...symbolsWithMeaning()])].filter(isFitting);
}

/** What stands behind a name that is newly written. */
function ending(type: SymbolType | undefined): string {
  return type === 'bool' ? '=y' : type === 'string' ? '=""' : '=';
}

function symbolCompletions(
  configuration: Configuration,
  fragment: Fragment,
  line: TextRange,
): readonly KconfigCompletion[] {
  const text = fragment.text.slice(line.start, line.end);
  const word = /^\w*/.exec(text)?.[0] ?? '';
  const hasValue = text.slice(word.length).trimStart().startsWith('=');
  const range = { start: line.start, end: line.start + word.length };
  const present = new Set(
    fragment.assignments.filter((one) => one.range.start !== line.start).map(({ symbol }) => symbol),
  );
  return candidates(configuration, fragment)
    .filter((name) => !present.has(name))
    .map((name) => {
      const type = typeOf(configuration, name);
      const meaning = meaningOf(name);
      return {
        label: name,
        kind: 'symbol',
        edit: { range, newText: hasValue ? name : name + ending(type) },
        ...(type === undefined ? {} : { detail: type }),
        ...(meaning === undefined ? {} : { document: meaning }),
        order: meaning === undefined ? 2 : LIKELY.test(name) ? 0 : 1,
      };
    });
}

/** What can be written at an offset of a fragment: a symbol at the beginning of a line, a value behind `=`. */
export function completeKconfig(
  configuration: Configuration,
  uri: string,
  offset: number,
  { listening = [], valuesOnly = false }: CompletionOptions = {},
): readonly KconfigCompletion[] {
  const fragment = fragmentOf(configuration, uri);
  if (!fragment) return [];
  const line = lineAt(fragment.text, offset);
  const before = fragment.text.slice(line.start, offset);
  if (/^\w*$/.test(before)) return valuesOnly ? [] : symbolCompletions(configuration, fragment, line);
  const [, symbol] = /^((?:SB_)?CONFIG_\w+)=/.exec(before) ?? [];
  if (symbol === undefined) return [];
  const start = line.start + symbol.length + 1;
  return valueCompletions(configuration, symbol, { start, end: line.end }, listening);
}
