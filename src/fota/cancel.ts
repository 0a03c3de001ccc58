import { millis } from '../base/clock';
import { errorText } from '../base/errors';
import { firmwarePath, hasCancel } from './abilities';
import type { SeenPair } from './deviceWatch';
import { resetDevice } from './reset';
import { answerText, carried, type RunContext } from './runContext';
import { FirmwareUpdateResources as R } from './vocabulary';

/** A user who cancels doesn't wait for a silent device longer than this for each request. */
const EACH = millis(10_000);

/**
 * Whether the device puts the installation off (Downloaded with result 11), where Cancel and a reset are legal still
 * (OMA-TS-LightweightM2M_Core-V1_2 Appendix E.6). It is read where it was last seen so. Never throws.
 */
export async function defersInstallation({ watch }: RunContext): Promise<boolean> {
  if (!isDeferred(watch.newest)) return false;
  try {
    return isDeferred(await watch.read(EACH));
  } catch {
    return false;
  }
}

const isDeferred = (pair: SeenPair | undefined): boolean =>
  pair?.state === 'downloaded' && pair.updateResult === 11;

/**
 * Takes back what was begun on the device: by Cancel (5/0/10) where the object's version has it, else by a reset. The offer
 * is withdrawn in between: a device that was told to cancel shows 10 and not "invalid URI", and one that can't be told
 * (Zephyr takes no reset while Downloading) ends its download for want of blocks.
 * Resolves with what was read afterwards; `undefined` where the device didn't answer. Never throws.
 */
export async function cancelOnDevice(
  context: RunContext,
  objectVersion: string,
  withdraw: () => void,
): Promise<SeenPair | undefined> {
  const { server, watch, timeline, endpointName, instanceId, done, life } = context;
  const settings = carried(context, life, EACH);
  try {
    let pair = await watch.read(EACH);
    if (!pair || pair.state === 'idle' || pair.state === 'updating') return pair;
    if (hasCancel(objectVersion)) {
      done.add('cancel');
      const path = firmwarePath(instanceId, R.CANCEL);
      const { code, diagnostic } = answerText(await server.execute(endpointName, path, undefined, settings));
      timeline.step(`Cancel executed${diagnostic}`, code);
      pair = await watch.read(EACH);
      if (pair?.state === 'idle') return pair;
    }
    withdraw();
    return await resetDevice(context, settings);
  } catch (error) {
    timeline.step(`The device does not answer after the cancel: ${errorText(error)}`);
    return undefined;
  }
}
