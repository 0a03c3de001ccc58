import { watchFile, unwatchFile, type Stats } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { millis, type Duration } from '../base/clock';
import { OperationError, errorText } from '../base/errors';
import { Emitter } from '../base/event';
import type { SecretText } from '../base/secretText';
import { isRunning } from './processes';
import { ensureFolder } from './stateFolder';

/** Bytes such a file may have. */
const LIMIT = 16 * 1024 * 1024;
const OTHERS = 0o077;
/** How often a change by another process is looked for while somebody wants to know. */
const LOOK = millis(1000);
const LOCK_ATTEMPTS = 50;
const LOCK_PAUSE = 20;

/**
 * A {@link SecretText} in a file that only its owner can read. One that others can read is refused, with the command
 * that mends it (on Windows, where modes say nothing, a file is what its folder lets it be). Writes go beside the file
 * and are renamed; a lock beside it keeps other processes from writing in between.
 *
 * Throws `OperationError` `SECRET_OPEN_TO_OTHERS`, `SECRET_UNREADABLE`, `SECRET_UNWRITABLE`, `SECRET_BUSY`.
 */
export function secretFile(file: string, look: Duration = LOOK): SecretText {
  const changed = new Emitter<void>();
  let queue: Promise<unknown> = Promise.resolve();
  const onStat = (now: Stats, before: Stats) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) changed.fire();
  };
  return {
    read: () => readOwn(file),
    change(next) {
      const done = queue.then(() =>
        locked(file, async () => {
          const before = await readOwn(file);
          const after = next(before);
          if (after === before) return false;
          await (after === undefined ? rm(file, { force: true }) : replace(file, after));
          return true;
        }),
      );
      queue = done.catch(() => undefined);
      return done.then((did) => {
        if (did) changed.fire();
      });
    },
    onChange(listener) {
      if (!changed.hasListeners) watchFile(file, { interval: look, persistent: false }, onStat);
      const subscription = changed.event(listener);
      return {
        dispose: () => {
          subscription.dispose();
          if (!changed.hasListeners) unwatchFile(file, onStat);
        },
      };
    },
  };
}

async function readOwn(file: string): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw unreadable(file, cause);
  }
  try {
    // Asked of what was opened: a name may lead elsewhere a moment later.
    const found = await handle.stat();
    if (process.platform !== 'win32' && (found.mode & OTHERS) !== 0)
      throw new OperationError('SECRET_OPEN_TO_OTHERS', `${file} holds keys and others can read it`, {
        next: `Run \`chmod 600 ${quoted(file)}\`, and renew its keys if others may have looked.`,
      });
    if (!found.isFile()) throw unreadable(file, 'it is no file');
    if (found.size > LIMIT) throw unreadable(file, `it is longer than ${LIMIT} bytes`);
    return await handle.readFile('utf8');
  } catch (cause) {
    throw cause instanceof OperationError ? cause : unreadable(file, cause);
  } finally {
    await handle.close();
  }
}

const unreadable = (file: string, cause: unknown): OperationError =>
  new OperationError('SECRET_UNREADABLE', `${file} can't be read: ${errorText(cause)}`, {
    cause,
    next: 'Name another file with --credentials, or give this user the right to read it.',
  });

async function replace(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await rm(part, { force: true });
    const handle = await open(part, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    throw unwritable(file, cause);
  }
}

const unwritable = (file: string, cause: unknown): OperationError =>
  new OperationError('SECRET_UNWRITABLE', `${file} can't be written: ${errorText(cause)}`, {
    cause,
    next: 'Name another file with --credentials, or give this user the right to write there.',
  });

/** Does it while no other process holds the lock beside `file`; one whose holder has ended counts for nothing. Throws `OperationError` `SECRET_BUSY`, `SECRET_UNWRITABLE`. */
export async function locked<T>(file: string, act: () => Promise<T>): Promise<T> {
  ensureFolder(path.dirname(file));
  const lock = `${file}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(lock, 'wx', 0o600);
      await handle.writeFile(String(process.pid)).finally(() => handle.close());
      break;
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw unwritable(file, cause);
      if (attempt >= LOCK_ATTEMPTS)
        throw new OperationError('SECRET_BUSY', `another process is writing ${file}`, {
          next: `Try again; if nothing else runs, remove ${lock}.`,
        });
      if (await abandoned(lock)) await rm(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE));
    }
  }
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}

async function abandoned(lock: string): Promise<boolean> {
  const pid = await open(lock, 'r').then(
    (handle) => handle.readFile('utf8').finally(() => handle.close()),
    () => '',
  );
  return /^\d+$/.test(pid) && !isRunning({ pid: Number(pid) });
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const quoted = (file: string): string =>
  /^[\w./@+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
