interface Parts {
  readonly numbers: readonly number[];
  readonly suffix: string | undefined;
}

/** `v1.5.0+2` → [1, 5, 0] and `2`; `undefined` for what isn't dotted numbers. */
function parse(text: string): Parts | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){1,3})(?:[+\-_ ](.{1,64}))?$/i.exec(text.trim());
  if (!match) return undefined;
  const numbers = (match[1] ?? '').split('.').map(Number);
  return {
    numbers,
    suffix: match[2]
      ?.trim()
      .toLowerCase()
      .replace(/^0+(?=\d)/, ''),
  };
}

/**
 * Whether two texts mean the same version. The rule: a leading `v` doesn't count; dotted numbers are compared as
 * numbers, a missing one is 0 (`1.5` is `1.5.0`); what follows `+`, `-` or `_` counts only where both have it, and then
 * without regard to which sign it follows (MCUboot writes `1.5.0+2`, a build system `1.5.0-2`, many devices `1.5.0`). A build
 * number of 0 is none. Texts that are no dotted numbers are the same when they are equal.
 */
export function agrees(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return a.trim() === b.trim();
  const length = Math.max(left.numbers.length, right.numbers.length);
  for (let at = 0; at < length; at++) if ((left.numbers[at] ?? 0) !== (right.numbers[at] ?? 0)) return false;
  const none = (suffix: string | undefined) => suffix === undefined || suffix === '0';
  return none(left.suffix) || none(right.suffix) || left.suffix === right.suffix;
}
