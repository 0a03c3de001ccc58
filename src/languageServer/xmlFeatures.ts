import {
  CompletionItemKind,
  FoldingRangeKind,
  InsertTextFormat,
  InsertTextMode,
  SymbolKind,
  type CompletionItem,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { completeXml } from '../language/objectXml/completion';
import type { Completion } from '../language/objectXml/completionItem';
import { foldsOf } from '../language/objectXml/folding';
import { formatXml } from '../language/objectXml/format';
import { hoverXml } from '../language/objectXml/hover';
import { outlineOf, type OutlineNode } from '../language/objectXml/outline';
import { renameResource, renameTarget } from '../language/objectXml/rename';
import type { Lines } from '../language/text';
import { toWorkspaceEdit } from './codeActions';
import { sortText, type Features } from './features';
import type { Files } from './files';
import { toLspEdit, toRange } from './openDocument';
import { problemHover } from './problemHover';

const KINDS: Readonly<Record<OutlineNode['kind'], SymbolKind>> = {
  object: SymbolKind.Class,
  resource: SymbolKind.Field,
  executable: SymbolKind.Method,
};

const symbolOf = (node: OutlineNode, lines: Lines): DocumentSymbol => ({
  name: node.name,
  detail: node.detail,
  kind: KINDS[node.kind],
  range: toRange(node.range, lines),
  selectionRange: toRange(node.selectionRange, lines),
  children: node.children.map((child) => symbolOf(child, lines)),
});

const COMPLETIONS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  element: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
  resource: CompletionItemKind.Reference,
  id: CompletionItemKind.Value,
};

/** What can be asked of object XML. */
export class XmlFeatures implements Features {
  constructor(private readonly files: Files) {}

  completion(uri: string, offset: number): readonly CompletionItem[] {
    const { file, lines } = this.of(uri);
    if (!file || !lines) return [];
    return completeXml(file, offset, this.files.project.xml.context()).map((one, index) => ({
      label: one.label,
      kind: COMPLETIONS[one.kind],
      sortText: sortText(index),
      ...(one.detail === undefined ? {} : { detail: one.detail }),
      ...(one.filter === undefined ? {} : { filterText: one.filter }),
      ...(one.isSnippet === true ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      // lines after the first are indented already
      insertTextMode: InsertTextMode.asIs,
      textEdit: toLspEdit(one, lines),
    }));
  }

  hover(uri: string, offset: number): Hover | undefined {
    const { file, lines } = this.of(uri);
    const about = file && hoverXml(file, offset, this.files.project.xml.context());
    const rule = problemHover(uri, offset, this.files);
    if (!about || !lines) return rule?.hover;
    const value = rule ? `${about.markdown}\n\n---\n\n${rule.markdown}` : about.markdown;
    return { contents: { kind: 'markdown', value }, range: toRange(about.range, lines) };
  }

  symbols(uri: string): readonly DocumentSymbol[] {
    const { file, lines } = this.of(uri);
    return file && lines ? outlineOf(file).map((node) => symbolOf(node, lines)) : [];
  }

  folding(uri: string): readonly FoldingRange[] {
    const { file, lines } = this.of(uri);
    if (!file || !lines) return [];
    return foldsOf(file.tree).map(({ range, kind }) => ({
      startLine: lines.at(range.start).line,
      // the line with the end tag stays
      endLine: lines.at(range.end).line - (kind === 'element' ? 1 : 0),
      ...(kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}),
    }));
  }

  prepareRename(uri: string, offset: number) {
    const { file, lines } = this.of(uri);
    const target = file && renameTarget(file, offset);
    if (!target || !lines) return undefined;
    return { range: toRange(target.range, lines), placeholder: String(target.item.id) };
  }

  rename(uri: string, offset: number, newName: string): WorkspaceEdit | string | undefined {
    const { file } = this.of(uri);
    const edits = file && renameResource(file, offset, newName);
    return edits === undefined || typeof edits === 'string'
      ? edits
      : toWorkspaceEdit([{ kind: 'edit', uri, edits }], this.files);
  }

  format(uri: string): readonly TextEdit[] {
    const { file, lines } = this.of(uri);
    return file && lines ? formatXml(file.tree).map((edit) => toLspEdit(edit, lines)) : [];
  }

  private of(uri: string) {
    return { file: this.files.project.xml.file(uri), lines: this.files.lines(uri) };
  }
}
