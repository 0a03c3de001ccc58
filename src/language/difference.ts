import type { TextEdit } from './text';

/** The least edit that makes one text of another: what both begin and end with stays. `undefined` where they are the same. */
export function difference(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  return {
    range: { start, end: before.length - end },
    newText: after.slice(start, after.length - end),
  };
}
