import { spanText } from '../../contract/quantities';
import { printableText } from '../../base/printableText';

/** Longest name from a device in a row or a title. */
const LONGEST_NAME = 64;

/** A device's name for a row, a title or a log line: control and direction characters escaped, cut. */
export const safeName = (name: string): string => printableText(name, LONGEST_NAME);

/** How long ago: `now` below two seconds, else `3 s ago`. */
export const agoText = (at: number, now: number): string =>
  now - at < 2000 ? 'now' : `${spanText(now - at)} ago`;

/** `1 device`, `2 devices`. */
export const countText = (count: number, one: string): string =>
  `${count} ${count === 1 ? one : one.endsWith('y') ? `${one.slice(0, -1)}ies` : `${one}s`}`;
