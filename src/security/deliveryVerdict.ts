import { whoOf, type Attempt } from './attempt';
import type { Verdict } from './handshakeAttempt';
import { shown } from './shownText';

/**
 * Milliseconds that a client asks in vain before it is said that our answers do not arrive. Links with round trips of ten
 * seconds are to be expected (RFC 7925 §11); a client that waits one second at first asks a fifth time after fifteen.
 */
export const IN_VAIN = 14_000;

const ARRIVALS = { kind: 'showArrivals' } as const;

/** `NO_ANSWER_TO_COOKIE`: the client asks again and again, and never brings the cookie it was sent. */
export const noAnswerToCookie = (attempt: Attempt, asked: number, elapsed: number): Verdict => ({
  code: 'NO_ANSWER_TO_COOKIE',
  message: `${whoOf(attempt)} sent its ClientHello ${asked} times in ${Math.round(elapsed / 1000)} s and never answered our HelloVerifyRequest: our reply does not reach it.`,
  next: `Check the way back from ${shown(attempt.local.address.host)} to ${shown(attempt.peer.address.host)}: firewall, NAT, a second network interface, and whether the device reads its socket.`,
  action: ARRIVALS,
});

/** The same after the cookie: our first large flight is never answered. */
export const noAnswerToFlight = (attempt: Attempt, flight: readonly string[], sent: number): Verdict => ({
  code: 'NO_ANSWER_TO_COOKIE',
  message: `${whoOf(attempt)} brought our cookie and then fell silent: our flight ${flight.slice(0, 8).join(', ')} went out ${sent} times without an answer.`,
  next: attempt.certified
    ? 'Check whether datagrams of that size reach the device (MTU of the link), and whether it has memory for a certificate.'
    : 'Check the way back to the device, and whether it reset or gave up meanwhile.',
  action: ARRIVALS,
});

/** `LAST_FLIGHT_REPEATED`: for us the handshake is complete, and the client sends its last flight again. */
export const lastFlightRepeated = (attempt: Attempt, repeats: number): Verdict => ({
  code: 'LAST_FLIGHT_REPEATED',
  message: `The handshake is complete here, and ${whoOf(attempt).replace(/^The /, 'the ')} sent its last flight ${repeats + 1} times: our Finished does not reach it.`,
  next: 'Check the link for lost datagrams and NAT that changed meanwhile; the device will begin anew.',
  action: ARRIVALS,
});
