import type { Fix } from '../problem';
import type { TextEdit } from '../text';
import type { Configuration } from './configuration';
import type { Place } from './place';
import { placeOf } from './place';
import { writeValue } from './value';

/** A value for a line: `true` is y, a bigint or number as it is, a string in quotes. */
export type Setting = readonly [symbol: string, value: string | bigint | number | boolean];

/** The line end after an offset, else the file's first. */
const lineEndAt = (text: string, offset: number): string =>
  /^(\r\n|\n|\r)/.exec(text.slice(offset, offset + 2))?.[0] ?? /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';

/**
 * Sets symbols: where the line in force stands in the fragment of `near` or in one merged after it, that line is
 * changed; otherwise a line is added after `near`, so that it holds.
 */
export function setFix(
  configuration: Configuration,
  near: Place,
  settings: readonly Setting[],
  title = `Set ${settings.map(([symbol, value]) => `${symbol}=${writeValue(value)}`).join(' and ')}`,
  preferred = true,
): Fix {
  const edits = new Map<string, TextEdit[]>();
  const edit = (uri: string, one: TextEdit): void => {
    const known = edits.get(uri);
    if (known) known.push(one);
    else edits.set(uri, [one]);
  };
  const added: string[] = [];
  for (const [symbol, value] of settings) {
    const line = `${symbol}=${writeValue(value)}`;
    const place = placeOf(configuration, symbol);
    if (place && place.order >= near.order)
      edit(place.fragment.uri, { range: place.assignment.range, newText: line });
    else added.push(line);
  }
  if (added.length > 0) {
    const { fragment, assignment } = near;
    const { end } = assignment.range;
    const lineEnd = lineEndAt(fragment.text, end);
    edit(fragment.uri, { range: { start: end, end }, newText: added.map((line) => lineEnd + line).join('') });
  }
  return {
    title,
    preferred,
    changes: [...edits].map(([uri, list]) => ({ kind: 'edit', uri, edits: list })),
  };
}

/** Takes a line out, its end included. */
export function removeFix({ fragment, assignment }: Place, title: string, preferred = true): Fix {
  const { text } = fragment;
  const { start, end } = assignment.range;
  const after = /^(\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
  return {
    title,
    preferred,
    changes: [
      { kind: 'edit', uri: fragment.uri, edits: [{ range: { start, end: end + after }, newText: '' }] },
    ],
  };
}
