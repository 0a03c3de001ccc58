import type { Clock } from '../base/clock';

/** This process's time. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after: (delay, fire) => {
    // Node's timers count whole milliseconds and hold 2^31 of them at most.
    const timer = setTimeout(fire, Math.min(Math.max(0, Math.ceil(delay)), MAX_DELAY));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

const MAX_DELAY = 0x7fffffff;
