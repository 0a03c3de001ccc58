import { OperationError } from '../base/errors';

/** The reason of a signal that Ctrl-C aborts. */
const interrupted = (): OperationError =>
  new OperationError('INTERRUPTED', 'Interrupted', { next: 'Run it again to go on.' });

/**
 * Runs `work` with a signal that SIGINT and SIGTERM abort. A second one ends the process at once, for whoever will not
 * wait for an orderly end.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // our clock's timers keep no process alive: a device that restarts has no socket for a while, and this program goes on
  const alive = setInterval(() => undefined, 60_000);
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(interrupted());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    clearInterval(alive);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Whoever ends a command waits no longer than this for a device that may be gone (milliseconds). */
export const FAREWELL_MS = 3000;

/** What `work` resolves with, or `undefined` after `ms` milliseconds. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
