/** A program and its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** A peer that is here, or the one line that says what is missing and how to get it. */
export type Prepared<T> = { readonly peer: T } | { readonly missing: string };

/** How a program ended; `ms` from its start. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly cwd?: string;
  /** After this the program is killed. Default 120 s. */
  readonly timeoutMs?: number;
}

/** One line a peer printed; a line that is no JSON comes as `{ event: 'unreadable', line }`. */
export interface PeerEvent {
  readonly event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each event has members of its own, asserted by the test
  readonly [member: string]: any;
}

export interface NextOptions {
  /** Default 20 s. */
  readonly timeoutMs?: number;
  readonly where?: (event: PeerEvent) => boolean;
  /** Only what was told after this event. */
  readonly after?: PeerEvent | undefined;
}

/** A running peer that speaks JSON lines. */
export interface JsonPeer {
  readonly pid: number | undefined;
  /** Everything it told so far. */
  readonly events: readonly PeerEvent[];
  /** Gives it a command, e.g. `{ do: 'update' }`. */
  send(message: object): void;
  /** The first event of this name that no earlier call has taken; rejects at the time-out and at the peer's end. */
  next(name: string, options?: NextOptions): Promise<PeerEvent>;
  /** Ends its input, waits for its end, and gives its exit code. */
  close(): Promise<number | null>;
  kill(): void;
  /** The end of what it printed on standard error. */
  stderr(): string;
}

export interface JsonPeerOptions {
  readonly cwd?: string;
  readonly onEvent?: (event: PeerEvent) => void;
}

export function findProgram(name: string): string | undefined;
export function run(command: Command, options?: RunOptions): Promise<Ended>;
export function runWell(command: Command, options?: RunOptions): Promise<Ended>;
export function preparedFolder(
  name: string,
  sources: readonly string[],
  build: (folder: string) => Promise<void>,
): Promise<string>;
export function startJsonPeer(command: Command, options?: JsonPeerOptions): JsonPeer;
