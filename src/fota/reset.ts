import { millis, sleep } from '../base/clock';
import { ContentFormats } from '../coap/contentFormat';
import type { Answer, OperationSettings } from '../lwm2m/server';
import { firmwarePath } from './abilities';
import type { SeenPair } from './deviceWatch';
import { answerText, type RunContext } from './runContext';
import { FirmwareUpdateResources as R } from './vocabulary';

/** Long enough for a client that gives a download up in its own thread. */
const AFTERWARDS = millis(300);

/** What is tried to bring a device back to Idle, in this order: 1.0 and 1.1 clients differ (observed: Zephyr PR 45864). */
const ways = (context: RunContext, settings: OperationSettings) => {
  const { server, endpointName, instanceId } = context;
  const packagePath = firmwarePath(instanceId, R.PACKAGE);
  const uriPath = firmwarePath(instanceId, R.PACKAGE_URI);
  return [
    {
      text: 'Reset: Package URI emptied',
      write: () =>
        server.write(endpointName, uriPath, [{ path: uriPath, value: { type: 'string', value: '' } }], {
          ...settings,
          format: ContentFormats.TEXT,
        }),
    },
    {
      text: 'Reset: a NUL written to Package',
      write: () => server.writeOpaque(endpointName, packagePath, new Uint8Array(1), settings),
    },
    {
      text: 'Reset: Package emptied',
      write: () => server.writeOpaque(endpointName, packagePath, new Uint8Array(0), settings),
    },
  ] satisfies readonly { readonly text: string; readonly write: () => Promise<Answer> }[];
};

/**
 * Brings a device that is not Idle back to it. The state is read before each further try: an answer of 2.04 means
 * nothing (Zephyr answers so and does nothing), and a NUL written in Idle would begin a download of one byte.
 * Resolves with the pair it ended in, whatever that is. Throws what the server throws.
 */
export async function resetDevice(
  context: RunContext,
  settings: OperationSettings,
): Promise<SeenPair | undefined> {
  const { watch, timeline, done, clock } = context;
  let pair = watch.newest;
  for (const { text, write } of ways(context, settings)) {
    if (pair?.state === 'idle') return pair;
    done.add('reset');
    const { code, diagnostic } = answerText(await write());
    timeline.step(`${text}${diagnostic}`, code);
    pair = await watch.read(settings.stallTimeout);
    if (pair?.state === 'idle') return pair;
    await sleep(clock, AFTERWARDS, settings.signal);
    pair = await watch.read(settings.stallTimeout);
  }
  return pair;
}
