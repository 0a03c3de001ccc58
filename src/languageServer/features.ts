import type {
  CodeLens,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';

/** What can be asked of a kind of file beside its problems; all of files that are known, at offsets within them. */
export interface Features {
  completion?(uri: string, offset: number): readonly CompletionItem[];
  hover?(uri: string, offset: number): Hover | undefined;
  symbols?(uri: string): readonly DocumentSymbol[];
  folding?(uri: string): readonly FoldingRange[];
  prepareRename?(
    uri: string,
    offset: number,
  ): { readonly range: Range; readonly placeholder: string } | undefined;
  /** What is to be edited; a text where the name can't be taken, which the user is told. */
  rename?(uri: string, offset: number, newName: string): WorkspaceEdit | string | undefined;
  format?(uri: string): readonly TextEdit[];
  links?(uri: string): readonly DocumentLink[];
  lenses?(uri: string): readonly CodeLens[];
}

/** Keeps completions in the order given: editors sort by text. */
export const sortText = (index: number, late = false): string =>
  `${late ? '~' : ''}${String(index).padStart(5, '0')}`;
