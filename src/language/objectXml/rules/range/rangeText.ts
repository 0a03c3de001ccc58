import { BOUND_PATTERN, compareBounds, readBound, type Bound } from './rangeBound';

/** How an interval's bounds are joined: two dots are the convention, all else is read as meant. */
export type Separator = 'dots' | 'manyDots' | 'dash' | 'word';

/** A piece of a RangeEnumeration. */
export type RangePart =
  | { readonly kind: 'interval'; readonly min: Bound; readonly max: Bound; readonly separator: Separator }
  | { readonly kind: 'number'; readonly value: Bound; readonly label?: string }
  | { readonly kind: 'text'; readonly value: string; readonly label?: string };

/** What a RangeEnumeration says. */
export interface RangeText {
  /** Its pieces in their order; empty where it says nothing or {@link isFree}. */
  readonly parts: readonly RangePart[];
  /** The word behind the numbers: `bytes`. */
  readonly suffix: string | undefined;
  /** Numbers joined by dashes, or by `or`, that are meant as a list. */
  readonly listedBy: 'dash' | 'word' | undefined;
  /** Prose: no piece of it could be read as values. */
  readonly isFree: boolean;
}

const NOTHING: RangeText = { parts: [], suffix: undefined, listedBy: undefined, isFree: false };
const PROSE: RangeText = { ...NOTHING, isFree: true };

const INTERVAL = new RegExp(
  `^(${BOUND_PATTERN})\\s*(?:(\\.\\.)|(\\.{3,}|…)|([-–—])|\\b(to)\\b)\\s*(${BOUND_PATTERN})$`,
  'i',
);
const LABELLED = new RegExp(`^(${BOUND_PATTERN})\\s*[:=]\\s*(\\S[^]*)$`);
const QUOTED = /^(?:"([^"]*)"|'([^']*)'|“([^”]*)”)(?:\s*[:=]\s*(\S[^]*))?$/;
const SUFFIX = /^([^]*?\d)\s*(bytes?|octets?|characters?|chars?)\.?$/i;
const DASHED_LIST = /^\d+(?:\s*[-–]\s*\d+){2,}$/;
const WORDED_LIST = /^[\d.]+(?:\s+or\s+[\d.]+)+$/i;
/** The longest text that is read; the registry's longest has a hundred characters. */
const LONGEST = 20_000;

/** The pieces between commas, semicolons and line ends that stand outside quotes. */
function splitParts(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quote = '';
  for (let i = 0; i <= text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') {
      if (c === quote) quote = '';
      // a quote that never ends is none
      else if (c === '' || c === '\n') [quote, i] = ['', text.indexOf(quote, start)];
    } else if (c === '"' && text.slice(start, i).trim() === '' && text.indexOf('"', i + 1) !== -1) quote = c;
    else if (c === '' || c === ',' || c === ';' || c === '\n' || c === '\r') {
      const part = text.slice(start, i).trim();
      if (part !== '') parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

function readPart(text: string): RangePart | undefined {
  const interval = INTERVAL.exec(text);
  if (interval) {
    const [, low = '', dots, manyDots, dash, , high = ''] = interval;
    const [min, max] = [readBound(low), readBound(high)];
    const separator = dots ? 'dots' : manyDots ? 'manyDots' : dash ? 'dash' : 'word';
    return min && max ? { kind: 'interval', min, max, separator } : undefined;
  }
  const bound = readBound(text);
  if (bound) return { kind: 'number', value: bound };
  const labelled = LABELLED.exec(text);
  if (labelled) {
    const value = readBound(labelled[1] ?? '');
    return value ? { kind: 'number', value, label: labelled[2] ?? '' } : undefined;
  }
  const quoted = QUOTED.exec(text);
  if (!quoted) return undefined;
  const value = quoted[1] ?? quoted[2] ?? quoted[3] ?? '';
  return quoted[4] === undefined ? { kind: 'text', value } : { kind: 'text', value, label: quoted[4] };
}

/**
 * Reads a RangeEnumeration as people write it: `0..7`, `0..3, 99`, `"a","b"`, `0: off, 1: on`, `0..255 bytes`, and what
 * stands for one of them (`0-7`, `1...3`, `0 to 7`, `16-32-48`, `10 or 26`). Never throws; bounds are exact.
 */
export function readRange(text: string): RangeText {
  const whole = text.trim();
  if (whole === '') return NOTHING;
  if (whole.length > LONGEST) return PROSE;
  const suffixed = SUFFIX.exec(whole);
  const numbers = suffixed && readBody(suffixed[1] ?? '', suffixed[2]);
  const last = numbers?.parts.at(-1);
  // a word behind a label is the label's: `0: off, 1: 8 bytes`
  const isLabels = last && last.kind !== 'interval' && last.label !== undefined;
  return numbers && !isLabels ? numbers : readBody(whole, undefined);
}

function readBody(body: string, suffix: string | undefined): RangeText {
  const listedBy = DASHED_LIST.test(body) ? 'dash' : WORDED_LIST.test(body) ? 'word' : undefined;
  const pieces = listedBy ? body.split(listedBy === 'dash' ? /[-–]/ : /\bor\b/i) : splitParts(body);
  const parts: RangePart[] = [];
  for (const piece of pieces) {
    const part = readPart(piece.trim());
    const before = parts.at(-1);
    if (part) parts.push(part);
    else if (before && before.kind !== 'interval' && before.label !== undefined)
      // a label may hold commas itself
      parts[parts.length - 1] = { ...before, label: `${before.label}, ${piece}` };
    else return PROSE;
  }
  return { parts, suffix, listedBy, isFree: parts.length === 0 };
}

function printPart(part: RangePart): string {
  if (part.kind === 'interval') return `${part.min.text}..${part.max.text}`;
  const value = part.kind === 'number' ? part.value.text : `"${part.value}"`;
  return part.label === undefined ? value : `${value}: ${part.label}`;
}

/** Parts as the convention writes them: `0..7`, `0..3,99`, `0: off, 1: on`. */
export const printRange = (parts: readonly RangePart[]): string =>
  parts
    .map(printPart)
    .join(parts.some((part) => part.kind !== 'interval' && part.label !== undefined) ? ', ' : ',');

/** An interval whose lower bound is above its upper one: nothing is in it. */
export const isReversed = (part: RangePart): boolean =>
  part.kind === 'interval' && compareBounds(part.min, part.max) > 0;

/** Every bound that stands in a part. */
export const boundsOf = (part: RangePart): readonly Bound[] =>
  part.kind === 'interval' ? [part.min, part.max] : part.kind === 'number' ? [part.value] : [];

/** What the numbers of an enumeration mean, where it says: `0` → `off`. */
export function rangeLabels(range: RangeText): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const part of range.parts)
    if (part.kind !== 'interval' && part.label !== undefined)
      labels.set(part.kind === 'number' ? part.value.text : part.value, part.label);
  return labels;
}
