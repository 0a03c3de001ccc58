import type { FlightSender, FlightStep } from './flight';
import type { HandshakeFailure, SessionFacts } from './handshakeEvents';
import type { HandshakeMessage } from './handshakeMessage';
import type { DtlsRecord } from './record';
import type { RecordLayer } from './recordLayer';
import type { Transcript } from './secrets';
import type { ResumableSession } from './sessionCache';
import type { FullSettings } from './settings';
import type { HandshakeEvent } from './handshakeEvents';

/** What an association gives to the side of the handshake that it plays. */
export interface HandshakeContext {
  readonly attempt: number;
  readonly settings: FullSettings;
  readonly layer: RecordLayer;
  readonly flights: FlightSender;
  readonly transcript: Transcript;
  /** Sessions to take up again. */
  readonly resumable: {
    get(id: Uint8Array): ResumableSession | undefined;
    put(session: ResumableSession): void;
    drop(id: Uint8Array): void;
  };
  /** A connection ID that nobody has yet; empty where we ask for none. */
  newCid(): Uint8Array;
  /** The next message of ours, which becomes part of the transcript. */
  compose(type: number, body: Uint8Array, epoch?: 0 | 1): FlightStep;
  tell(event: HandshakeEvent): void;
  /** Ends the handshake, with a fatal alert where one is named. */
  fail(failure: HandshakeFailure, alert?: number): void;
  /** The peer's Finished was verified. */
  establish(facts: SessionFacts, session: ResumableSession): void;
}

/** One side of the handshake. */
export interface HandshakeSide {
  start(): void;
  /** The peer's next message, whole and in order. */
  message(message: HandshakeMessage): void;
  /** A protected record that the session's keys do not open. */
  unverified(record: DtlsRecord): void;
  /** The peer ends the handshake by an alert. */
  alerted?(): void;
}
