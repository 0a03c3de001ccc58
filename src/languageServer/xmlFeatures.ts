import {
  FoldingRangeKind,
  SymbolKind,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { foldsOf } from '../language/objectXml/folding';
import { formatXml } from '../language/objectXml/format';
import { outlineOf, type OutlineNode } from '../language/objectXml/outline';
import { renameResource, renameTarget } from '../language/objectXml/rename';
import type { Lines } from '../language/text';
import { toWorkspaceEdit } from './codeActions';
import type { Features } from './features';
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

/** What can be asked of object XML. */
export class XmlFeatures implements Features {
  constructor(private readonly files: Files) {}

  hover(uri: string, offset: number): Hover | undefined {
    return problemHover(uri, offset, this.files);
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
