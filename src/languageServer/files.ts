import type { Project } from '../language/project';
import { Lines } from '../language/text';
import { OpenDocument } from './openDocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';

/** The files as the editor has them: what is open as it stands there, the rest as its client read it. */
export class Files {
  private readonly open = new Map<string, OpenDocument>();
  private readonly linesByText = new Map<string, { readonly text: string; readonly lines: Lines }>();

  constructor(readonly project: Project) {}

  /** An editor has it open: what it shows counts, whatever the disk has. */
  didOpen(uri: string, text: string, version: number): void {
    this.open.set(uri, new OpenDocument(uri, text, version));
    this.project.set(uri, text);
  }

  didChange(uri: string, changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    const document = this.open.get(uri);
    if (!document) return;
    document.change(changes, version);
    this.project.set(uri, document.text);
  }

  /** It is open no more; what the disk has is to be read again. */
  didClose(uri: string): void {
    this.open.delete(uri);
  }

  isOpen(uri: string): boolean {
    return this.open.has(uri);
  }

  /** What the disk has of a file; `null`: it is gone. An open one is left as it stands. */
  found(uri: string, text: string | null, modified?: number): void {
    const document = this.open.get(uri);
    if (document) {
      // saved: from now on a build can be newer
      if (document.text === text) this.project.set(uri, text, modified);
      return;
    }
    this.linesByText.delete(uri);
    if (text === null) this.project.delete(uri);
    else this.project.set(uri, text, modified);
  }

  /** The version that edits are made for; `null` where it isn't open. */
  version(uri: string): number | null {
    return this.open.get(uri)?.version ?? null;
  }

  /** The lines of a file that is checked. */
  lines(uri: string): Lines | undefined {
    const document = this.open.get(uri);
    if (document) return document.lines;
    const text = this.project.text(uri);
    if (text === undefined) return undefined;
    const known = this.linesByText.get(uri);
    if (known?.text === text) return known.lines;
    const lines = new Lines(text);
    this.linesByText.set(uri, { text, lines });
    return lines;
  }
}
