import { millis, seconds, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import { isWildcard } from '../base/socketAddress';
import type { Registration } from '../lwm2m/registration/registration';
import type { Listen, RegistrationStore } from './ports';

/** JSON files by name; `storage` has them. */
export interface JsonFolderPort {
  names(): readonly string[];
  /** `undefined` where there is none or it is no JSON. */
  read(name: string): unknown;
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** Changes are written at most this often: a lost second of updates costs a device nothing, it registers anew. */
const WRITE_EVERY = seconds(1);

/** Printed in one go: ten thousand at once would keep every device waiting for a tenth of a second. */
const AT_A_TIME = 200;

const isRegistration = (value: unknown): value is Registration =>
  typeof value === 'object' &&
  value !== null &&
  'location' in value &&
  'endpointName' in value &&
  'objectLinks' in value &&
  'peer' in value &&
  'local' in value;

/** `coap_127.0.0.1_5683`: no file system takes colons everywhere. */
const nameOf = ({ scheme, address }: Listen): string =>
  `${scheme}_${address.host.replaceAll(':', '-')}_${address.port}`;

/** Whether the file of a name is of a listener, which on a wildcard is the one of every address. */
const isOf =
  (name: string) =>
  (listener: Listen): boolean =>
    isWildcard(listener.address.host)
      ? name.startsWith(`${listener.scheme}_`) && name.endsWith(`_${listener.address.port}`)
      : name === nameOf(listener);

/**
 * Registrations for the next process, in a file for each listener. Processes share the folder without a lock: an address
 * and port are of one process at a time, so nobody writes what another holds.
 */
export function registrationFiles(folder: JsonFolderPort, clock: Clock, log: Logger): RegistrationStore {
  let collect: (() => readonly Registration[]) | undefined;
  let latest: (() => readonly Registration[]) | undefined;
  let timer: Timer | undefined;
  /** Files that this process loaded or wrote. */
  const own = new Set<string>();

  const attempt = (change: () => void) => {
    try {
      change();
    } catch (error) {
      log.log('error', `registrations are not stored: ${errorText(error)}`);
    }
  };
  const read = (name: string): readonly Registration[] => {
    const stored = folder.read(name);
    return Array.isArray(stored) ? stored.filter(isRegistration) : [];
  };
  const isOver = ({ lifetime, lastSeen }: Registration) =>
    lifetime > 0 && clock.wallTime() - lastSeen > lifetime * 1000;

  const write = (printed: ReadonlyMap<string, readonly string[]>) => {
    for (const [name, parts] of printed) {
      own.add(name);
      attempt(() => folder.write(name, `[${parts.join(',')}]`));
    }
    for (const name of own) {
      if (printed.has(name)) continue;
      own.delete(name);
      attempt(() => folder.remove(name));
    }
  };
  const print = (printed: Map<string, string[]>, registrations: readonly Registration[]) => {
    for (const registration of registrations) {
      const name = nameOf(registration.local);
      const parts = printed.get(name);
      if (parts) parts.push(JSON.stringify(registration));
      else printed.set(name, [JSON.stringify(registration)]);
    }
  };

  /** Prints all there are, some at a time, then writes; what changes meanwhile is written next time. */
  const begin = () => {
    const registrations = collect?.() ?? [];
    collect = undefined;
    const printed = new Map<string, string[]>();
    let done = 0;
    const goOn = () => {
      print(printed, registrations.slice(done, done + AT_A_TIME));
      done += AT_A_TIME;
      if (done < registrations.length) {
        timer = clock.after(millis(0), goOn);
        return;
      }
      write(printed);
      timer = collect && clock.after(WRITE_EVERY, begin);
    };
    goOn();
  };

  return {
    load: (listeners) => {
      const loaded: Registration[] = [];
      for (const name of folder.names()) {
        const stored = read(name);
        if (listeners.some(isOf(name))) {
          own.add(name);
          loaded.push(...stored);
        }
        // a listener on a free port leaves a file that none comes back for
        else if (stored.length > 0 && stored.every(isOver)) attempt(() => folder.remove(name));
      }
      return Promise.resolve(loaded);
    },
    save: (registrations) => {
      collect = registrations;
      latest = registrations;
      timer ??= clock.after(WRITE_EVERY, begin);
    },
    flush: () => {
      if (timer && latest) {
        const printed = new Map<string, string[]>();
        print(printed, latest());
        write(printed);
      }
      timer?.cancel();
      timer = undefined;
      collect = undefined;
      return Promise.resolve();
    },
  };
}
