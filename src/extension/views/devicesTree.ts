import * as vscode from 'vscode';
import { ContextKeys } from '../ids';
import type { Connection } from '../connection';
import type { DeviceModel, ModelChange } from '../model/deviceModel';
import {
  childrenOf,
  instanceIds,
  nodeId,
  parentOf,
  soleInstance,
  type DeviceNode,
} from '../model/deviceNodes';
import { rowOf } from '../model/deviceRows';
import { treeItem } from './treeItem';

/** Instances of an object that are read in one go, for their main values, when it is unfolded. */
const MOST_READ_AT_ONCE = 8;
/** Values that come faster are drawn together. */
const DRAW_EVERY_MS = 150;
/** How often "seen 3 s ago" is told anew while the view is visible. */
const FRESHNESS_EVERY_MS = 5000;

/** The view of devices: server, devices, objects, instances, resources. */
export class DevicesTree implements vscode.TreeDataProvider<DeviceNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<readonly DeviceNode[] | undefined>();
  private readonly nodes = new Map<string, DeviceNode>();
  private readonly subscriptions: vscode.Disposable[] = [];
  /** Node ids to draw anew; `undefined` in it: all. */
  private readonly due = new Set<string | undefined>();
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.changed.event as vscode.Event<DeviceNode[] | undefined>;

  constructor(
    private readonly model: DeviceModel,
    private readonly connection: Connection,
  ) {
    this.subscriptions.push(
      model.onChange((change) => this.note(change)),
      connection.onState(() => this.redraw(undefined)),
      connection.onEvent(({ kind }) => {
        if (kind === 'listening') this.redraw('server');
      }),
    );
  }

  /** Tells ages anew as time passes, while the view is visible. */
  follow(view: vscode.TreeView<DeviceNode>): void {
    let timer: NodeJS.Timeout | undefined;
    const set = (visible: boolean) => {
      clearInterval(timer);
      timer = visible
        ? setInterval(() => {
            for (const { view: device } of this.model.devices()) this.redraw(`device:${device.endpoint}`);
          }, FRESHNESS_EVERY_MS)
        : undefined;
    };
    set(view.visible);
    this.subscriptions.push(
      view.onDidChangeVisibility(({ visible }) => set(visible)),
      { dispose: () => clearInterval(timer) },
    );
  }

  getTreeItem(node: DeviceNode): vscode.TreeItem {
    const { state } = this.connection;
    const running = state.kind === 'running' ? state : undefined;
    const row = rowOf(this.model, node, {
      now: Date.now(),
      status: running?.status,
      joined: running?.own === false,
    });
    return treeItem(nodeId(node), row);
  }

  async getChildren(node?: DeviceNode): Promise<DeviceNode[]> {
    if (this.connection.state.kind !== 'running') return [];
    if (node) await this.prepare(node);
    return childrenOf(this.model, node).map((child) => this.keep(child));
  }

  getParent(node: DeviceNode): DeviceNode | undefined {
    const parent = parentOf(this.model, node);
    return parent && this.keep(parent);
  }

  /** Draws all anew. */
  refresh(): void {
    this.redraw(undefined);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** Definitions are needed to name what is below; what is unfolded is read, once a registration. */
  private async prepare(node: DeviceNode): Promise<void> {
    if (node.kind === 'device') {
      const ids = new Set(this.model.device(node.endpoint)?.view.objects.map(({ objectId }) => objectId));
      await Promise.all([...ids].map((id) => this.model.define(node.endpoint, id).catch(() => undefined)));
      return;
    }
    if (node.kind !== 'object' && node.kind !== 'instance') return;
    await this.model.define(node.endpoint, node.objectId).catch(() => undefined);
    const device = this.model.device(node.endpoint);
    const instanceId =
      node.kind === 'instance' ? node.instanceId : device && soleInstance(device, node.objectId);
    // Security (0) is for bootstrap servers alone: no server may read it (OMA-TS-LightweightM2M_Core-V1_1_1 §6.1.2).
    if (!device || node.objectId === 0) return;
    const object = `/${node.objectId}`;
    if (instanceId === undefined && instanceIds(device, node.objectId).length > MOST_READ_AT_ONCE) return;
    const path = instanceId === undefined ? object : `${object}/${instanceId}`;
    const whole = device.reads.get(object);
    if (device.reads.has(path) || (whole && whole.problem === undefined)) return;
    void this.model.read(node.endpoint, path);
  }

  private keep(node: DeviceNode): DeviceNode {
    const id = nodeId(node);
    const known = this.nodes.get(id);
    if (known) return known;
    this.nodes.set(id, node);
    return node;
  }

  private note(change: ModelChange): void {
    if (change.kind === 'handshakes') return;
    if (change.kind === 'all') return this.redraw(undefined);
    if (change.kind === 'device') {
      this.redraw('server');
      return this.redraw(`device:${change.endpoint}`);
    }
    for (const path of change.paths) this.notePath(change.endpoint, path);
  }

  /** A value changes its own row, its instance's (main value) and its object's; a row that isn't there yet, those above. */
  private notePath(endpoint: string, path: string): void {
    const parts = path.split('/').filter((part) => part !== '');
    for (let length = parts.length; length > 0; length--) {
      const id = `${endpoint}:/${parts.slice(0, length).join('/')}`;
      if (this.nodes.has(id)) this.redraw(id);
    }
    if (path === this.model.versionPath()) this.redraw(`device:${endpoint}`);
  }

  private redraw(id: string | undefined): void {
    this.due.add(id);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const ids = [...this.due];
      this.due.clear();
      if (ids.includes(undefined)) return this.changed.fire(undefined);
      const nodes = ids.map((one) => this.nodes.get(one ?? '')).filter((one) => one !== undefined);
      if (nodes.length > 0) this.changed.fire(nodes);
    }, DRAW_EVERY_MS);
  }
}

/** The devices' view, with the context keys that the manifest looks at. */
export function showDevices(tree: DevicesTree): vscode.TreeView<DeviceNode> {
  const view = vscode.window.createTreeView('lwm2m.devices', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  tree.follow(view);
  return view;
}

/** Keeps the context keys about devices and updates. */
export function followContextKeys(model: DeviceModel): vscode.Disposable {
  const told = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    const devices = model.devices();
    set(ContextKeys.HAS_DEVICES, devices.length > 0);
    set(
      ContextKeys.HAS_SIMULATED,
      devices.some(({ view }) => view.simulated),
    );
    set(ContextKeys.UPDATE_RUNNING, model.updates().length > 0);
  };
  const subscription = model.onChange((change) => {
    if (change.kind !== 'values') timer ??= setTimeout(tell, DRAW_EVERY_MS);
  });
  return {
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}
