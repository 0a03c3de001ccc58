import { isSuccess } from '../coap/code';
import type { Answer } from '../lwm2m/server';
import { firmwarePath } from './abilities';
import type { Delivery } from './delivery';
import { answerText, carried, type RunContext } from './runContext';
import { FirmwareUpdateResources as R } from './vocabulary';

/**
 * Writes the image to Package (5/0/0), block by block under one token. Each acknowledged block extends the silence that
 * is allowed. Throws `OperationError` `UNREADABLE` where the copy is gone.
 */
export async function transferPush(context: RunContext): Promise<Delivery> {
  const { server, endpointName, instanceId, image, asked, limits, timeline, patience, done } = context;
  const source = await image.open();
  const own = new AbortController();
  const stop = () => own.abort();
  context.signal.addEventListener('abort', stop, { once: true });
  const total = source.size;
  let bytes = 0;
  let retransmissions = 0;
  let acknowledged = false;
  let answer: Answer | undefined;
  let failure: { readonly answer: Answer } | { readonly error: unknown } | undefined;
  const arrived = () => {
    if (bytes === total) return;
    bytes = total;
    timeline.tell({ kind: 'progress', bytes, total, retransmissions });
  };
  done.add('package');
  timeline.step(`Writing ${total} bytes to Package`);
  void server
    .writeOpaque(endpointName, firmwarePath(instanceId, R.PACKAGE), source, {
      ...carried(context, own.signal, limits.transfer),
      ...(asked.szx === undefined ? {} : { szx: asked.szx }),
      onAcknowledged: () => {
        acknowledged = true;
        patience.touch();
      },
      onProgress: (progress) => {
        if (own.signal.aborted || progress.direction !== 'block1') return;
        if (progress.bytes < bytes)
          timeline.step('The device came to another address: the blocks begin anew');
        bytes = progress.bytes;
        retransmissions = progress.retransmissions;
        timeline.tell({ kind: 'progress', bytes, total, retransmissions });
        patience.touch();
      },
    })
    .then(
      (answered) => {
        answer = answered;
        const { code, diagnostic } = answerText(answered);
        timeline.step(`Package written${diagnostic}`, code);
        if (isSuccess(answered.code)) arrived();
        else failure = { answer: answered };
      },
      (error: unknown) => {
        failure = { error };
      },
    )
    .finally(() => {
      context.signal.removeEventListener('abort', stop);
      void source.close();
      patience.touch();
    });
  return {
    total,
    bytes: () => bytes,
    begun: () => acknowledged || bytes > 0,
    complete: () => answer !== undefined && isSuccess(answer.code),
    arrived,
    failure: () => failure,
    stop,
  };
}
