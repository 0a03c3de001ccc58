import { readFileSync } from 'node:fs';

/** A process, told from an earlier or later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** Its start in clock ticks since boot, where the system tells it (Linux). */
  readonly started?: string;
}

/** Fields of /proc/PID/stat from the third on (proc(5)); `undefined` where there is none. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the second field is a name in parentheses that may hold anything
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // no such process, or no such system: signal 0 tells which
    return undefined;
  }
}

/** The mark of a process that runs now. */
export function markOf(pid: number): ProcessMark {
  const started = statFields(pid)?.[19];
  return started === undefined ? { pid } : { pid, started };
}

/**
 * Whether a process still runs. One that has ended and was not yet collected doesn't, nor does another that has its
 * number now (in a container every start has the same few). A `pid` of 0 is nobody's.
 */
export function isRunning({ pid, started }: ProcessMark): boolean {
  if (pid <= 0) return false;
  try {
    // signal 0 asks without sending
    process.kill(pid, 0);
  } catch (error) {
    // another user's process runs as well
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const fields = statFields(pid);
  if (!fields) return true;
  return fields[0] !== 'Z' && (started === undefined || fields[19] === started);
}
