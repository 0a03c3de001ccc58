/** A row of one of the extension's trees, before VS Code draws it. All text is plain and safe. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  /** Plain lines; never Markdown, since devices write into it. */
  readonly tooltip?: string;
  /** A codicon's name. */
  readonly icon?: string;
  /** A theme colour's id for the icon; never the only sign. */
  readonly iconColor?: string;
  /** What the manifest's menus look at. */
  readonly context: string;
  readonly collapsible: 'none' | 'collapsed' | 'expanded';
  readonly command?: { readonly id: string; readonly arguments: readonly unknown[] };
  /** What a screen reader says in place of label and description. */
  readonly spoken?: string;
}
