import * as vscode from 'vscode';
import { Views } from '../ids';
import type { DeviceModel } from '../model/deviceModel';
import { handshakeChildren, handshakeNodeId, handshakeRow, type HandshakeNode } from '../model/handshakeRows';
import { causeSentence } from '../model/handshakeWords';
import { redrawing } from './redrawing';
import { revealRow } from './revealRow';
import { treeItem } from './treeItem';

/** The view of handshakes. */
export interface HandshakesView extends vscode.Disposable {
  /** Shows the view, and an attempt in it where one is named and kept. */
  show(id: number | undefined): Promise<void>;
}

/** The view of handshakes: each attempt of a device to reach a secured listener, newest first, with its cause. */
export function showHandshakes(model: DeviceModel): HandshakesView {
  const changed = new vscode.EventEmitter<undefined>();
  const { handshakes } = model;
  const view = vscode.window.createTreeView<HandshakeNode>(Views.HANDSHAKES, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => {
        if (!node) return handshakes.newestFirst().map(({ id }) => ({ kind: 'attempt', id }) as const);
        const attempt = handshakes.attempt(node.id);
        return attempt ? [...handshakeChildren(attempt, node)] : [];
      },
      getParent: (node) => {
        if (node.kind === 'attempt') return undefined;
        const lists = { suite: 'suites', extension: 'extensions', flight: 'flights' } as const;
        return 'index' in node ? { kind: lists[node.kind], id: node.id } : { kind: 'attempt', id: node.id };
      },
      getTreeItem: (node) => {
        const attempt = handshakes.attempt(node.id);
        const row = attempt
          ? handshakeRow(attempt, node, Date.now())
          : ({ label: 'gone', context: 'gone', collapsible: 'none' } as const);
        return treeItem(handshakeNodeId(node), row);
      },
    },
  });
  const redraw = redrawing(view, changed, () => handshakes.newestFirst().length > 0);
  // A row is cut at the view's edge, what is above the rows is not: there the cause stands in full.
  const explain = () => {
    const [node] = view.selection;
    const attempt = node && handshakes.attempt(node.id);
    view.message = attempt?.verdict ? causeSentence(attempt) : '';
  };
  const subscriptions = [
    view.onDidChangeSelection(explain),
    model.onChange(({ kind }) => {
      if (kind !== 'handshakes' && kind !== 'all') return;
      redraw.soon();
      explain();
    }),
  ];
  return {
    async show(id) {
      await vscode.commands.executeCommand(`${Views.HANDSHAKES}.focus`);
      if (id === undefined || !handshakes.attempt(id)) return;
      await redraw.undisturbed(() =>
        revealRow(view, { kind: 'attempt', id }, { select: true, focus: true, expand: true }),
      );
    },
    dispose: () => {
      redraw.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}
