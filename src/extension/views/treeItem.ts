import * as vscode from 'vscode';
import type { Row } from '../model/row';

const collapsible = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** A row as VS Code's tree takes it. Its texts are strings, never Markdown. */
export function treeItem(id: string, row: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsible[row.collapsible]);
  item.id = id;
  item.contextValue = row.context;
  if (row.description !== undefined) item.description = row.description;
  if (row.tooltip !== undefined) item.tooltip = row.tooltip;
  if (row.icon !== undefined)
    item.iconPath = new vscode.ThemeIcon(
      row.icon,
      row.iconColor === undefined ? undefined : new vscode.ThemeColor(row.iconColor),
    );
  if (row.command)
    item.command = { command: row.command.id, title: row.label, arguments: [...row.command.arguments] };
  if (row.spoken !== undefined) item.accessibilityInformation = { label: row.spoken };
  return item;
}
