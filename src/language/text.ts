/** A stretch of a text: UTF-16 offsets, the end not included. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Replaces a stretch of a text; an empty stretch inserts. Edits of one text never overlap. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** Whether an offset is within a range, its end included: where a cursor stands that belongs to it. */
export const touches = ({ start, end }: TextRange, offset: number): boolean =>
  offset >= start && offset <= end;

/** The text after its edits. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { range, newText } of [...edits].sort((a, b) => a.range.start - b.range.start)) {
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}

/** Line and column of offsets, both from 0, columns in UTF-16 units; `\r\n`, `\n` and `\r` end a line. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.starts.push(i + 1);
    }
  }

  get count(): number {
    return this.starts.length;
  }

  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.starts[low] ?? 0) };
  }

  /** A place beyond the text is its end, one beyond a line the end of that line (LSP 3.17, Position). */
  offsetOf(line: number, column: number): number {
    const start = this.starts[Math.max(0, line)];
    if (start === undefined) return this.text.length;
    let end = this.starts[line + 1] ?? this.text.length;
    while (end > start && /[\r\n]/.test(this.text.charAt(end - 1))) end--;
    return Math.max(start, Math.min(start + column, end));
  }
}
