import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { Lines, type TextEdit, type TextRange } from '../language/text';

/** A document as the editor has it, saved or not. */
export class OpenDocument {
  private known: Lines | undefined;

  constructor(
    readonly uri: string,
    private current: string,
    public version: number,
  ) {}

  get text(): string {
    return this.current;
  }

  get lines(): Lines {
    return (this.known ??= new Lines(this.current));
  }

  /** Takes edits in the order they were made, each of the text that the one before left. */
  change(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    for (const change of changes) {
      if ('range' in change) {
        const { start, end } = toTextRange(change.range, this.lines);
        this.current = this.current.slice(0, start) + change.text + this.current.slice(end);
      } else this.current = change.text;
      this.known = undefined;
    }
    this.version = version;
  }
}

/** An offset as LSP's position. */
export function toPosition(offset: number, lines: Lines): Position {
  const { line, column } = lines.at(offset);
  return { line, character: column };
}

/** A stretch of text as LSP's range. */
export const toRange = ({ start, end }: TextRange, lines: Lines): Range => ({
  start: toPosition(start, lines),
  end: toPosition(end, lines),
});

/** LSP's position as an offset. */
export const toOffset = ({ line, character }: Position, lines: Lines): number =>
  lines.offsetOf(line, character);

/** LSP's range as a stretch of text; one that ends before it starts is empty. */
export function toTextRange({ start, end }: Range, lines: Lines): TextRange {
  const from = toOffset(start, lines);
  return { start: from, end: Math.max(from, toOffset(end, lines)) };
}

/** An edit as LSP has it. */
export const toLspEdit = ({ range, newText }: TextEdit, lines: Lines) => ({
  range: toRange(range, lines),
  newText,
});
