import type { ResourceType } from '../../objects/definition';
import { plainText } from './definition';
import { isMeasured } from './rules/range/itemRange';
import { readRange, type RangePart } from './rules/range/rangeText';

const escaped = (text: string): string =>
  plainText(text).replace(/[\\`*_{}[\]()#+!|<>&~]/g, (mark) => `\\${mark}`);

function partWords(part: RangePart, measured: boolean): string {
  if (part.kind === 'interval') {
    const span = `from ${part.min.text} to ${part.max.text}`;
    return measured ? `${span} octets long` : `${span}, both included`;
  }
  const value = part.kind === 'number' ? part.value.text : `“${escaped(part.value)}”`;
  const shown = measured && part.kind === 'number' ? `${value} octets long` : value;
  return part.label === undefined ? shown : `${shown}: ${escaped(part.label)}`;
}

/** What a RangeEnumeration says, in words; for texts and bytes, numbers are lengths in octets. */
export function rangeHover(text: string, type: ResourceType | undefined): string {
  const range = readRange(text);
  if (range.isFree) return `Tools can’t read “${escaped(text)}” as a range.`;
  const measured = isMeasured(type);
  const words = range.parts.slice(0, 40).map((part) => `- ${partWords(part, measured)}`);
  if (range.parts.length > 40) words.push(`- and ${range.parts.length - 40} more`);
  const [only] = words;
  const list =
    words.length === 1 && only !== undefined
      ? `The value is ${only.slice(2)}.`
      : `The value is one of\n\n${words.join('\n')}`;
  return measured && range.parts.some(({ kind }) => kind !== 'text')
    ? `${list}\n\nA range of a ${type === 'string' ? 'String' : 'Opaque'} is its length in octets.`
    : list;
}
