import { UpdateResultNames, UpdateStates, type UpdateState } from './vocabulary';

/** State (5/0/3) and Update Result (5/0/5) as they were at one moment. Results a device invents are kept as they came. */
export interface StatePair {
  readonly state: UpdateState;
  readonly updateResult: number;
}

/** What a server does to the Firmware Update object. */
export type ServerAction = 'package' | 'packageUri' | 'reset' | 'execute' | 'cancel';

/** What happens by itself: in the transfer, at its end, and in the installation. */
export type DeviceHappening =
  | 'nextBlocks'
  | 'badUriSyntax'
  | 'unsupportedScheme'
  | 'deferred'
  | 'deferEnded'
  | 'automaticUpgrade'
  | 'transferComplete'
  | 'noFlash'
  | 'noRam'
  | 'connectionLost'
  | 'integrityBad'
  | 'unsupportedPackage'
  | 'uriNotFound'
  | 'protocolUnsupported'
  | 'installed'
  | 'installFailed'
  | 'integrityBadAtInstall'
  | 'instanceBusy'
  | 'dependency';

/** A row of the state × event table. */
export type Happening = ServerAction | DeviceHappening;

/**
 * What the specification says of an event in a state: it leads to one of these pairs, it is to be refused (4.05) and
 * changes nothing, or it can't occur there.
 */
export type Cell = readonly StatePair[] | 'refused' | 'impossible';

const pair = (state: UpdateState, updateResult: number): StatePair => ({ state, updateResult });
const IDLE = pair('idle', 0);
const DOWNLOADING = pair('downloading', 0);
const DOWNLOADED = pair('downloaded', 0);
const UPDATING = pair('updating', 0);

type Row = readonly [idle: Cell, downloading: Cell, downloaded: Cell, updating: Cell];

/**
 * State × event (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix E.6, with the results 12 and 13 that object 33629 adds).
 * Where the text and its figure differ, or leave two ways open (a failed installation: 0/8 or 2/8), both are here.
 */
const TABLE: Readonly<Record<Happening, Row>> = {
  package: [[DOWNLOADING, DOWNLOADED], 'refused', 'refused', 'refused'],
  nextBlocks: ['impossible', [DOWNLOADING], 'impossible', 'impossible'],
  reset: [[IDLE], [IDLE], [IDLE], 'refused'],
  packageUri: [[DOWNLOADING], 'refused', 'refused', 'refused'],
  badUriSyntax: [[pair('idle', 7)], [pair('idle', 7)], 'impossible', 'impossible'],
  unsupportedScheme: [[pair('idle', 9)], [pair('idle', 9)], 'impossible', 'impossible'],
  execute: ['refused', 'refused', [UPDATING], 'refused'],
  deferred: ['impossible', 'impossible', [pair('downloaded', 11)], 'impossible'],
  deferEnded: ['impossible', 'impossible', [UPDATING], 'impossible'],
  automaticUpgrade: ['impossible', [DOWNLOADED], [UPDATING], 'impossible'],
  cancel: ['refused', [pair('idle', 10)], [pair('idle', 10)], 'refused'],
  transferComplete: ['impossible', [DOWNLOADED], 'impossible', 'impossible'],
  noFlash: ['impossible', [pair('idle', 2)], 'impossible', 'impossible'],
  noRam: ['impossible', [pair('idle', 3)], 'impossible', 'impossible'],
  connectionLost: ['impossible', [pair('idle', 4)], 'impossible', 'impossible'],
  integrityBad: ['impossible', [pair('idle', 5)], 'impossible', 'impossible'],
  unsupportedPackage: ['impossible', [pair('idle', 6)], 'impossible', 'impossible'],
  uriNotFound: ['impossible', [pair('idle', 7)], 'impossible', 'impossible'],
  protocolUnsupported: ['impossible', [pair('idle', 9)], 'impossible', 'impossible'],
  installed: ['impossible', 'impossible', 'impossible', [pair('idle', 1)]],
  installFailed: ['impossible', 'impossible', 'impossible', [pair('idle', 8), pair('downloaded', 8)]],
  integrityBadAtInstall: ['impossible', 'impossible', 'impossible', [pair('idle', 5)]],
  instanceBusy: ['impossible', [pair('idle', 12)], 'impossible', 'impossible'],
  dependency: [
    'impossible',
    'impossible',
    [pair('downloaded', 13)],
    [pair('idle', 13), pair('downloaded', 13)],
  ],
};

const SERVER_ACTIONS: ReadonlySet<Happening> = new Set<ServerAction>([
  'package',
  'packageUri',
  'reset',
  'execute',
  'cancel',
]);
/** Happenings that only an action of ours can begin. */
const NEEDS: Partial<Record<DeviceHappening, ServerAction>> = {
  badUriSyntax: 'packageUri',
  unsupportedScheme: 'packageUri',
  deferred: 'execute',
  deferEnded: 'execute',
};

/** What the specification says of `happening` in `state`. */
export const cellOf = (state: UpdateState, happening: Happening): Cell =>
  TABLE[happening][UpdateStates.indexOf(state)] ?? 'impossible';

/** A seen change of the pair, judged. */
export interface Transition {
  /** `skipped`: legal, through states that were not seen. */
  readonly kind: 'legal' | 'skipped' | 'illegal';
  /** What explains it, in the table's words, where something does. */
  readonly happenings: readonly Happening[];
  /** For the timeline: which states were not seen, or the word for what is wrong. */
  readonly note?: string;
}

/** What can explain a transition besides the device's own doing. */
export interface TransitionContext {
  /** What this run has done so far. */
  readonly done: ReadonlySet<ServerAction>;
  /** The device registered anew since the last pair: many keep the state in RAM (Zephyr). */
  readonly restarted?: boolean;
  /** The image is no longer than a block: then Downloading need not be passed. */
  readonly oneBlock?: boolean;
}

const samePair = (a: StatePair, b: StatePair): boolean =>
  a.state === b.state && a.updateResult === b.updateResult;

interface Way {
  readonly at: StatePair;
  readonly happenings: readonly Happening[];
  readonly through: readonly StatePair[];
}

/** Edges that may have been taken: an action of ours only where it was done. */
function waysFrom(way: Way, { done, oneBlock }: TransitionContext): readonly Way[] {
  const next: Way[] = [];
  for (const happening of Object.keys(TABLE) as Happening[]) {
    const needed = SERVER_ACTIONS.has(happening)
      ? (happening as ServerAction)
      : NEEDS[happening as DeviceHappening];
    if (needed !== undefined && !done.has(needed)) continue;
    // it explains what was seen to begin by itself, and nothing beyond
    if (happening === 'automaticUpgrade' && way.happenings.length > 0) continue;
    const cell = cellOf(way.at.state, happening);
    if (typeof cell === 'string') continue;
    for (const at of cell) {
      if (happening === 'package' && at.state === 'downloaded' && !oneBlock) continue;
      next.push({ at, happenings: [...way.happenings, happening], through: [...way.through, way.at] });
    }
  }
  return next;
}

/** The longest way through unseen states: Idle → Downloading → Downloaded → Updating → Idle. */
const LONGEST = 4;

/**
 * Judges what was seen: `from` → `to`. A jump over states that were too short to be told is legal, with a note
 * (they are coalesced by pmin or by the link's pace: OMA #464).
 */
export function judge(from: StatePair, to: StatePair, context: TransitionContext): Transition {
  if (samePair(from, to)) return { kind: 'legal', happenings: [] };
  let ways: readonly Way[] = [{ at: from, happenings: [], through: [] }];
  const seen = new Set<string>([key(from)]);
  for (let steps = 1; steps <= LONGEST; steps++) {
    const next: Way[] = [];
    for (const way of ways.flatMap((one) => waysFrom(one, context))) {
      if (samePair(way.at, to)) return explained(way);
      if (seen.has(key(way.at)) || way.happenings.includes('automaticUpgrade')) continue;
      seen.add(key(way.at));
      next.push(way);
    }
    ways = next;
  }
  if (context.restarted && samePair(to, IDLE))
    return {
      kind: 'skipped',
      happenings: [],
      note: 'it restarted and begins at the initial state: it does not keep the state of an update',
    };
  // a result may be cleared or set for the download that begins (allowed while Downloading)
  if (to.state === 'downloading' && from.state === 'downloading')
    return { kind: 'legal', happenings: [], note: 'the result is not yet final while Downloading' };
  return { kind: 'illegal', happenings: [], note: whatIsWrong(from, to, context) };
}

const key = ({ state, updateResult }: StatePair): string => `${state}/${updateResult}`;

function explained({ happenings, through }: Way): Transition {
  const unseen = through.slice(1).map(({ state }) => nameOf(state));
  return unseen.length === 0
    ? { kind: 'legal', happenings }
    : { kind: 'skipped', happenings, note: `skipped state: ${unseen.join(', ')} not seen` };
}

/** A state as the specification writes it. */
export const nameOf = (state: UpdateState): string => state.charAt(0).toUpperCase() + state.slice(1);

/** `5 (integrity check failed)`; a number alone where the specification has no name for it. */
export const resultText = (updateResult: number): string => {
  const name = UpdateResultNames[updateResult];
  return name === undefined
    ? `${updateResult} (no result of the specification)`
    : `${updateResult} (${name})`;
};

function whatIsWrong(from: StatePair, to: StatePair, { done }: TransitionContext): string {
  if (!(to.updateResult in UpdateResultNames)) return `result ${to.updateResult} is not in the specification`;
  if (!allowedTogether(to))
    return `result ${resultText(to.updateResult)} is not in the specification for state ${nameOf(to.state)}`;
  if (to.updateResult === 1)
    return `success without Updating: the specification draws result 1 only at the end of an installation`;
  if (to.state === 'updating' && !done.has('execute'))
    return 'it began to install before Update was executed';
  if (from.state === to.state)
    return `the result changed from ${from.updateResult} to ${resultText(to.updateResult)} without a change of state`;
  return `${nameOf(from.state)} → ${nameOf(to.state)} with result ${resultText(to.updateResult)} is not in the specification`;
}

/** Whether a result may stand beside a state (figure of Appendix E.6): a pair that may not was read between two writes. */
export function allowedTogether({ state, updateResult }: StatePair): boolean {
  switch (state) {
    case 'idle':
    case 'downloading':
      return true;
    case 'downloaded':
      return [0, 8, 11, 12, 13].includes(updateResult);
    case 'updating':
      return updateResult === 0;
  }
}

/**
 * How a device counts its states: as the specification does; `oneIsIdle` as Wakaama's sample, which stands at 1 when
 * nothing runs (observed: object_firmware.c); `legacy` as clients before LwM2M 1.0: 1 idle, 2 downloading, 3 downloaded.
 */
export type StateProfile = 'standard' | 'oneIsIdle' | 'legacy';

/** The state that a raw number of 5/0/3 means; `undefined` for one that means nothing. */
export function stateOf(raw: number, profile: StateProfile): UpdateState | undefined {
  if (profile === 'legacy') return raw === 0 ? 'idle' : UpdateStates[raw - 1];
  return UpdateStates[raw];
}
