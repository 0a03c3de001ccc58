import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So long after the last change nobody waits for an answer, in milliseconds. */
const IDLE_AFTER = 3000;
/** Garbage that is worth the tenth of a second that its collection takes, in bytes. */
const MUCH = 40 << 20;

/**
 * Collects what typing left behind, once nobody types. V8 would wait until the heap is four times what is kept, 350 MiB for
 * the registry after 1,500 keystrokes, and then collect while somebody waits for an answer.
 * @returns what is to be called at each change
 */
export function collectWhenIdle(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let kept = 0;
  const idle = setTimeout(() => {
    if (getHeapStatistics().used_heap_size - kept < MUCH) return;
    collect();
    kept = getHeapStatistics().used_heap_size;
  }, IDLE_AFTER).unref();
  return () => void idle.refresh();
}
