import type { Disposable } from '../base/disposable';
import { OperationError, isOperationError } from '../base/errors';
import { Emitter } from '../base/event';
import type { StatusView, Workbench, WorkbenchEvent } from '../contract/workbench';
import { takenPorts, type OwnPorts } from './model/ownPorts';
import { inMemory, type Remembered } from './remembered';
import type { OpenWorkbench } from './stack';

/** How the editor stands to a server. */
export type ConnectionState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      readonly workbench: Workbench;
      readonly status: StatusView;
      readonly own: boolean;
    };

/** How long a window waits, at most, before it takes over from one that closed: of several windows one is to be first. */
const TAKE_OVER_WITHIN_MS = 400;
/** A process that is killed may be gone a moment before its ports are: how often they are tried. */
const TAKE_OVER_TRIES = 15;

/**
 * The one server that this window uses: its own, or one joined. Where the joined one goes, this window takes over under
 * the same ports and state. Starting twice starts once.
 */
export class Connection implements Disposable {
  private readonly states = new Emitter<ConnectionState>();
  private readonly events = new Emitter<WorkbenchEvent>();
  private open: OpenWorkbench | undefined;
  private starting: Promise<Workbench> | undefined;
  private subscription: Disposable | undefined;
  private current: ConnectionState = { kind: 'stopped' };
  private ending = false;

  readonly onState = this.states.event;
  /** Events of whichever server is used. */
  readonly onEvent = this.events.event;

  /**
   * @param opener opens a workbench; `ports` in place of the settings' own
   * @param lost is told when a joined server is gone and none could be started in its place
   * @param ports what a server took in place of the settings' ports: one of ours takes them again
   */
  constructor(
    private readonly opener: (ports?: OwnPorts) => Promise<OpenWorkbench>,
    private readonly lost: (error: unknown) => void,
    private readonly ports: Remembered<OwnPorts> = inMemory(),
  ) {}

  get state(): ConnectionState {
    return this.current;
  }

  /** The workbench, where one is used. */
  get workbench(): Workbench | undefined {
    return this.current.kind === 'running' ? this.current.workbench : undefined;
  }

  /** Starts or joins a server. Throws `OperationError`. */
  start(ports = this.ports.get()): Promise<Workbench> {
    if (this.current.kind === 'running') return Promise.resolve(this.current.workbench);
    this.starting ??= this.begin(ports).finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** Resolves when no start is under way. */
  async settled(): Promise<void> {
    await this.starting?.catch(() => undefined);
  }

  /** Stops the own server, or leaves the joined one. */
  async stop(): Promise<void> {
    await this.settled();
    const { open } = this;
    this.release();
    this.set({ kind: 'stopped' });
    await open?.close();
  }

  /** Ends with the window: the own server stores what is to outlive it. */
  async close(): Promise<void> {
    this.ending = true;
    // Nobody is told "stopped": a reload is to find that the server ran.
    this.dispose();
    await this.stop();
  }

  dispose(): void {
    this.states.dispose();
    this.events.dispose();
  }

  private async begin(ports?: OwnPorts): Promise<Workbench> {
    this.set({ kind: 'starting' });
    try {
      const open = await this.opener(ports);
      if (this.ending) {
        await open.close();
        throw new OperationError('ABORTED', 'the window closes');
      }
      this.open = open;
      this.subscription = open.workbench.onEvent((event) => {
        if (event.kind === 'closed') void this.takeOver();
        if (event.kind === 'listening') this.noteListening(event.uri);
        this.events.fire(event);
      });
      const status = await open.workbench.status();
      if (ports && open.own) this.ports.set(takenPorts(status));
      this.set({ kind: 'running', workbench: open.workbench, status, own: open.own });
      return open.workbench;
    } catch (error) {
      const { open } = this;
      this.release();
      this.set({ kind: 'stopped' });
      await open?.close();
      throw error;
    }
  }

  /** A listener that was opened later. Nobody is told "running" anew for it. */
  private noteListening(uri: string): void {
    const { current } = this;
    if (current.kind !== 'running' || current.status.listening.includes(uri)) return;
    const { listening, waiting = [] } = current.status;
    this.current = {
      ...current,
      status: {
        ...current.status,
        listening: [...listening, uri],
        waiting: waiting.filter((one) => uri !== one.uri && !uri.startsWith(`${one.uri}:`)),
      },
    };
    if (current.own && this.ports.get()) this.ports.set(takenPorts(this.current.status));
  }

  private async takeOver(): Promise<void> {
    const { current } = this;
    // The terminal's servers have ports of their own choice; an editor's are where the settings' devices point.
    const ports =
      current.kind === 'running' && current.status.owner === 'editor'
        ? takenPorts(current.status)
        : undefined;
    this.release();
    if (this.ending) return;
    this.set({ kind: 'starting' });
    for (let tries = 1; ; tries++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * TAKE_OVER_WITHIN_MS));
      try {
        await this.start(ports);
        return;
      } catch (error) {
        if (this.ending) return;
        if (isOperationError(error, 'PORT_IN_USE') && tries < TAKE_OVER_TRIES) continue;
        return this.lost(error);
      }
    }
  }

  private release(): void {
    this.subscription?.dispose();
    this.subscription = undefined;
    this.open = undefined;
  }

  private set(state: ConnectionState): void {
    this.current = state;
    this.states.fire(state);
  }
}
