import type { DeviceView } from '../../contract/device';
import { canBePushed, sortBuilds, type FoundBuild } from './buildRows';

/** What a push is to be, or what has to be asked or done first. */
export type PushChoice =
  | { readonly kind: 'go'; readonly endpoint: string; readonly file: string }
  | {
      readonly kind: 'ask';
      /** More than one: the user picks; likeliest first. */
      readonly devices: readonly DeviceView[];
      readonly builds: readonly FoundBuild[];
    }
  | { readonly kind: 'noDevice' }
  | { readonly kind: 'noBuild'; readonly refused: readonly FoundBuild[] };

/** What was pushed last, and where to. */
export interface LastPush {
  readonly endpoint: string;
  readonly file: string;
}

/**
 * What Push Build to Device does: nothing is asked where there is one device and one build that can be pushed. A device
 * or a build that the user pointed at stands. A guess between two devices is never made.
 */
export function choosePush(
  devices: readonly DeviceView[],
  builds: readonly FoundBuild[],
  given: { readonly endpoint?: string; readonly file?: string },
  last: LastPush | undefined,
): PushChoice {
  const candidates = devices.filter(
    ({ endpoint }) => given.endpoint === undefined || endpoint === given.endpoint,
  );
  if (candidates.length === 0) return { kind: 'noDevice' };
  const pushable = sortBuilds(builds).filter(canBePushed);
  const [onlyDevice] = candidates;
  if (given.file !== undefined) {
    return candidates.length === 1 && onlyDevice
      ? { kind: 'go', endpoint: onlyDevice.endpoint, file: given.file }
      : { kind: 'ask', devices: likeliestFirst(candidates, last), builds: [] };
  }
  const [onlyBuild] = pushable;
  if (!onlyBuild) return { kind: 'noBuild', refused: sortBuilds(builds) };
  if (candidates.length === 1 && pushable.length === 1 && onlyDevice)
    return { kind: 'go', endpoint: onlyDevice.endpoint, file: onlyBuild.file };
  return { kind: 'ask', devices: likeliestFirst(candidates, last), builds: pushable };
}

/** The device pushed to last comes first, then the one heard from last. */
function likeliestFirst(devices: readonly DeviceView[], last: LastPush | undefined): readonly DeviceView[] {
  const isLast = (device: DeviceView) => Number(device.endpoint === last?.endpoint);
  return [...devices].sort((a, b) => isLast(b) - isLast(a) || b.lastSeen - a.lastSeen);
}
