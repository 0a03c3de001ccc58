import { seconds, type Clock, type Timer } from '../base/clock';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import type { Registration } from '../lwm2m/registration/registration';
import type { RegistrationStore } from './ports';

/** Reads and writes the whole file; `storage` has it. */
export interface JsonFilePort {
  read(): unknown;
  write(value: unknown): void;
}

/** Changes are written at most this often: a lost second of updates costs a device nothing, it registers anew. */
const WRITE_EVERY = seconds(1);

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
  let timer: Timer | undefined;
  const write = () => {
    timer?.cancel();
    timer = undefined;
    if (!collect) return;
    const registrations = collect();
    collect = undefined;
    try {
      file.write(registrations);
    } catch (error) {
      log.log('error', `registrations are not stored: ${errorText(error)}`);
    }
  };
  return {
    load: () => {
      const stored = file.read();
      return Promise.resolve(Array.isArray(stored) ? stored.filter(isRegistration) : []);
    },
    save: (registrations) => {
      collect = registrations;
      timer ??= clock.after(WRITE_EVERY, write);
    },
    flush: () => {
      write();
      return Promise.resolve();
    },
  };
}
