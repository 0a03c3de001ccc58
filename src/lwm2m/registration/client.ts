import type { FormatMemory } from '../management/formatMemory';
import type { Lane } from '../management/lane';
import type { RunningObservation } from '../reporting/observation';
import type { Listener } from './listener';
import type { Registration } from './registration';

/**
 * A registered endpoint as the server keeps it: one for as long as the name is registered, through Updates and repeated
 * Registers. What only some devices need is made when it is needed: ten thousand of these must stay small.
 */
export interface Client {
  registration: Registration;
  listener: Listener;
  /** `clock.now()` of the last sign of life; a queue-mode client is awake for a while after it. */
  lastContact: number;
  /** The same by the calendar. */
  lastSeen: number;
  /** Whether a queue-mode client is taken to be asleep. */
  asleep: boolean;
  /** Taken up after a restart, not heard of since: its peer is known by address only. */
  restored: boolean;
  removed: boolean;
  lane: Lane | undefined;
  formats: FormatMemory | undefined;
  observations: Set<RunningObservation> | undefined;
}

/** The registration with the last sign of life in it. */
export const currentRegistration = (client: Client): Registration =>
  client.registration.lastSeen === client.lastSeen
    ? client.registration
    : { ...client.registration, lastSeen: client.lastSeen };
