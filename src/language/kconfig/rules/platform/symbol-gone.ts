import type { Fix } from '../../../problem';
import type { Configuration } from '../../configuration';
import type { Assignment, Fragment } from '../../fragment';
import { removeFix } from '../../fixes';
import { placeOf } from '../../place';
import { renameOf, type Renamed } from '../../renames';
import type { KconfigFinding, KconfigRule } from '../../rule';

function fixesOf(
  configuration: Configuration,
  fragment: Fragment,
  assignment: Assignment,
  { names, asks = false }: Renamed,
): readonly Fix[] {
  const remove = (title: string): Fix => removeFix({ fragment, assignment, order: 0 }, title, !asks);
  const missing = names.filter((name) => placeOf(configuration, name)?.fragment !== fragment);
  if (names.length === 0) return [remove(`Remove the line of ${assignment.symbol}`)];
  if (missing.length === 0) return [remove(`Remove the line: ${names.join(' and ')} is set`)];
  const { range, symbol, symbolRange } = assignment;
  const line = fragment.text.slice(range.start, range.end);
  const [before, after] = [
    line.slice(0, symbolRange.start - range.start),
    line.slice(symbolRange.end - range.start),
  ];
  const lineEnd = /\r\n|\n|\r/.exec(fragment.text)?.[0] ?? '\n';
  const newText = missing.map((name) => before + name + after).join(lineEnd);
  return [
    {
      title: `Rename ${symbol} to ${missing.join(' and ')}`,
      preferred: true,
      changes: [{ kind: 'edit', uri: fragment.uri, edits: [{ range, newText }] }],
    },
  ];
}

function messageOf(symbol: string, renamed: Renamed, isKnown: boolean): string {
  const { names, from, gone, isGone, instead, ofZephyr } = renamed;
  const since = isGone && gone !== undefined && gone !== 'still there' ? gone : from;
  const where = `nRF Connect SDK ${since}${ofZephyr ? ' and in the Zephyr beneath it' : ''}`;
  const how = names.length > 0 ? `is ${names.join(' and ')}` : isGone ? 'is gone' : 'is deprecated';
  const state = `${symbol} ${how} since ${where}`;
  const still = names.length > 0 && !isGone ? '; the old name is deprecated' : '';
  const unknown = isKnown ? '' : ' (the version of this project is not known)';
  return `${state}${still}${unknown}${instead === undefined ? '' : `: ${instead}`}`;
}

export const rule: KconfigRule = {
  code: 'kconfig/symbol-gone',
  number: 69,
  severity: 'error',
  document:
    'Symbols are renamed and removed between releases; a line with one that the release no longer has is ignored with a ' +
    'warning in the build log, or ends the build. Which release this project is for is detected, or set; where it is not ' +
    'known the newest is assumed, and it is a warning only.',
  check(configuration) {
    const { platform, symbols, fragments } = configuration;
    const isKnown = platform.version !== undefined && platform.kind !== 'anjay';
    return fragments
      .filter(({ kind }) => kind !== 'generated')
      .flatMap(({ fragment }) =>
        fragment.assignments.flatMap((assignment): KconfigFinding[] => {
          const { symbol, range } = assignment;
          const renamed = renameOf(symbol, platform, symbols);
          if (!renamed || renamed.elsewhere) return [];
          // An application of one's own may define it.
          if (renamed.ofSample && configuration.kconfig?.symbols.has(symbol)) return [];
          const isSure = isKnown && renamed.isGone && !renamed.ofSample;
          return [
            {
              uri: fragment.uri,
              range,
              message: messageOf(symbol, renamed, isKnown),
              severity: isSure ? 'error' : 'warning',
              tag: 'deprecated',
              fixes: fixesOf(configuration, fragment, assignment, renamed),
            },
          ];
        }),
      );
  },
};
