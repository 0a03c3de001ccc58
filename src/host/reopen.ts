import { errorText } from '../base/errors';
import { isLoopback, isWildcard } from '../base/socketAddress';
import { isOvertaken } from '../fota/overtaken';
import { parsePackageUri } from '../fota/packageUri';
import type { RunHistory, RunRecord } from '../fota/run';
import type { SocketAddress } from '../transport/ports';
import { listenFor } from './listenFor';
import { printUri } from './listenUri';
import type { Listeners } from './listeners';
import type { Listen } from './ports';

/** What {@link reopenForPulls} asks and tells. */
export interface Reopening {
  readonly history: Pick<RunHistory, 'list'>;
  readonly listeners: Pick<Listeners, 'all' | 'open'>;
  /** What the user chose to listen on. */
  readonly chosen: readonly Listen[];
  /** The address of ours that a device registered at. */
  localOf(endpointName: string): SocketAddress | undefined;
  log(message: string): void;
}

/**
 * Listens by HTTP where the Package URIs of pulls point that the end of a process cut: their port may have been a free
 * one. Where that can't be, on another port, and the run plans a new URI. On loopback and chosen addresses only. Never
 * rejects.
 */
export async function reopenForPulls(around: Reopening): Promise<void> {
  for (const record of around.history.list()) {
    const wanted = cutPull(record);
    if (!wanted || isOvertaken(record, around.history)) continue;
    try {
      if (!(await reopened(wanted, around)))
        await listenFor(around.listeners, wanted.scheme, around.localOf(record.endpointName));
    } catch (error) {
      around.log(`${record.endpointName}: nothing listens for its pull: ${errorText(error)}`);
    }
  }
}

/** Where an HTTP pull of ours comes to that is to be taken up. */
function cutPull({ end, interrupted, phase, plan, offerId }: RunRecord): Listen | undefined {
  if (end !== undefined || !interrupted || phase !== 'transferring' || offerId === undefined)
    return undefined;
  const origin = plan?.packageUri === undefined ? undefined : parsePackageUri(plan.packageUri)?.origin;
  if (origin?.scheme !== 'http' && origin?.scheme !== 'https') return undefined;
  const { scheme, host, port } = origin;
  return { scheme, address: { host, port } };
}

async function reopened(wanted: Listen, { listeners, chosen, log }: Reopening): Promise<boolean> {
  const { host, port } = wanted.address;
  const there = listeners
    .all()
    .some(
      ({ scheme, address }) =>
        scheme === wanted.scheme &&
        address.port === port &&
        (address.host === host || isWildcard(address.host)),
    );
  if (there) return true;
  const isAddress = /^[\d.]+$|:/.test(host);
  const isChosen = chosen.some(({ address }) => address.host === host || isWildcard(address.host));
  if (!isAddress || !(isLoopback(host) || isChosen)) return false;
  try {
    await listeners.open(wanted);
    return true;
  } catch (error) {
    log(`${printUri(wanted.scheme, wanted.address)} is not listened on again: ${errorText(error)}`);
    return false;
  }
}
