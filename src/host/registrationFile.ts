import { millis, seconds, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import type { Registration } from '../lwm2m/registration/registration';
import type { RegistrationStore } from './ports';

/** Reads and writes the whole file; `storage` has it. */
export interface JsonFilePort {
  read(): unknown;
  write(text: string): void;
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

/** Registrations in a file of the state folder, for the next process. */
export function registrationFile(file: JsonFilePort, clock: Clock, log: Logger): RegistrationStore {
  let collect: (() => readonly Registration[]) | undefined;
  let latest: (() => readonly Registration[]) | undefined;
  let timer: Timer | undefined;

  const write = (text: string) => {
    try {
      file.write(text);
    } catch (error) {
      log.log('error', `registrations are not stored: ${errorText(error)}`);
    }
  };

  /** Prints all there are, some at a time, then writes; what changes meanwhile is written next time. */
  const begin = () => {
    const registrations = collect?.() ?? [];
    collect = undefined;
    const parts: string[] = [];
    const goOn = () => {
      for (const registration of registrations.slice(parts.length, parts.length + AT_A_TIME))
        parts.push(JSON.stringify(registration));
      if (parts.length < registrations.length) {
        timer = clock.after(millis(0), goOn);
        return;
      }
      write(`[${parts.join(',')}]`);
      timer = collect && clock.after(WRITE_EVERY, begin);
    };
    goOn();
  };

  return {
    load: () => {
      const stored = file.read();
      return Promise.resolve(Array.isArray(stored) ? stored.filter(isRegistration) : []);
    },
    save: (registrations) => {
      collect = registrations;
      latest = registrations;
      timer ??= clock.after(WRITE_EVERY, begin);
    },
    flush: () => {
      if (timer && latest) write(JSON.stringify(latest()));
      timer?.cancel();
      timer = undefined;
      collect = undefined;
      return Promise.resolve();
    },
  };
}
