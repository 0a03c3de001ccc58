import {
  CompletionItemKind,
  type CodeLens,
  type CompletionItem,
  type DocumentLink,
  type Hover,
} from 'vscode-languageserver/node';
import { completeKconfig } from '../language/kconfig/completion';
import type { Configuration } from '../language/kconfig/configuration';
import { fragmentOf, hoverKconfig } from '../language/kconfig/hover';
import { serverLenses, type ServerLens } from '../language/kconfig/lens';
import { tagLinks } from '../language/kconfig/links';
import { sortText, type Features } from './features';
import type { Files } from './files';
import { toLspEdit, toRange } from './openDocument';
import { problemHover } from './problemHover';

/** What is known beside the files. */
export interface KconfigSurroundings {
  /** URIs that the editor's server listens at. */
  readonly listening: () => readonly string[];
  /** Another extension completes symbols and shows their types. */
  readonly otherKconfig: boolean;
}

/** What can be asked of a Kconfig fragment: by the first of its folder's configurations that it is part of. */
export class KconfigFeatures implements Features {
  constructor(
    private readonly files: Files,
    private readonly surroundings: KconfigSurroundings,
  ) {}

  completion(uri: string, offset: number): readonly CompletionItem[] {
    const { configuration, lines } = this.of(uri);
    if (!configuration || !lines) return [];
    const { listening, otherKconfig } = this.surroundings;
    return completeKconfig(configuration, uri, offset, {
      listening: listening(),
      valuesOnly: otherKconfig,
    }).map(({ label, kind, edit, detail, document, order }) => ({
      label,
      kind: kind === 'symbol' ? CompletionItemKind.Property : CompletionItemKind.Value,
      sortText: sortText(order, otherKconfig),
      textEdit: toLspEdit(edit, lines),
      ...(detail === undefined ? {} : { detail }),
      ...(document === undefined ? {} : { documentation: document }),
    }));
  }

  hover(uri: string, offset: number): Hover | undefined {
    const { configuration, lines } = this.of(uri);
    const about =
      configuration && hoverKconfig(configuration, uri, offset, { brief: this.surroundings.otherKconfig });
    const rule = problemHover(uri, offset, this.files);
    if (!about || !lines) return rule?.hover;
    const value = rule ? `${about.markdown}\n\n---\n\n${rule.markdown}` : about.markdown;
    return { contents: { kind: 'markdown', value }, range: toRange(about.range, lines) };
  }

  links(uri: string): readonly DocumentLink[] {
    const { lines } = this.of(uri);
    const { kconfig } = this.files.project;
    const fragment = kconfig.fragment(uri);
    const folder = kconfig.folderOf(uri);
    if (!fragment || !folder || !lines) return [];
    return tagLinks(fragment, kconfig.fragmentsOf(folder.uri)).map(({ range, target, tooltip }) => {
      const start = this.files.lines(target.uri)?.at(target.range.start);
      // editors take a place in a file as a fragment of its URI, counted from 1
      const place = start ? `#L${start.line + 1},${start.column + 1}` : '';
      return { range: toRange(range, lines), target: target.uri + place, tooltip };
    });
  }

  lenses(uri: string): readonly CodeLens[] {
    const { configuration, lines } = this.of(uri);
    if (!configuration || !lines) return [];
    return serverLenses(configuration, uri, this.surroundings.listening()).map(
      ({ range, title, action }) => ({
        range: toRange(range, lines),
        command: { title, ...this.command(action) },
      }),
    );
  }

  private command(action: ServerLens['action']): {
    readonly command: string;
    readonly arguments?: unknown[];
  } {
    if (!action) return { command: '' };
    if (action.kind === 'command') return { command: action.command };
    const lines = this.files.lines(action.uri);
    return lines
      ? { command: action.command, arguments: [action.uri, toLspEdit(action.edit, lines)] }
      : { command: '' };
  }

  private of(uri: string): {
    readonly configuration: Configuration | undefined;
    readonly lines: ReturnType<Files['lines']>;
  } {
    const groups = this.files.project.kconfig.folderOf(uri)?.groups ?? [];
    const configurations = groups.flatMap(({ base, overlays }) => [...(base ? [base] : []), ...overlays]);
    return {
      configuration: configurations.find((one) => fragmentOf(one, uri) !== undefined),
      lines: this.files.lines(uri),
    };
  }
}
