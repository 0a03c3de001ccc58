import type { FormatMemory } from '../management/formatMemory';
import type { Lane } from '../management/lane';
import type { Listener } from './listener';
import type { RemovalReason } from '../server';
import type { Registration } from './registration';

/** Why an observation ended. */
export type EndReason = 'cancelled' | 'refused' | 'forgotten' | RemovalReason;

/** An observation as its client's fate concerns it. */
export interface ClientObservation {
  /** Ends it without asking the client. */
  end(reason: EndReason): void;
  /** The client has another address now. */
  moved(): void;
}

/**
 * A registered endpoint as the server keeps it: one for as long as the name is registered, through Updates and repeated
 * Registers. What only some devices need is made when it is needed: ten thousand of these must stay small.
 */
export interface Client {
  registration: Registration;
  listener: Listener<Client>;
  /** `clock.now()` of the last sign of life; a queue-mode client is awake for a while after it. */
  lastContact: number;
  /** The same by the calendar. */
  lastSeen: number;
  /** Whether a queue-mode client is taken to be asleep; of any other, whether requests wait for its next contact. */
  asleep: boolean;
  /** Taken up after a restart, not heard of since: its peer is known by address only. */
  restored: boolean;
  removed: boolean;
  lane: Lane<Client> | undefined;
  formats: FormatMemory | undefined;
  observations: Set<ClientObservation> | undefined;
}

/** The registration with the last sign of life in it. */
export const currentRegistration = (client: Client): Registration =>
  client.registration.lastSeen === client.lastSeen
    ? client.registration
    : { ...client.registration, lastSeen: client.lastSeen };
